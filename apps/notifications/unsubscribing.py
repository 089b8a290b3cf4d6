"""The address in every mail that turns its category off (RFC 8058): it names a person and a category, and does nothing
else. It never expires."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.urls import reverse

from apps.notifications import kinds
from apps.notifications.categories import Category, category

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.notifications.models import OutboxMail

PURPOSE, TOKEN = "ballast.unsubscribe", "TOKEN"


def unsubscribe_address(person: User, name: str) -> str:
    token = signing.dumps([person.pk, name], salt=PURPOSE)
    return f"{settings.BASE_URL}{_unsubscribe_path().replace(TOKEN, token)}"


def preferences_address() -> str:
    return f"{settings.BASE_URL}{_preferences_path()}"


@cache
def _unsubscribe_path() -> str:
    return reverse("unsubscribe", args=[TOKEN])


@cache
def _preferences_path() -> str:
    return reverse("notifications:preferences")


def meant_by(token: str) -> tuple[User, Category] | None:
    """None for what was never one of ours, and for people who are not here any more."""
    try:
        pk, name = signing.loads(token, salt=PURPOSE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = get_user_model()._default_manager.filter(pk=pk, is_active=True).first()
    found = category(name)
    return (person, found) if person and found else None


def headers_of(row: OutboxMail) -> dict[str, str]:
    """None in what nobody can turn off."""
    if category(kinds.category(row.kind)) is None:
        return {}
    address = unsubscribe_address(row.recipient, kinds.category(row.kind))
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def footer_of(row: OutboxMail) -> tuple[str, str] | None:
    """The category in words, and where to choose."""
    found = category(kinds.category(row.kind))
    return (found.label, preferences_address()) if found else None
