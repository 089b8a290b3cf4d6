"""Reading the audit trail: one delivery for every endpoint and event, never none and never two.

The trail is written in the transaction of each change, so it misses nothing. Rows become visible when they are
committed, not in the order of their numbers or times; so each tick reads again from a moment before which nothing
can still be under way, and a unique key makes the second reading harmless.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from apps.action_items.models import ActionItem
from apps.audit.models import AuditEvent, PrivateScope
from apps.core.engines import oldest_transaction_began
from apps.webhooks.events import EventType, first_of, types_of, verbs_for
from apps.webhooks.models import Delivery, Endpoint
from apps.webhooks.subjects import outsider

MARGIN = timedelta(minutes=2)  # clocks of several machines differ, and a row is stamped before it is stored
KEPT_TRYING = timedelta(days=3)
BATCH = 500
OBJECTS = {"timeline": "incident"}  # what an event is about is the first word of its verb, but for these
FARTHEST_ZONES = timedelta(days=2)


def plan_deliveries(now: datetime) -> int:
    """How many deliveries there are more."""
    settled = min(now, oldest_transaction_began() or now) - MARGIN
    return sum(_plan(endpoint, settled, now) for endpoint in Endpoint.objects.listening())


def _plan(endpoint: Endpoint, settled: datetime, now: datetime) -> int:
    planned, after = 0, (endpoint.planned_to, 0)
    while events := list(_unplanned(endpoint, *after)):
        planned += _store(delivery for delivery in (_owed(endpoint, one, now) for one in events) if delivery)
        after = (events[-1].at, events[-1].pk)
    if EventType.ACTION_OVERDUE in endpoint.events:
        planned += _store(_overdue(endpoint, now))
    Endpoint.objects.filter(pk=endpoint.pk, planned_to__lt=settled).update(planned_to=settled)
    return planned


def _unplanned(endpoint: Endpoint, at: datetime, pk: int) -> QuerySet[AuditEvent]:
    """The next events after this one that it listens to and has no delivery for. What is private now is left out."""
    known = Delivery.objects.filter(endpoint=endpoint, event=OuterRef("pk"))
    events = AuditEvent.objects.filter(at__gte=at, verb__in=verbs_for(endpoint.events))
    hidden = PrivateScope.objects.values("scope")
    later = events.exclude(scope__in=hidden).exclude(at=at, pk__lte=pk)
    return later.filter(~Exists(known)).order_by("at", "pk")[:BATCH]


def _owed(endpoint: Endpoint, event: AuditEvent, now: datetime) -> Delivery | None:
    kind = first_of(types_of(event.verb, event.changes), endpoint.events)
    if kind is None:
        return None
    about = event.verb.partition(".")[0]
    return Delivery(
        endpoint=endpoint,
        type=kind,
        once_per=f"audit:{event.pk}",
        event=event,
        object_type=OBJECTS.get(about, about),
        object_key=event.object_key.partition(" ")[0],
        occurred_at=event.at,
        not_before=now,
        expires_at=now + KEPT_TRYING,
    )


def _overdue(endpoint: Endpoint, now: datetime) -> Iterable[Delivery]:
    """An item is overdue when its due date has ended where its owner lives; nobody writes that down, so it is
    read from the dates themselves."""
    since = (endpoint.planned_to - FARTHEST_ZONES).date()
    late = ActionItem.objects.visible_to(outsider()).overdue((now + FARTHEST_ZONES).date())
    known = Delivery.objects.of(endpoint).filter(type=EventType.ACTION_OVERDUE)
    told = set(known.filter(occurred_at__gte=endpoint.planned_to).values_list("once_per", flat=True))
    for item in late.filter(due_on__gte=since).select_related("owner"):
        ended, once_per = _end_of_due_date(item), f"overdue:{item.key}:{item.due_on}"
        if endpoint.planned_to <= ended <= now and once_per not in told:
            yield Delivery(
                endpoint=endpoint,
                type=EventType.ACTION_OVERDUE,
                once_per=once_per,
                object_type="action_item",
                object_key=item.key,
                occurred_at=ended,
                not_before=now,
                expires_at=now + KEPT_TRYING,
            )


def _end_of_due_date(item: ActionItem) -> datetime:
    """Midnight after it, where its owner lives."""
    day = (item.due_on or date(9999, 1, 1)) + timedelta(days=1)
    return datetime.combine(day, time(), item.owner.zone if item.owner else UTC)


def _store(rows: Iterable[Delivery]) -> int:
    """Another planner may have been quicker with any of them: the unique key decides."""
    return len(Delivery.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True))
