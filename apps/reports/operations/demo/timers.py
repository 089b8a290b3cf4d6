"""Two timers: one that runs since a while ago, and one that somebody forgot in the evening."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from apps.accounts.calendar import local_slot
from apps.accounts.models import User
from apps.reports.operations.demo.stage import Stage
from apps.toil.models import Timer

EVENING = time(17, 30)


def make_timers(stage: Stage) -> None:
    _start("member@ballast.example", "Reissue the merchant certificates", stage.now - timedelta(minutes=25))
    lead = User.objects.get(email="lead@ballast.example")
    yesterday = stage.now.astimezone(lead.zone).date() - timedelta(days=1)
    _start(lead.email, "Compare the settlement files by hand", local_slot(yesterday, EVENING, lead.zone))


def _start(email: str, text: str, at: datetime) -> None:
    person = User.objects.get(email=email)
    team = person.memberships.on(at.astimezone(person.zone).date()).order_by("team__name").first()
    if team:
        Timer.objects.create(
            person=person, team_id=team.team_id, text=text, tz=person.time_zone, started_at=at
        )
