"""What a person is reminded of on one day, as a mail. Read when it is sent: what is done by then is not in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from apps.accounts.calendar import calendars_of
from apps.action_items.models import ActionItem
from apps.action_items.reminders import SOON_BUSINESS_DAYS
from apps.notifications.mail import Mail
from apps.notifications.models import OutboxMail

if TYPE_CHECKING:
    from apps.accounts.models import User

MOST_ITEMS = 20
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
HEADINGS = {"overdue": "Overdue", "today": "Due today", "soon": "Due soon"}


@dataclass(frozen=True, slots=True)
class Line:
    """One item as a mail shows it."""

    group: str
    title: str
    url: str
    when: str
    facts: str
    note: str

    @property
    def is_late(self) -> bool:
        return self.group == "overdue"


def render_digest(row: OutboxMail, now: datetime) -> Mail | None:
    """None when nothing of this person's is overdue, due today or due in three business days any more."""
    owner = row.recipient
    today = date.fromisoformat(row.payload["local_date"])
    lines = [_line(item, today) for item in _items(owner, today)]
    if not lines:
        return None
    is_test = bool(row.payload.get("test"))
    subject = _subject(lines, today, is_test=is_test)
    context = {"subject": subject, **_context(owner, lines, today, is_test=is_test)}
    return Mail(
        subject=subject,
        text=render_to_string("emails/digest.txt", context),
        html=render_to_string("emails/digest.html", context),
    )


def _items(owner: User, today: date) -> list[ActionItem]:
    """Oldest date first; the recipient's rights are asked again, they may have changed since the plan."""
    horizon = calendars_of([owner.pk], today, date.max)[owner.pk].add_business_days(today, SOON_BUSINESS_DAYS)
    found = ActionItem.objects.visible_to(owner).committed().owned_by(owner).filter(due_on__lte=horizon)
    return list(found.select_related("incident").order_by("due_on", "priority", "number"))


def _line(item: ActionItem, today: date) -> Line:
    assert item.due_on is not None  # noqa: S101  (committed items have a date, the database says so)
    is_private = item.incident is not None and item.incident.is_private
    days = (item.due_on - today).days
    return Line(
        group="overdue" if days < 0 else "today" if days == 0 else "soon",
        title=item.key if is_private else item.title,
        url=settings.BASE_URL + item.get_absolute_url(),
        when=_when(days, item.due_on),
        facts=_facts(item),
        note="" if is_private or not item.blocked_by else f"Blocked: {item.blocked_by}",
    )


def _when(days: int, due: date) -> str:
    if days < 0:
        return f"{-days} {'day' if days == -1 else 'days'} overdue"
    return {0: "Today", 1: "Tomorrow"}.get(days, f"{due:%A} {due.day} {due:%B}")


def _facts(item: ActionItem) -> str:
    origin = f"from {item.incident.key}" if item.incident else ""
    return ", ".join(filter(None, [f"P{item.priority}", item.get_kind_display().lower(), origin]))


def _context(owner: User, lines: list[Line], today: date, *, is_test: bool) -> dict[str, object]:
    shown = lines[:MOST_ITEMS]
    return {
        "day": f"{today:%A} {today.day} {today:%B}",
        "is_test": is_test,
        **_greeting(owner, lines),
        "groups": [
            {"heading": heading, "lines": [line for line in shown if line.group == group]}
            for group, heading in HEADINGS.items()
            if any(line.group == group for line in shown)
        ],
        "first": shown[0],
        "more": len(lines) - len(shown),
        "time": f"{owner.digest_at:%H:%M}",
        "mine_url": f"{settings.BASE_URL}{reverse('action_items:list')}?owner=me&status=committed",
        "home_url": f"{settings.BASE_URL}{reverse('reports:home')}",
        "profile_url": f"{settings.BASE_URL}{reverse('accounts:profile')}",
    }


def _counts(lines: list[Line]) -> list[tuple[str, int]]:
    counts = [(group, sum(line.group == group for line in lines)) for group in HEADINGS]
    return [(group, count) for group, count in counts if count]


def _subject(lines: list[Line], today: date, *, is_test: bool) -> str:
    said = ", ".join(f"{count} {HEADINGS[group].lower()}" for group, count in _counts(lines))
    return f"{'Test: ' if is_test else ''}{said} - {today:%a} {today.day} {today:%b}"


def _greeting(owner: User, lines: list[Line]) -> dict[str, str]:
    """The worst first and as a sentence, the rest below it."""
    first, *rest = _counts(lines)
    name = owner.name.split()[0] if owner.name.split() else "Hello"
    noun = "action item" if first[1] == 1 else "action items"
    more = " and ".join(f"{_number(count)} more {_state(group, count)}" for group, count in rest)
    return {
        "heading": f"{name}, {_number(first[1])} {noun} {_state(*first)}",
        "lede": f"{more[:1].upper()}{more[1:]}." if more else "",
    }


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _state(group: str, count: int) -> str:
    return f"{'is' if count == 1 else 'are'} {HEADINGS[group].lower()}"
