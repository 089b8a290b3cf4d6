"""What an event is about, as somebody who belongs nowhere would see it: only that is ever sent.

Private incidents, and the postmortems and action items under them, are hidden by the same `visible_to` as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from apps.accounts.models import User
from apps.action_items.models import ActionItem
from apps.core.changes import plain
from apps.incidents.models import Incident
from apps.postmortems.models import Postmortem
from apps.webhooks.events import TEST
from apps.webhooks.models import Delivery

NOBODY = 0  # no row has this key


@dataclass(frozen=True, slots=True)
class Subject:
    """`facts` are the fields of `object` in the payload beside type, key, title and url."""

    type: str
    key: str
    title: str
    url: str
    state: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def outsider() -> User:
    """A member who holds no role, belongs to no team and has declared nothing."""
    nobody = User(pk=NOBODY)
    nobody.memberships_now = []  # it is asked for each message
    return nobody


def subject_of(delivery: Delivery) -> Subject | None:
    """None when it is private now, or gone."""
    if delivery.type == TEST:
        return Subject("webhook", delivery.endpoint.name, delivery.endpoint.name, _link(delivery.endpoint))
    return FINDERS[delivery.object_type](delivery.object_key)


def _link(row: Any) -> str:
    return f"{settings.BASE_URL}{row.get_absolute_url()}"


def _subject(kind: str, row: Any, names: tuple[str, ...], **facts: Any) -> Subject:
    read = {name: plain(getattr(row, name)) for name in names}
    return Subject(kind, row.key, row.title, _link(row), str(row.get_status_display()), read | facts)


def _incident(key: str) -> Subject | None:
    rows = Incident.objects.visible_to(outsider()).prefetch_related("services")
    row = rows.filter(key=key).first()
    if row is None:
        return None
    names = ("status", "severity", "kind", "started_at", "mitigated_at", "resolved_at")
    return _subject("incident", row, names, services=sorted(one.slug for one in row.services.all()))


def _postmortem(key: str) -> Subject | None:
    row = Postmortem.objects.visible_to(outsider()).filter(key=key).first()
    if row is None:
        return None
    seen = Incident.objects.visible_to(outsider()).filter(postmortems=row).order_by("number")
    keys = list(seen.values_list("key", flat=True))
    return _subject("postmortem", row, ("status", "published_at"), incidents=keys)


def _action_item(key: str) -> Subject | None:
    rows = ActionItem.objects.visible_to(outsider()).select_related("team", "service", "incident")
    row = rows.filter(key=key).first()
    if row is None:
        return None
    names = ("status", "priority", "kind", "due_on", "team", "service", "incident")
    return _subject("action_item", row, names)


FINDERS = {"incident": _incident, "postmortem": _postmortem, "action_item": _action_item}
