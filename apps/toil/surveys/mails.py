"""The survey is open: a line of a digest. Read when it is sent; who has answered for all teams reads nothing of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from apps.notifications.mail import Mail
from apps.toil.periods import quarter_name
from apps.toil.surveys.reading import asked_of

if TYPE_CHECKING:
    from apps.notifications.models import OutboxMail


def render_survey_open(row: OutboxMail, now: datetime) -> Mail | None:
    asked = [each for each in asked_of(row.recipient, now) if each.answer is None]
    if not asked or asked[0].season.quarter.start.isoformat() != row.payload["quarter"]:
        return None
    season = asked[0].season
    subject = f"Two questions on your toil of {quarter_name(season.quarter.start)}"
    context = {
        "subject": subject,
        "season": season,
        "teams": [each.team for each in asked],
        "url": settings.BASE_URL + reverse("toil:survey"),
    }
    return Mail(
        subject=subject,
        text=render_to_string("emails/survey_open.txt", context),
        html=render_to_string("emails/survey_open.html", context),
    )
