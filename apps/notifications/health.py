"""What people count on: their reminders are planned, and their mails leave (rule N30)."""

from datetime import timedelta

from django.utils import timezone

from apps.core.health import Unwell
from apps.notifications.models import ClockRun, OutboxMail

PLANNER = "planner"
PLANNED_WITHIN = timedelta(minutes=15)
SENT_WITHIN = timedelta(minutes=30)


def planner() -> None:
    if not ClockRun.objects.filter(pk=PLANNER, succeeded_at__gt=timezone.now() - PLANNED_WITHIN).exists():
        raise Unwell("no reminders were planned in the last 15 minutes")


def mail() -> None:
    if OutboxMail.objects.sendable(timezone.now() - SENT_WITHIN).exists():
        raise Unwell("mails have been waiting for more than 30 minutes")
