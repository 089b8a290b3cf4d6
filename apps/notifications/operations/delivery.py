"""Send what is due: claim, write, offer, mark, hand over, mark. Any number of workers may do so at once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime, timedelta

import structlog
from django.db import connection

from apps.core.engines import is_postgres
from apps.notifications import message
from apps.notifications.answers import Later, Refused, ServerTrouble, Unclear
from apps.notifications.mail import Mail
from apps.notifications.models import OutboxMail, OutboxStatus
from apps.notifications.operations import bounces, breaker, claims
from apps.notifications.operations.writing import Clock, Desk, Letter, facts_of, words_of
from apps.notifications.transport import Post, post

log = structlog.get_logger("ballast.mail")
LONGEST = timedelta(minutes=2)  # then the next tick goes on
FILED = 200
LANES = 2  # connections at once, of a worker that has more than a batch to send
WORTH_HELP = 20


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
        clock, until = _clock_from(now), now + LONGEST
        with _others_beside(_lanes_for(now) - 1, clock, outcome, until=until):
            if trouble := _send_all(way_out, clock, outcome, until=until):
                _note(trouble, clock())
    return outcome


def help_deliver(now: datetime) -> Counter[str]:
    """Send what is due at the same time as another process, where there is enough for two: one process computes on one
    processor, whatever number of connections it has. A server that takes no more of them is not away."""
    outcome: Counter[str] = Counter()
    if not _is_more_due(now, WORTH_HELP) or breaker.is_away():
        return outcome
    clock, until = _clock_from(now), now + LONGEST
    with _others_beside(_lanes_for(now) - 1, clock, outcome, until=until):
        outcome.update(_send_further(clock, until))
    return outcome


def _lanes_for(now: datetime) -> int:
    """One connection for what one batch holds."""
    return LANES if _is_more_due(now, claims.BATCH) else 1


def _is_more_due(now: datetime, count: int) -> bool:
    """Never on SQLite, which has one writer at a time."""
    return is_postgres() and OutboxMail.objects.sendable(now)[count:].exists()


@contextmanager
def _others_beside(count: int, clock: Clock, outcome: Counter[str], *, until: datetime) -> Iterator[None]:
    """The same over connections of their own: while one mail waits for the disk or the server, others are written.
    Batches are claimed as between workers. If the server goes away, it is the first connection that notes so."""
    with ThreadPoolExecutor(max(count, 1)) as pool:
        working = [pool.submit(_send_beside, clock, until) for _ in range(count)]
        yield
        for lane in working:
            outcome.update(lane.result())


def _send_beside(clock: Clock, until: datetime) -> Counter[str]:
    try:
        return _send_further(clock, until)
    finally:
        connection.close()  # of this thread


def _send_further(clock: Clock, until: datetime) -> Counter[str]:
    outcome: Counter[str] = Counter()
    try:
        with closing(post()) as way_out:
            way_out.open()
            _send_all(way_out, clock, outcome, until=until)
    except ServerTrouble as trouble:
        log.info("no further connection to the mail server", reason=str(trouble))
    return outcome


def file_in_portal(now: datetime) -> Counter[str]:
    """While the mail server is away: what needs no mail goes its way, and what does is named in the inbox."""
    unnamed = OutboxMail.objects.sendable(now).filter(subject="").select_related("recipient")
    rows = list(unnamed.order_by("not_before", "pk")[:FILED])
    facts = facts_of(rows, now)
    outcome: Counter[str] = Counter()
    for row in rows:
        written = words_of(row, facts, now)
        if isinstance(written, Mail):
            claims.name_waiting(row, written.subject)
        else:
            outcome[written] += 1
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


def _send_all(way_out: Post, clock: Clock, outcome: Counter[str], *, until: datetime) -> ServerTrouble | None:
    """Batch after batch over one connection, until nothing is due, the server goes away or time is up."""
    while clock() < until:
        batch = claims.claim_batch(clock())
        if not batch:
            break
        desk = Desk(batch, clock, outcome)
        while clock() < until and (letter := desk.take()):
            try:
                outcome[_hand_over(letter, desk, way_out, clock)] += 1
            except ServerTrouble as trouble:
                claims.put_back([letter.row, *desk.left], str(trouble))
                return trouble
        claims.put_back(desk.left, "")  # of a slow server: the next tick goes on
    return None


def _hand_over(letter: Letter, desk: Desk, way_out: Post, clock: Clock) -> str:
    """The recipient is accepted before the row says `sending`: a death up to there has sent nothing for sure. While
    the server makes up its mind the next mail is written."""
    row = letter.row
    try:
        way_out.offer(message.sender().address, row.recipient.email)
    except Later as answer:
        return claims.postpone(row, str(answer), clock())
    except Refused as answer:
        return _refused(row, str(answer), clock())
    was_refused = row.recipient_id in desk.known.addresses  # asked now: what is written ahead reads of others
    if not claims.mark_sending(row, letter.subject, clock()):
        return "lost"
    try:
        way_out.data(letter.content, desk.write_ahead)
    except Later as answer:
        return claims.postpone(row, str(answer), clock())
    except Refused as answer:
        return claims.finish(row, OutboxStatus.FAILED, str(answer))
    except Unclear as silence:
        return claims.mark_unclear(row, str(silence), clock())
    if was_refused:
        bounces.forget_refusals(row.recipient)
    return claims.mark_sent(row, clock())


def _refused(row: OutboxMail, words: str, now: datetime) -> str:
    if bounces.is_transient(words):
        return claims.postpone(row, words, now)
    bounces.note_refusal(row.recipient, words, now)
    return claims.finish(row, OutboxStatus.FAILED, words)
