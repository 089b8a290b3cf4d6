"""Action items of a postmortem: made here or linked; they live in their own app."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.action_items import operations as action_items
from apps.action_items.models import ActionItem, Source
from apps.audit.operations import record
from apps.core.changes import lock
from apps.core.permissions import require
from apps.incidents.models import Incident
from apps.postmortems.models import Postmortem
from apps.postmortems.policies import can_write


@transaction.atomic
def add_action_item(postmortem: Postmortem, *, now: datetime, by: User, **fields: Any) -> ActionItem:
    """A new action item that belongs to the postmortem and to its first incident."""
    row = lock(postmortem)
    require(can_write(by, row))
    item: ActionItem = action_items.add_action_item(
        incident=incident_of(row), source=Source.POSTMORTEM, now=now, by=by, **fields
    )
    _link(row, item, by=by)
    return item


def incident_of(postmortem: Postmortem) -> Incident | None:
    """The one that its action items hang on; a private one comes first, so that they are as private."""
    return postmortem.incidents.order_by("-is_private", "number").first()


@transaction.atomic
def link_action_item(postmortem: Postmortem, item: ActionItem, *, by: User) -> ActionItem:
    """Name an action item that exists; callers hand over one that `by` may see."""
    row = lock(postmortem)
    require(can_write(by, row))
    _link(row, item, by=by)
    return item


def _link(row: Postmortem, item: ActionItem, *, by: User) -> None:
    if row.action_items.filter(pk=item.pk).exists():
        return
    row.action_items.add(item)
    record("postmortem.action_item_linked", row, by=by, changes={"action_items": [None, item.key]})
