"""Adding, changing, trying and removing endpoints. The audit trail keeps their host, never the whole address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, lock
from apps.core.errors import Conflict
from apps.core.once import fingerprint
from apps.core.permissions import require
from apps.webhooks.events import TEST, EventType
from apps.webhooks.models import Delivery, Endpoint
from apps.webhooks.operations.planning import KEPT_TRYING
from apps.webhooks.policies import can_manage_webhooks
from apps.webhooks.signing import secret_of

EDITABLE = ("name", "url", "format", "events", "is_enabled")
ONLY_ADMINS = "Only admins manage webhooks."
MOST_ENDPOINTS = 100


@transaction.atomic
def add_endpoint(*, by: User, now: datetime, **fields: Any) -> Endpoint:
    """It hears what happens from now on. Its secret is `present_secret`."""
    require(can_manage_webhooks(by), ONLY_ADMINS)
    if Endpoint.objects.count() >= MOST_ENDPOINTS:
        raise Conflict(f"There are {MOST_ENDPOINTS} webhooks already. Remove one that is no longer used.")
    endpoint = Endpoint(created_by=by, planned_to=now, **_in_order(fields))
    endpoint.full_clean()
    endpoint.save()
    told = {name: [None, getattr(endpoint, name)] for name in EDITABLE if name != "url"}
    record("webhook.added", endpoint, by=by, changes=told | {"host": [None, endpoint.host]})
    return endpoint


@transaction.atomic
def edit_endpoint(
    endpoint: Endpoint, *, changes: Mapping[str, Any], seen: int | None = None, by: User, now: datetime
) -> Endpoint:
    """What happens while it is off is not sent later."""
    row = lock(endpoint)
    require(can_manage_webhooks(by), ONLY_ADMINS)
    check_version(row, seen)
    before = row.host
    wanted = _in_order({name: changes[name] for name in EDITABLE if name in changes})
    was_on = row.is_enabled
    if wanted.get("is_enabled") and not was_on:
        wanted |= {"disabled_reason": "", "planned_to": now, "failures_in_a_row": 0, "resume_at": None}
    if wanted.get("url", row.url) != row.url:
        wanted |= {"failures_in_a_row": 0, "resume_at": None}
    diff = apply_changes(row, wanted)
    told = {name: pair for name, pair in diff.items() if name in EDITABLE and name != "url"}
    if "url" in diff:
        told["host"] = [before, row.host]
    if told:
        record("webhook.edited", row, by=by, changes=told)
    return row


def _in_order(fields: dict[str, Any]) -> dict[str, Any]:
    """Events in the order of their list, each once; a name that is none is left for the validator to refuse."""
    events = fields.get("events")
    if not isinstance(events, list) or not set(events) <= set(EventType.values):
        return fields
    return fields | {"events": [name for name in EventType.values if name in events]}


@transaction.atomic
def replace_secret(endpoint: Endpoint, *, by: User, now: datetime) -> Endpoint:
    """The one before signs beside it for a day, so that receivers can be changed in peace."""
    row = lock(endpoint)
    require(can_manage_webhooks(by), ONLY_ADMINS)
    number = row.secret_number + 1
    apply_changes(row, {"secret_number": number, "secret_changed_at": now})
    record("webhook.secret_replaced", row, by=by, changes={"secret": [number - 1, number]})
    return row


def present_secret(endpoint: Endpoint) -> str:
    """For the one page and the one answer that show it."""
    return secret_of(endpoint.uuid, endpoint.secret_number)


@transaction.atomic
def remove_endpoint(endpoint: Endpoint, *, by: User) -> None:
    """With its deliveries; what it was stays in the audit trail."""
    row = lock(endpoint)
    require(can_manage_webhooks(by), ONLY_ADMINS)
    told = {"name": [row.name, None], "host": [row.host, None], "deliveries": [row.deliveries.count(), 0]}
    record("webhook.removed", row, by=by, changes=told)
    row.delete()


@transaction.atomic
def send_test(endpoint: Endpoint, *, once_per: str, by: User, now: datetime) -> Delivery:
    """Owe it one test event, on or off. `once_per` makes a double click one test."""
    row = lock(endpoint)
    require(can_manage_webhooks(by), ONLY_ADMINS)
    delivery, is_new = Delivery.objects.get_or_create(
        endpoint=row,
        once_per=f"test:{fingerprint(once_per)}",
        defaults={
            "type": TEST,
            "object_type": "webhook",
            "object_key": row.name,
            "occurred_at": now,
            "not_before": now,
            "expires_at": now + KEPT_TRYING,
        },
    )
    if is_new:
        record("webhook.tested", row, by=by, changes={"delivery": [None, str(delivery.uuid)]})
    return delivery


@transaction.atomic
def switch_off(endpoint: Endpoint, *, reason: str, by: User) -> None:
    """By the clock, when the receiver says that it is gone for good; by then somebody may have removed it."""
    row = Endpoint.objects.select_for_update().filter(pk=endpoint.pk).first()
    if row is None:
        return
    diff = apply_changes(row, {"is_enabled": False, "disabled_reason": reason})
    if diff:
        record("webhook.edited", row, by=by, changes=diff)
