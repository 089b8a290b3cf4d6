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
from apps.notifications.operations import bounces, breaker, claims, triage
from apps.notifications.transport import Post, post

log = structlog.get_logger("ballast.mail")
LONGEST = timedelta(minutes=2)  # then the next tick goes on
FILED = 200
NEEDS_NO_WORDS = (OutboxStatus.SUPPRESSED, OutboxStatus.TURNED_OFF)
Clock = Callable[[], datetime]


def deliver_due(now: datetime) -> Counter[str]:
    """Send everything that is due, expire what is too late; how many rows ended how."""
    claims.settle_lapsed(now)
    claims.expire_overdue(now)
    outcome: Counter[str] = Counter()
    if not OutboxMail.objects.sendable(now).exists():
        return outcome
    if not breaker.may_try(now):
        return file_in_portal(now)
    with closing(post()) as way_out:
        if not _is_open(way_out, now):
            return file_in_portal(now)
        _send_all(way_out, _clock_from(now), outcome, until=now + LONGEST)
    return outcome


def file_in_portal(now: datetime) -> Counter[str]:
    """While the mail server is away: what needs no mail goes its way, and what does is named in the inbox."""
    unnamed = OutboxMail.objects.sendable(now).filter(subject="").select_related("recipient")
    rows = list(unnamed.order_by("not_before", "pk")[:FILED])
    known = triage.known_about(triage.people_of(rows))
    outcome: Counter[str] = Counter()
    for row in rows:
        prepared = _prepare(row, known, now)
        if isinstance(prepared, Mail):
            claims.name_waiting(row, prepared.subject)
        else:
            outcome[prepared] += 1
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
        known = triage.known_about(triage.people_of(batch))
        for position, row in enumerate(batch):
            try:
                outcome[_send(row, known, way_out, clock)] += 1
            except ServerTrouble as trouble:
                claims.put_back(batch[position:], str(trouble))
                _note(trouble, clock())
                return


def _send(row: OutboxMail, known: triage.Known, way_out: Post, clock: Clock) -> str:
    if row.expires_at <= clock():
        return claims.finish(row, OutboxStatus.EXPIRED)
    mail = _prepare(row, known, clock())
    if not isinstance(mail, Mail):
        return mail
    try:
        content = message.as_bytes(row, mail, clock())
    except Exception as error:  # such as an address or a subject that smuggles a header
        return _unwritable(row, error)
    return _hand_over(row, mail.subject, content, known, way_out, clock)


def _prepare(row: OutboxMail, known: triage.Known, now: datetime) -> Mail | str:
    """The mail to hand over, or what became of the row without one."""
    way = triage.way_of(row, known, now)
    if way.until:
        return claims.put_off(row, way.until)
    if way.status in NEEDS_NO_WORDS:
        return claims.finish(row, way.status, way.reason)
    try:
        mail: Mail | None = kinds.renderer(row.kind)(row, now)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the mail is not to blame
    except Exception as error:  # one mail that cannot be written must not stop the others
        return _unwritable(row, error)
    if mail is None:
        return claims.finish(row, OutboxStatus.SKIPPED_EMPTY)
    if mail.in_portal_only or way != triage.MAIL:
        status = OutboxStatus.IN_PORTAL if mail.in_portal_only else way.status
        return claims.finish(row, status, way.reason, subject=mail.subject)
    return mail


def _unwritable(row: OutboxMail, error: Exception) -> str:
    log.error("mail cannot be written", kind=row.kind, key=row.dedupe_key, exc_info=error)
    return claims.finish(row, OutboxStatus.FAILED, f"Could not be written: {type(error).__name__}")


def _hand_over(
    row: OutboxMail, subject: str, content: bytes, known: triage.Known, way_out: Post, clock: Clock
) -> str:
    """The recipient is accepted before the row says `sending`: a death up to there has sent nothing for sure."""
    try:
        way_out.offer(message.sender().address, row.recipient.email)
    except Later as answer:
        return claims.postpone(row, str(answer), clock())
    except Refused as answer:
        return _refused(row, str(answer), clock())
    if not claims.mark_sending(row, subject, clock()):
        return "lost"
    try:
        way_out.data(content)
    except Later as answer:
        return claims.postpone(row, str(answer), clock())
    except Refused as answer:
        return claims.finish(row, OutboxStatus.FAILED, str(answer))
    except Unclear as silence:
        return claims.mark_unclear(row, str(silence), clock())
    if row.recipient_id in known.addresses:
        bounces.forget_refusals(row.recipient)
    return claims.mark_sent(row, clock())


def _refused(row: OutboxMail, words: str, now: datetime) -> str:
    if bounces.is_transient(words):
        return claims.postpone(row, words, now)
    bounces.note_refusal(row.recipient, words, now)
    return claims.finish(row, OutboxStatus.FAILED, words)
