"""What every page says of a person's inbox, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import template
from django.contrib.auth import get_user_model
from django.db.models import CharField, Count, OuterRef, Subquery
from django.utils import timezone

from apps.notifications.models import MailAddress, OutboxMail

if TYPE_CHECKING:
    from apps.accounts.models import User

register = template.Library()


@dataclass(frozen=True, slots=True)
class Inbox:
    unread: int
    refused: str
    """Why nothing is sent to their address; "" when it is."""


@register.simple_tag
def inbox_of(person: User) -> Inbox:
    """Asked twice on a page it is read once."""
    known: Inbox | None = getattr(person, "_inbox", None)
    if known is None:
        known = person._inbox = _read(person)  # type: ignore[attr-defined]
    return known


def _read(person: User) -> Inbox:
    unread = OutboxMail.objects.inbox_of(person, timezone.now()).unread().order_by()
    count = unread.values("recipient").annotate(n=Count("pk")).values("n")
    bouncing = MailAddress.objects.filter(
        user=OuterRef("pk"), address=OuterRef("email"), bouncing_since__isnull=False
    )
    row = (
        get_user_model()
        ._default_manager.filter(pk=person.pk)
        .values_list(Subquery(count), Subquery(bouncing.values("reason"), output_field=CharField()))
        .first()
    )
    unread_count, refused = row or (0, "")
    return Inbox(unread_count or 0, refused or "")
