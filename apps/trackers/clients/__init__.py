"""One room for each tracker. Nothing outside knows a path or a field of any of them.

A client is made for one place and one turn: `check()`, `create(...)`, `find(marker, since)`, `get(number)`,
`update(number, ...)`, `changed(since, ...)` speak HTTP and raise `Trouble`; `number_of(url)` and, for webhooks,
`check_signature(...)`, `delivery_id(...)` and `heard(...)` speak to nobody.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from apps.trackers.clients.github import GitHub
from apps.trackers.clients.gitlab import GitLab
from apps.trackers.clients.issue import Heard, Issue, News, Place
from apps.trackers.clients.jira import Jira
from apps.trackers.clients.trouble import Away, Gone, MustWait, Trouble, Unfit, Unreadable, Wrong
from apps.trackers.clients.wire import Headers, Payload, Wire
from apps.trackers.states import TrackerKind


class Client(Protocol):
    """`goes_by_time`: the list of changes may be read on from the time of the last one, so that nothing is skipped
    when it shifts meanwhile."""

    goes_by_time: bool
    place: Place
    wire: Wire

    def check(self) -> str: ...
    def create(self, *, title: str, body: str, due_on: str | None) -> Issue: ...
    def find(self, marker: str, *, since: datetime) -> Issue | None: ...
    def get(self, number: str) -> Issue: ...
    def update(
        self, number: str, *, body: str | None = None, state: str = "", due_on: str | None = None
    ) -> Issue: ...
    def changed(self, since: datetime, *, page: str = "", etag: str = "") -> News: ...
    def number_of(self, url: str) -> str: ...
    def key_of(self, number: str) -> str: ...
    def address_of(self, number: str) -> str: ...
    def check_signature(self, raw: bytes, headers: Headers, secret: str) -> None: ...
    def delivery_id(self, headers: Headers) -> str: ...
    def heard(self, payload: Payload, headers: Headers) -> Heard | None: ...


CLIENTS: dict[str, type[GitHub | GitLab | Jira]] = {
    TrackerKind.GITHUB: GitHub,
    TrackerKind.GITLAB: GitLab,
    TrackerKind.JIRA: Jira,
}


def client_for(place: Place, *, now: datetime) -> Client:
    return CLIENTS[place.kind](place, now)


__all__ = [
    "CLIENTS",
    "Away",
    "Client",
    "Gone",
    "Heard",
    "Issue",
    "MustWait",
    "News",
    "Place",
    "Trouble",
    "Unfit",
    "Unreadable",
    "Wrong",
    "client_for",
]
