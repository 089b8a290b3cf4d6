"""Once an hour everything that has changed is read, so that what no webhook brought is known all the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.trackers.clients import Client, News, Unfit, Unreadable
from apps.trackers.models import Connection, ExternalRef
from apps.trackers.operations.applying import take_over
from apps.trackers.operations.sending import look_up, note_error

EVERY, AT_ONCE = timedelta(hours=1), timedelta()
MOST_PAGES = 10  # of one turn; the next goes on where this one ended
LONG_AGO = timedelta(days=1)
MOST_LOOKED_UP = 10


def pull(connection: Connection, client: Client, *, now: datetime) -> None:
    """Raises Trouble; what was read until then stays read."""
    since, page, is_done = connection.cursor_at, "", False
    etag = connection.etag
    for _ in range(MOST_PAGES):
        news = client.changed(since, page=page, etag="" if page else etag)
        _take_over_all(connection, news, now=now)
        newest = max([one.updated_at for one in news.issues if one.updated_at], default=since)
        newest = min(max(newest, since), now)
        etag = (news.etag or etag) if newest == since and not page else ""
        moves_on = client.goes_by_time and newest > since
        page = "" if moves_on else news.next_page
        if moves_on or not client.goes_by_time:
            _remember(connection, max(newest, since), etag)
        since = newest if moves_on else since
        is_done = not news.next_page
        if is_done:
            break
    _remember(connection, max(newest, since), etag)
    if is_done:
        _look_up_silent_ones(connection, client, now=now)
    next_at = now + (EVERY if is_done else AT_ONCE)
    Connection.objects.filter(pk=connection.pk).update(pulled_at=now, next_pull_at=next_at)


def _remember(connection: Connection, cursor: datetime, etag: str) -> None:
    row = Connection.objects.filter(pk=connection.pk, cursor_at__lte=cursor)
    row.update(cursor_at=cursor, etag=etag)


def _take_over_all(connection: Connection, news: News, *, now: datetime) -> None:
    """One query for all of a page: most issues of a project are nobody's here."""
    said = {issue.number: issue for issue in news.issues}
    for ref in ExternalRef.objects.of(connection).linked().filter(number__in=list(said)):
        take_over(ref, said[ref.number], now=now)


def _look_up_silent_ones(connection: Connection, client: Client, *, now: datetime) -> None:
    """What is deleted is in no list: each link is looked at once a day, some in each turn."""
    silent = ExternalRef.objects.of(connection).linked().filter(synced_at__lt=now - LONG_AGO)
    for ref in silent.order_by("synced_at", "pk")[:MOST_LOOKED_UP]:
        try:
            look_up(ref, client, now=now)
        except (Unfit, Unreadable) as trouble:
            note_error(ref, trouble.words, now=now)
