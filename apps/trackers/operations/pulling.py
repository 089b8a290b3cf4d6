"""Once an hour everything that has changed is read, so that what no webhook brought is known all the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from apps.trackers.clients import Client, News, Unfit, Unreadable
from apps.trackers.models import Connection, ExternalRef
from apps.trackers.operations.applying import take_over
from apps.trackers.operations.sending import look_up, note_error

EVERY = timedelta(hours=1)
LONG_AGO = timedelta(days=1)
MOST_LOOKED_UP = 10


def pull(connection: Connection, client: Client, *, now: datetime, may_go_on: Callable[[], bool]) -> None:
    """Raises Trouble; what was read until then stays read. `may_go_on` is asked before every call: where it says no,
    the next turn reads on."""
    since, page, etag, is_done = connection.cursor_at, "", connection.etag, False
    while not is_done and may_go_on():
        news = client.changed(since, page=page, etag="" if page else etag)
        _take_over_all(connection, news, now=now)
        newest = _newest(news, since, now)
        moves_on = client.goes_by_time and newest > since
        etag = (news.etag or etag) if newest == since and not page else ""
        page = "" if moves_on else news.next_page
        _remember(connection, newest, etag)
        since = newest if client.goes_by_time else since
        is_done = not news.next_page
    if is_done:
        _look_up_silent_ones(connection, client, now=now, may_go_on=may_go_on)
        Connection.objects.filter(pk=connection.pk).update(pulled_at=now, next_pull_at=now + EVERY)


def _newest(news: News, since: datetime, now: datetime) -> datetime:
    """The last change that was read; a tracker's clock that is ahead of ours does not make us skip anything."""
    return min(max([since, *(one.updated_at for one in news.issues if one.updated_at)]), max(since, now))


def _remember(connection: Connection, cursor: datetime, etag: str) -> None:
    row = Connection.objects.filter(pk=connection.pk, cursor_at__lte=cursor)
    row.update(cursor_at=cursor, etag=etag)


def _take_over_all(connection: Connection, news: News, *, now: datetime) -> None:
    """One query for all of a page: most issues of a project are nobody's here."""
    said = {issue.number: issue for issue in news.issues}
    for ref in ExternalRef.objects.of(connection).linked().filter(number__in=list(said)):
        take_over(ref, said[ref.number], now=now)


def _look_up_silent_ones(
    connection: Connection, client: Client, *, now: datetime, may_go_on: Callable[[], bool]
) -> None:
    """What is deleted is in no list: each link is looked at once a day, some in each turn."""
    silent = ExternalRef.objects.of(connection).linked().filter(synced_at__lt=now - LONG_AGO)
    for ref in silent.order_by("synced_at", "pk")[:MOST_LOOKED_UP]:
        if not may_go_on():
            return
        try:
            look_up(ref, client, now=now)
        except (Unfit, Unreadable) as trouble:
            note_error(ref, trouble.words, now=now)
