"""Send what is due: claim, write, offer, mark, hand over, mark. Any number of workers may do so at once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError

from apps.notifications import kinds, message
from apps.notifications.answers import Later, Refused, ServerTrouble, Unclear
from apps.notifications.mail import Mail
from apps.notifications.models import OutboxMail, OutboxStatus
from apps.notifications.operations import breaker, claims
from apps.notifications.transport import Post, post

log = structlog.get_logger("ballast.mail")
LONGEST = timedelta(minutes=2)  # then the next tick goes on
Clock = Callable[[], datetime]


def deliver_due(now: datetime) -> Counter[str]:
    """Send everything that is due, expire what is too late; how many rows ended how."""
    claims.settle_lapsed(now)
    claims.expire_overdue(now)
    outcome: Counter[str] = Counter()
    if not OutboxMail.objects.sendable(now).exists() or not breaker.may_try(now):
        return outcome
    with closing(post()) as way_out:
        if _is_open(way_out, now):
            _send_all(way_out, _clock_from(now), outcome, until=now + LONGEST)
    return outcome


def _is_open(way_out: Post, now: datetime) -> bool:
    try:
        way_out.open()
    except ServerTrouble as trouble:
        _note(trouble, now)
        OutboxMail.objects.sendable(now).update(error=str(trouble)[:500])
        return False
    breaker.note_success()
    return True


def _note(trouble: ServerTrouble, now: datetime) -> None:
    log.warning("mail server away", reason=str(trouble))
    breaker.note_failure(now, is_hopeless=trouble.is_hopeless)


def _clock_from(now: datetime) -> Clock:
    """The time that was given, going on: leases of a long round must not begin in its past."""
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)


def _send_all(way_out: Post, clock: Clock, outcome: Counter[str], *, until: datetime) -> None:
    """Batch after batch over one connection, until nothing is due, the server goes away or time is up."""
    while clock() < until:
        batch = claims.claim_batch(clock())
        if not batch:
            return
        for position, row in enumerate(batch):
            try:
                outcome[_send(row, way_out, clock)] += 1
            except ServerTrouble as trouble:
                claims.put_back(batch[position:], str(trouble))
                _note(trouble, clock())
                return


def _send(row: OutboxMail, way_out: Post, clock: Clock) -> str:
    if row.expires_at <= clock():
        return claims.finish(row, OutboxStatus.EXPIRED)
    if not (row.recipient.is_active and row.recipient.email):
        return claims.finish(row, OutboxStatus.SUPPRESSED, "This person is no longer active.")
    try:
        written = _write(row, clock())
    except (OperationalError, InterfaceError):
        raise  # the database is away: the mail is not to blame
    except Exception as error:  # one mail that cannot be written must not stop the others
        log.exception("mail cannot be written", kind=row.kind, key=row.dedupe_key)
        return claims.finish(row, OutboxStatus.FAILED, f"Could not be written: {type(error).__name__}")
    if written is None:
        return claims.finish(row, OutboxStatus.SKIPPED_EMPTY)
    return _hand_over(row, *written, way_out, clock)


def _write(row: OutboxMail, now: datetime) -> tuple[str, bytes] | None:
    """Subject and bytes; None when there is nothing left to say."""
    mail: Mail | None = kinds.renderer(row.kind)(row, now)
    return (mail.subject, message.as_bytes(row, mail, now)) if mail else None


def _hand_over(row: OutboxMail, subject: str, content: bytes, way_out: Post, clock: Clock) -> str:
    """The recipient is accepted before the row says `sending`: a death up to there has sent nothing for sure."""
    try:
        way_out.offer(message.sender().address, row.recipient.email)
        if not claims.mark_sending(row, subject, clock()):
            return "lost"
        way_out.data(content)
    except Later as answer:
        return claims.postpone(row, str(answer), clock())
    except Refused as answer:
        return claims.finish(row, OutboxStatus.FAILED, str(answer))
    except Unclear as silence:
        return claims.mark_unclear(row, str(silence), clock())
    return claims.mark_sent(row, clock())
