"""How far a team's figures can be trusted. With `?format=csv` the signs, one a line."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from apps.core.csvfile import Column, csv_response
from apps.core.http import SignedInRequest
from apps.core.templatetags.times import half_up
from apps.toil import policies
from apps.toil.pareto.asking import ParetoForm
from apps.toil.quality import SHOWN, Part, Quality, quality_of
from apps.toil.views.checkins import find_team


class Sign(NamedTuple):
    """`share` is of 0 to 1; empty where there is no whole, or where it is not said."""

    name: str
    part: object
    whole: object
    unit: str
    share: Fraction | None


COLUMNS: list[Column] = [
    ("sign", lambda row: row.name),
    ("pct", lambda row: None if row.share is None else half_up(100 * row.share, 2)),
    ("part", lambda row: row.part),
    ("whole", lambda row: row.whole),
    ("unit", lambda row: row.unit),
]


def team_quality(request: SignedInRequest, slug: str) -> HttpResponseBase:
    team = find_team(request, slug)
    asked = {name: request.GET.get(name, "") for name in ("period", "since", "until")}
    form = ParetoForm(asked, user=request.user, today=timezone.localdate())
    quality = quality_of(team, form.scope().period) if form.is_valid() else None
    is_lead = policies.can_read_load(request.user, team)
    if quality and request.GET.get("format") == "csv":
        return csv_response(f"toil-quality-{team.slug}", COLUMNS, _signs(quality, is_lead=is_lead))
    can_read = policies.can_read_entries(request.user, team)
    is_told = can_read or (is_lead and not (quality and quality.is_small))  # else it would be one colleague's
    context = {
        "team": team,
        "form": form,
        "quality": quality,
        "is_lead": is_lead,
        "can_read": can_read,
        "relabelled": quality.relabelled[:SHOWN] if quality and is_told else [],
    }
    return render(request, "toil/quality.html", context)


def _signs(found: Quality, *, is_lead: bool) -> list[Sign]:
    number, load = found.number, found.concentration if is_lead else None
    confirmed, whole = half_up(number.confirmed_minutes, 2), half_up(number.capacity_minutes, 2)
    coverage = None if number.coverage is None else number.coverage / 100
    return [
        Sign("confirmed", confirmed, whole, "minutes of capacity", coverage),
        _sign("logged_late", found.late, "entries"),
        _sign("half_hours", found.rounded, "entries"),
        _sign("no_source", found.loose, "seconds"),
        _sign("one_reporter", found.single, "sources"),
        Sign("changed_after_close", found.revisions, None, "weeks", None),
        Sign("no_longer_toil", found.relabelled_seconds, None, "seconds", None),
        Sign("most_by_one_person", None, None, "seconds", load),
    ]


def _sign(name: str, part: Part | None, unit: str) -> Sign:
    if part is None:
        return Sign(name, None, None, unit, None)
    return Sign(name, part.part, part.whole, unit, part.share)
