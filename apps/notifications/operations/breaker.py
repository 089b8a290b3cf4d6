"""While the mail server is away one worker asks for it now and then, instead of all of them all the time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from apps.notifications.models import MailServer

ONLY = 1
PATIENCE = 5
PROBE_EVERY = timedelta(minutes=5)


def is_away() -> bool:
    """For who only helps, and so need not ask for the server."""
    return MailServer.objects.filter(pk=ONLY, next_probe_at__isnull=False).exists()


def may_try(now: datetime) -> bool:
    """True for everybody while the server answers; else for one worker every five minutes."""
    server = MailServer.objects.filter(pk=ONLY).first()
    if server is None or server.next_probe_at is None:
        return True
    mine = MailServer.objects.filter(pk=ONLY, next_probe_at__lte=now).update(next_probe_at=now + PROBE_EVERY)
    return mine == 1


def note_failure(now: datetime, *, is_hopeless: bool) -> None:
    """Count; stop everybody after five in a row, or at once when trying again cannot help (a wrong password)."""
    MailServer.objects.get_or_create(pk=ONLY)
    server = MailServer.objects.filter(pk=ONLY)
    server.update(failures_in_a_row=F("failures_in_a_row") + 1)
    enough = 1 if is_hopeless else PATIENCE
    server.filter(failures_in_a_row__gte=enough).update(next_probe_at=now + PROBE_EVERY)


def note_success() -> None:
    MailServer.objects.filter(pk=ONLY, failures_in_a_row__gt=0).update(
        failures_in_a_row=0, next_probe_at=None
    )
