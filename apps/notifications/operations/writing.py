"""From a row to a mail that can be handed over: what is asked once for many of them, and the next one ahead of time."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from django.db import InterfaceError, OperationalError

from apps.notifications import kinds, message
from apps.notifications.kinds import Renderer
from apps.notifications.mail import Mail
from apps.notifications.models import OutboxMail, OutboxStatus
from apps.notifications.operations import claims, triage

log = structlog.get_logger("ballast.mail")
NEEDS_NO_WORDS = (OutboxStatus.SUPPRESSED, OutboxStatus.TURNED_OFF)
FRESH = timedelta(seconds=5)
"""What was read longer ago is read again: what is done at 8:59 is not in a mail of 9:00."""
Clock = Callable[[], datetime]


class Letter(NamedTuple):
    row: OutboxMail
    subject: str
    content: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What is read for many rows at once: what people chose, whose address is refused, what the mails say."""

    known: triage.Known
    renderers: dict[str, Renderer]
    at: datetime

    def renderer(self, kind: str) -> Renderer:
        return self.renderers.get(kind) or kinds.renderer(kind)


def facts_of(rows: Sequence[OutboxMail], now: datetime) -> Facts:
    return Facts(triage.known_about(triage.people_of(rows)), _renderers(rows, now), now)


def _renderers(rows: Sequence[OutboxMail], now: datetime) -> dict[str, Renderer]:
    """Of a kind that cannot be read for all, each row is read by itself: then only that which is to blame fails."""
    found = {}
    for kind in {row.kind for row in rows}:
        read = kinds.reader_of_many(kind)
        if read is None:
            continue
        try:
            found[kind] = read([row for row in rows if row.kind == kind], now)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.error("mails cannot be read at once", kind=kind, exc_info=error)
    return found


class Desk:
    """Writes the mails of some rows in their order. What became of rows without a mail is counted in `outcome`."""

    def __init__(self, rows: Iterable[OutboxMail], clock: Clock, outcome: Counter[str]) -> None:
        self._rows, self._clock, self._outcome = deque(rows), clock, outcome
        self._facts: Facts | None = None
        self._ahead: Letter | None = None

    def take(self) -> Letter | None:
        """The next mail, as things stand now; None when nothing is left."""
        if self._ahead and not self._is_fresh(self._ahead.at):
            self._rows.appendleft(self._ahead.row)
            self._ahead = None
        self.write_ahead()
        letter, self._ahead = self._ahead, None
        return letter

    def write_ahead(self) -> None:
        while self._ahead is None and self._rows:
            written = self._write(self._rows.popleft())
            if isinstance(written, Letter):
                self._ahead = written
            else:
                self._outcome[written] += 1

    @property
    def left(self) -> list[OutboxMail]:
        return [*([self._ahead.row] if self._ahead else []), *self._rows]

    @property
    def known(self) -> triage.Known:
        return self._facts.known if self._facts else triage.Known({}, {})

    def _is_fresh(self, at: datetime) -> bool:
        return self._clock() - at < FRESH

    def _write(self, row: OutboxMail) -> Letter | str:
        now = self._clock()
        if row.expires_at <= now:
            return claims.finish(row, OutboxStatus.EXPIRED)
        if self._facts is None or not self._is_fresh(self._facts.at):
            self._facts = facts_of([row, *self._rows], now)
        mail = words_of(row, self._facts, now)
        if not isinstance(mail, Mail):
            return mail
        try:
            return Letter(row, mail.subject, message.as_bytes(row, mail, now), now)
        except Exception as error:  # such as an address or a subject that smuggles a header
            return _unwritable(row, error)


def words_of(row: OutboxMail, facts: Facts, now: datetime) -> Mail | str:
    """The mail to hand over, or what became of the row without one."""
    way = triage.way_of(row, facts.known, now)
    if way.until:
        return claims.put_off(row, way.until)
    if way.status in NEEDS_NO_WORDS:
        return claims.finish(row, way.status, way.reason)
    try:
        mail: Mail | None = facts.renderer(row.kind)(row, now)
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
