"""What config/mail.py lets people choose, category by category."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from apps.accounts.models import User


class Mode(models.TextChoices):
    NOW = "now", "Mail at once"
    DIGEST = "digest", "In the daily digest"
    PORTAL = "portal", "In the portal only"
    OFF = "off", "Not at all"


@dataclass(frozen=True, slots=True)
class Category:
    name: str
    label: str
    help: str
    modes: tuple[Mode, ...]
    stop: Callable[[User], object] | None

    @property
    def usual(self) -> Mode:
        return self.modes[0]

    @property
    def quietest(self) -> Mode:
        """What unsubscribing makes of it: nothing, or for what cannot be turned off the portal."""
        return self.modes[-1]

    @property
    def is_chosen_here(self) -> bool:
        return len(self.modes) > 1


def category(name: str) -> Category | None:
    """None: nobody chooses about it (security)."""
    told = settings.MAIL_CATEGORIES.get(name)
    if told is None:
        return None
    stop = import_string(told["stop"]) if "stop" in told else None
    return Category(name, told["label"], told["help"], tuple(map(Mode, told["modes"])), stop)


def categories() -> list[Category]:
    return [found for name in settings.MAIL_CATEGORIES if (found := category(name))]


def choosable() -> dict[str, Category]:
    return {one.name: one for one in categories() if one.is_chosen_here}
