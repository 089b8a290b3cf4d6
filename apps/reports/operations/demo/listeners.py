"""A channel that was told about the last weeks and is switched off: the demo calls nobody."""

from __future__ import annotations

from datetime import timedelta

from apps.audit.models import AuditEvent, PrivateScope
from apps.reports.operations.demo.stage import Stage
from apps.webhooks.events import EventType, first_of, types_of, verbs_for
from apps.webhooks.models import Attempt, Delivery, DeliveryStatus, Endpoint, Format
from apps.webhooks.operations.claims import PAUSES
from apps.webhooks.operations.planning import KEPT_TRYING

NAME = "Reliability channel"
URL = "https://chat.ballast.example/hooks/reliability"
HEARD = [EventType.INCIDENT_DECLARED, EventType.INCIDENT_RESOLVED, EventType.POSTMORTEM_PUBLISHED]
TOLD = 14
LOST = 9  # counted from the newest: the channel was away for a day
SOON = timedelta(seconds=9)


def make_listener(stage: Stage) -> None:
    """Read from the trail that the history has left, as the planner would have read it."""
    endpoint = Endpoint.objects.create(
        name=NAME,
        url=URL,
        format=Format.SLACK,
        events=list(HEARD),
        is_enabled=False,
        created_by_id=stage.admin.pk,
        planned_to=stage.now,
    )
    private = PrivateScope.objects.values("scope")
    events = AuditEvent.objects.filter(verb__in=verbs_for(HEARD)).exclude(scope__in=private)
    newest = list(events.order_by("-at", "-pk")[:TOLD])
    for place, event in reversed(list(enumerate(newest))):
        kind = first_of(types_of(event.verb, event.changes), HEARD)
        if kind is not None:
            _tell(endpoint, event, kind, stage, is_lost=place == LOST)
    last = Delivery.objects.filter(status=DeliveryStatus.DELIVERED).order_by("-pk").first()
    Endpoint.objects.filter(pk=endpoint.pk).update(last_delivered_at=last.delivered_at if last else None)


def _tell(endpoint: Endpoint, event: AuditEvent, kind: str, stage: Stage, *, is_lost: bool) -> None:
    answers = [503] * (len(PAUSES) + 1) if is_lost else [200]
    began = [event.at + SOON + sum(PAUSES[:turn], timedelta()) for turn in range(len(answers))]
    delivery = Delivery.objects.create(
        uuid=stage.chance(f"delivery {event.pk}").uuid(),
        endpoint=endpoint,
        type=kind,
        once_per=f"audit:{event.pk}",
        event=event,
        object_type=event.verb.partition(".")[0],
        object_key=event.object_key,
        occurred_at=event.at,
        status=DeliveryStatus.DEAD if is_lost else DeliveryStatus.DELIVERED,
        not_before=began[-1],
        expires_at=event.at + KEPT_TRYING,
        attempts=len(answers),
        tries=len(answers),
        error="Answered 503." if is_lost else "",
        delivered_at=None if is_lost else began[-1],
    )
    Attempt.objects.bulk_create(
        Attempt(
            delivery=delivery,
            number=turn + 1,
            began_at=began[turn],
            took_ms=80 + (event.pk * 37 + turn * 53) % 200,
            status_code=answer,
            error="Answered 503." if is_lost else "",
        )
        for turn, answer in enumerate(answers)
    )
