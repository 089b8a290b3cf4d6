"""What every page says of a person's inbox, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import template
from django.contrib.auth import get_user_model
from django.db.models import CharField, Count, OuterRef, Subquery
from django.utils import timezone

from apps.core.prepared import Given, Prepared
from apps.notifications.models import KEPT, MailAddress, OutboxMail

if TYPE_CHECKING:
    from django.db.models import QuerySet

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
    now = timezone.now()
    found = ABOUT.rows(person.pk, now, now - KEPT)
    unread, refused = found[0] if found else (0, "")
    return Inbox(unread or 0, refused or "")


def _about(person: Given, now: Given, since: Given) -> QuerySet[Any, Any]:
    unread = OutboxMail.objects.in_inbox(person, now, since).unread().order_by()
    count = unread.values("recipient").annotate(n=Count("pk")).values("n")
    bouncing = MailAddress.objects.filter(
        user=OuterRef("pk"), address=OuterRef("email"), bouncing_since__isnull=False
    )
    reason = Subquery(bouncing.values("reason"), output_field=CharField())
    people = get_user_model()._default_manager.filter(pk=person)
    return people.values_list(Subquery(count), reason)[:1]


ABOUT = Prepared(_about)
