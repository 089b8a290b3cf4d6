"""One turn with each tracker that has something to do: create what is wanted, look at what is asked, tell what has
changed, and read the news when its hour has come. No transaction is open while anybody is asked."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError

from apps.core.context import Origin, origin
from apps.trackers.clients import Away, Client, Gone, Trouble, Unfit, Unreadable
from apps.trackers.models import Connection, ExternalRef, ExternalRefQuerySet
from apps.trackers.operations import turns
from apps.trackers.operations.pulling import pull
from apps.trackers.operations.sending import create_wanted, look_up, note_error, push_changes

log = structlog.get_logger("ballast.trackers")
LONGEST = timedelta(seconds=40)  # with all of them; the next tick goes on
MOST = 20  # rows of one sort in one turn, so that nobody waits for one tracker alone
ONE_ISSUE = (Unfit, Gone, Unreadable)  # what is wrong with one issue is not wrong with the tracker
Step = Callable[..., object]


class Clock:
    """The time that was given, going on: leases and attempts of a long turn must not begin in its past."""

    def __init__(self, now: datetime) -> None:
        self._now, self._started = now, time.monotonic()

    def __call__(self) -> datetime:
        return self._now + timedelta(seconds=self.elapsed)

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._started

    @property
    def is_late(self) -> bool:
        return self.elapsed > LONGEST.total_seconds()


def sync_due(now: datetime) -> Counter[str]:
    """How many turns ended how. Any number of workers may do so at once."""
    token, clock = origin.set(Origin(door="intake")), Clock(now)
    counted: Counter[str] = Counter()
    try:
        for connection in turns.claim_due(now):
            counted["left" if clock.is_late else _turn(connection, now, clock)] += 1
            turns.release(connection)
    finally:
        origin.reset(token)
    return counted


def _turn(connection: Connection, now: datetime, clock: Clock) -> str:
    try:
        client = turns.client_of(connection, now=now)
        _work(connection, client, now, clock)
    except Trouble as trouble:
        log.warning("tracker trouble", tracker=str(connection.uuid), trouble=type(trouble).__name__)
        turns.note_trouble(connection, trouble, now=now)
        return "troubled"
    except (OperationalError, InterfaceError):
        raise  # the database is away: the tracker is not to blame
    except Exception as error:
        log.exception("tracker turn stumbled", tracker=str(connection.uuid))
        turns.note_trouble(connection, Away(f"Something here failed: {type(error).__name__}."), now=now)
        return "stumbled"
    rest = client.wire.rest
    turns.note_success(connection, rest_until=now + rest if rest else None)
    return "done"


def _work(connection: Connection, client: Client, now: datetime, clock: Clock) -> None:
    mine = ExternalRef.objects.of(connection).filter(not_before__lte=now)
    _each(connection, mine.wanted(), create_wanted, client, clock)
    _each(connection, mine.linked().filter(look_asked=True), look_up, client, clock)
    _each(connection, mine.pushable(), push_changes, client, clock)
    if connection.next_pull_at <= now:
        pull(connection, client, now=now, may_go_on=lambda: _may_go_on(connection, client, clock))


def _each(
    connection: Connection, rows: ExternalRefQuerySet, step: Step, client: Client, clock: Clock
) -> None:
    for ref in rows.order_by("not_before", "pk")[:MOST]:
        if not _may_go_on(connection, client, clock):
            return
        try:
            step(ref, client, now=clock())
        except ONE_ISSUE as trouble:
            note_error(ref, trouble.words, now=clock())
        except (Trouble, OperationalError, InterfaceError):
            raise
        except Exception as error:  # one item must not stop the others
            log.exception("tracker link stumbled", ref=str(ref.uuid))
            note_error(ref, f"It could not be done: {type(error).__name__}.", now=clock())


def _may_go_on(connection: Connection, client: Client, clock: Clock) -> bool:
    """While there is time, budget, and the lease is ours: it is renewed before every step."""
    return not clock.is_late and not client.wire.rest and turns.keep(connection, clock())
