"""What was set off alike since an action item was verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.incidents.models import Incident
from apps.postmortems.models import Postmortem, PostmortemQuerySet, TriggerCategory

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.action_items.models import ActionItem

MOST_SHOWN = 20


def triggers_of(item: ActionItem, user: User) -> list[TriggerCategory]:
    """What set off the incidents of its postmortems, as far as the person may see them."""
    named = Postmortem.objects.visible_to(user).filter(action_items=item).exclude(trigger_category="")
    found = named.order_by("trigger_category").values_list("trigger_category", flat=True).distinct()
    return [TriggerCategory(one) for one in found]


def set_off_alike(item: ActionItem, triggers: list[TriggerCategory], user: User) -> PostmortemQuerySet:
    """Other postmortems of such a trigger with an incident that began after the item was verified, newest first."""
    later = Incident.objects.visible_to(user).comparable().filter(started_at__gt=item.verified_at)
    rows = Postmortem.objects.for_reader(user).filter(trigger_category__in=triggers)
    rows = rows.filter(pk__in=later.values("postmortems")).exclude(action_items=item)
    return rows.order_by("-number")
