"""What came of a plan, as a mail or as a line of the daily letter. Read when it is sent: what is open again by then, or
may not be seen any more, is not said."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from apps.notifications.mail import Mail
from apps.toil.models import Reduction
from apps.toil.reductions.effect import Effect
from apps.toil.reductions.weighing import results_of
from apps.toil.reductions.words import verdict_words

if TYPE_CHECKING:
    from apps.notifications.models import OutboxMail

SAID = {
    Effect.VERIFIED: "Less of it, as planned",
    Effect.PARTIAL: "Less of it, but not as much as planned",
    Effect.NOT_REDUCED: "Not less of it",
    Effect.REGRESSED: "It came back",
    Effect.DISPLACED: "Less of it, but more next door",
    Effect.INSUFFICIENT: "Insufficient to say whether it is less",
}


def render_toil_verdict(row: OutboxMail, now: datetime) -> Mail | None:
    found = Reduction.objects.visible_to(row.recipient).with_names().filter(uuid=row.payload["reduction"])
    plan = found.first()
    result = results_of([plan], timezone.localdate(now)).get(plan.pk) if plan else None
    if plan is None or result is None or result.effect is None:
        return None
    subject = f"{SAID[result.effect]}: {plan.source.name}"
    context = {
        "subject": subject,
        "plan": plan,
        "result": result,
        "words": verdict_words(plan, result),
        "url": settings.BASE_URL + plan.get_absolute_url(),
    }
    return Mail(
        subject=subject,
        text=render_to_string("emails/toil_verdict.txt", context),
        html=render_to_string("emails/toil_verdict.html", context),
    )
