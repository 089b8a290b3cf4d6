"""The words of a digest: its subject, its greeting, and the same lines as text and as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from apps.core.stencils import Stencil
from apps.reminders.lines import HEADINGS, THING, Line
from apps.reminders.sources.action_items import NOUN as ACTION_ITEM

if TYPE_CHECKING:
    from apps.accounts.models import User

MOST_ITEMS = 20
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
Form = Literal["txt", "html"]
LETTERS: dict[Form, Stencil] = {form: Stencil(f"emails/digest.{form}") for form in ("txt", "html")}
ITEMS: dict[Form, Stencil] = {form: Stencil(f"emails/_item.{form}") for form in ("txt", "html")}
Addresses = dict[str, str]


class Words(NamedTuple):
    subject: str
    text: str
    html: str


def addresses() -> Addresses:
    """The pages that every digest leads to, for any number of them."""
    return {
        "mine_url": f"{settings.BASE_URL}{reverse('action_items:list')}?owner=me&status=committed",
        "home_url": f"{settings.BASE_URL}{reverse('reports:home')}",
        "profile_url": f"{settings.BASE_URL}{reverse('accounts:profile')}",
    }


def digest_words(
    person: User, lines: Sequence[Line], today: date, pages: Addresses, *, is_test: bool
) -> Words:
    """Of at least one line, in the order of the mail."""
    shown, first = lines[:MOST_ITEMS], lines[0]
    more, subject = len(lines) - len(shown), _subject(lines, today, is_test=is_test)
    said = {
        "subject": subject,
        "day": f"{today:%A} {today.day} {today:%B}",
        "is_test": is_test,
        **_greeting(person, lines),
        "preheader": f"{first.title}: {first.when}",
        "more": str(more) if more else "",
        "may_move": any(line.noun == ACTION_ITEM for line in lines),
        "time": f"{person.digest_at:%H:%M}",
        **pages,
    }
    text, html = (LETTERS[form].filled(lines=_drawn(shown, form), **said) for form in ("txt", "html"))
    return Words(subject, text, html)


def _drawn(lines: Sequence[Line], form: Form) -> SafeString:
    """Under their headings."""
    parts = []
    for group, found in groupby(lines, attrgetter("group")):
        theirs = list(found)
        parts.append(_heading(group, form))
        parts += [_item(line, form, is_last=line is theirs[-1]) for line in theirs]
    return SafeString("".join(parts))


@cache
def _heading(group: str, form: Form) -> str:
    return render_to_string(f"emails/_heading.{form}", {"text": HEADINGS[group]})


def _item(line: Line, form: Form, *, is_last: bool) -> str:
    return ITEMS[form].filled(
        url=line.url,
        title=line.title,
        when=line.when,
        is_late=line.is_late,
        facts=line.facts,
        note=line.note,
        is_last=is_last,
    )


def _counts(lines: Sequence[Line]) -> list[tuple[str, int]]:
    return [(group, len(list(found))) for group, found in groupby(lines, attrgetter("group"))]


def _subject(lines: Sequence[Line], today: date, *, is_test: bool) -> str:
    said = ", ".join(f"{count} {HEADINGS[group].lower()}" for group, count in _counts(lines))
    return f"{'Test: ' if is_test else ''}{said} - {today:%a} {today.day} {today:%b}"


def _greeting(person: User, lines: Sequence[Line]) -> dict[str, str]:
    """The worst first and as a sentence, the rest below it."""
    first, *rest = _counts(lines)
    name = person.name.split()[0] if person.name.split() else "Hello"
    nouns = {line.noun for line in lines if line.group == first[0]}
    noun = (nouns.pop() if len(nouns) == 1 else THING).of(first[1])
    *parts, last = [f"{_number(count)} more {_state(group, count)}" for group, count in rest] or [""]
    more = " and ".join(filter(None, [", ".join(parts), last]))
    return {
        "heading": f"{name}, {_number(first[1])} {noun} {_state(*first)}",
        "lede": f"{more[:1].upper()}{more[1:]}." if more else "",
    }


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _state(group: str, count: int) -> str:
    return f"{'is' if count == 1 else 'are'} {HEADINGS[group].lower()}"
