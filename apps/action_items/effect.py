"""What happened on a service since something was done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from apps.incidents.models import Incident

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.action_items.models import ActionItem

MOST_SHOWN = 20


class Since(NamedTuple):
    """`shown` are the newest of the `found` incidents on the same service that began after it was verified."""

    found: int
    shown: list[Incident]


def since(item: ActionItem, user: User) -> Since:
    """What the person may see of it; nothing for an item without a service, or one that is not verified."""
    if item.service_id is None or item.verified_at is None:
        return Since(0, [])
    rows = Incident.objects.visible_to(user).comparable()
    rows = rows.filter(services=item.service_id, started_at__gt=item.verified_at)
    return Since(rows.count(), list(rows.order_by("-started_at", "-pk")[:MOST_SHOWN]))
