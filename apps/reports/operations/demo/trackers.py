"""A repository that the demo organisation follows some of its promises in. It is paused: the demo calls nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.action_items.models import ActionItem, Status
from apps.trackers.models import Connection, ExternalRef
from apps.trackers.operations import add_connection, ask_for_issue, switch_connection
from apps.trackers.operations.applying import NOT_DONE
from apps.trackers.states import RemoteState

NAME, BASE, PROJECT = "Platform on GitHub", "https://git.ballast.example", "platform/reliability"
# how its issue is, in which words, who has it there, and what differs
ISSUES: tuple[tuple[str, str, str, str], ...] = (
    (RemoteState.OPEN, "Open", "yusuf-d", ""),
    (RemoteState.OPEN, "Open", "", ""),
    (RemoteState.DROPPED, "Closed as not planned", "stale-bot", NOT_DONE),
)
FIRST = 418


@transaction.atomic
def make_trackers(now: datetime) -> None:
    """Read for the last time twelve minutes ago, then paused; three promises are linked, one of which differs."""
    admin = User.objects.get(email="admin@ballast.example")
    fields: dict[str, Any] = {"name": NAME, "kind": "github", "base_url": BASE, "project": PROJECT}
    connection = add_connection(**fields, token="demo-token", by=admin, now=now)  # noqa: S106
    items = ActionItem.objects.filter(status=Status.OPEN, incident__is_private=False)
    for place, item in enumerate(items.order_by("-number")[: len(ISSUES)]):
        _link(item, connection, place, by=admin, now=now)
    read = {
        "pulled_at": now - timedelta(minutes=12),
        "heard_at": now - timedelta(hours=3),
        "ignored_events": 214,
    }
    Connection.objects.filter(pk=connection.pk).update(**read)
    connection.refresh_from_db()
    switch_connection(connection, is_enabled=False, by=admin, now=now)


def _link(item: ActionItem, connection: Connection, place: int, *, by: User, now: datetime) -> None:
    state, words, assignee, note = ISSUES[place]
    number = FIRST + 7 * place
    ref = ask_for_issue(item, connection=connection, by=by, now=now - timedelta(days=6, hours=place))
    ExternalRef.objects.filter(pk=ref.pk).update(
        state="linked",
        attempts=1,
        number=str(number),
        key=f"{PROJECT}#{number}",
        url=f"{BASE}/{PROJECT}/issues/{number}",
        remote_state=state,
        remote_words=words,
        remote_assignee=assignee,
        synced_at=now - timedelta(hours=3),
        pushed_version=item.version,
        note=note,
    )
