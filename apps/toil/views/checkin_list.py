"""Check-ins as a list: one's own, and those of the teams whose entries somebody reads."""

from django.http import HttpResponseBase

from apps.core.csvfile import Column
from apps.core.http import SignedInRequest
from apps.core.pages import list_page
from apps.toil.filters import WeekCheckinFilter
from apps.toil.models import WeekCheckin
from apps.toil.readers import teams_read_by

COLUMNS: list[Column] = [
    ("week", lambda row: row.week),
    ("monday", lambda row: row.monday),
    ("team", lambda row: row.team.slug),
    ("person", lambda row: row.person.email),
    ("nothing_to_add", lambda row: "yes" if row.nothing_to_add else "no"),
    ("confirmed_at", lambda row: row.confirmed_at),
    ("id", lambda row: str(row.uuid)),
]


def checkin_list(request: SignedInRequest) -> HttpResponseBase:
    rows = WeekCheckin.objects.visible_to(request.user).with_names()
    page, table = "toil/checkins.html", "toil/_checkins_table.html"
    extra = {"noun": "check-in", "reads_others": bool(teams_read_by(request.user))}
    return list_page(request, rows, WeekCheckinFilter, page, table=table, csv=COLUMNS, extra=extra)
