"""The audit trail of the invented history, written at the end, in order of time."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from apps.audit.models import AuditEvent
from apps.core.changes import plain
from apps.reports.operations.demo.loading import Loader

MOST = 50_000


class Event(NamedTuple):
    at: datetime
    verb: str
    kind: str
    key: str
    actor: int
    scope: str
    changes: dict[str, Any]


class Trail:
    """Keeps the first events and lets the rest go: at large scales nobody reads them."""

    def __init__(self) -> None:
        self._events: list[Event] = []

    def tell(
        self, verb: str, key: str, *, at: datetime, by: int, kind: str = "", scope: str = "", **changes: Any
    ) -> None:
        """`kind` is what the verb is about, unless said otherwise; changes are {field: [before, after]}."""
        told = {name: [plain(value) for value in pair] for name, pair in changes.items()}
        self.add(Event(at, verb, kind or verb.partition(".")[0].replace("_", ""), key, by, scope, told))

    def add(self, event: Event) -> None:
        """One whose changes are given whole."""
        if len(self._events) < MOST:
            self._events.append(event)

    def write(self, loader: Loader) -> None:
        for event in sorted(self._events, key=attrgetter("at")):
            loader.add(
                AuditEvent,
                at=event.at,
                actor_id=event.actor,
                door="command",
                verb=event.verb,
                object_type=event.kind,
                object_key=event.key,
                scope=event.scope,
                changes=event.changes,
            )
