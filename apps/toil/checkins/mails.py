"""The reminder of a weekly check-in. Read when it is sent: what is confirmed by then is not in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from apps.notifications.mail import Mail
from apps.toil.checkins.own import weeks_to_confirm
from apps.toil.figures import capacity_of_person
from apps.toil.periods import week_of

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.notifications.models import OutboxMail
    from apps.toil.checkins.own import OwnWeekOf


def render_checkin_open(row: OutboxMail, now: datetime) -> Mail | None:
    """None once the week is confirmed, the team wants no reminders any more, or the person turned out to be away."""
    monday = date.fromisoformat(row.payload["monday"])
    weeks = [week for week in weeks_to_confirm(row.recipient, now) if _is_open(week, monday, row.recipient)]
    if not weeks:
        return None
    subject = f"Is all of your toil of {weeks[0].week} logged?"
    context = {
        "subject": subject,
        "week": weeks[0].week,
        "weeks": weeks,
        "url": settings.BASE_URL + reverse("toil:overview"),
    }
    return Mail(
        subject=subject,
        text=render_to_string("emails/checkin_open.txt", context),
        html=render_to_string("emails/checkin_open.html", context),
    )


def _is_open(week: OwnWeekOf, monday: date, person: User) -> bool:
    if week.monday != monday or week.checkin is not None or not week.team.nudges_checkins:
        return False
    return any(capacity_of_person(person, week_of(monday), week.team).values())
