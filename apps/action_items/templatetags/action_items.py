"""`{% load action_items %}`: what one row of a list needs to know about its reader."""

from functools import lru_cache

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from apps.accounts.models import User
from apps.action_items.models import ActionItem, SavedView, Status, Verdict
from apps.action_items.policies import can_delete_view, can_edit_action_item
from apps.action_items.steps import Step, steps_of
from apps.core.templatetags.marks import STATES, due_badge, glyph, priority_badge
from apps.core.templatetags.people import person

register = template.Library()
VERDICTS = {Verdict.HELD: "tone-ok", Verdict.CAME_BACK: "tone-danger", Verdict.CANNOT_TELL: "line"}


@register.filter
def can_finish(user: User, item: ActionItem) -> bool:
    return Status.DONE in item.next_statuses and can_edit_action_item(user, item)


@register.filter
def can_change(user: User, item: ActionItem) -> bool:
    return can_edit_action_item(user, item)


@register.filter
def can_delete(user: User, view: SavedView) -> bool:
    return can_delete_view(user, view)


@register.simple_tag(takes_context=True)
def card(context: Context, item: ActionItem) -> SafeString:
    """An item on the board. Written out because a board has ninety: as a template they take half of its time."""
    address = item.get_absolute_url()
    return format_html(
        '<li class="card" id="card-{key}"><a class="row-link" href="{address}">{title}</a>'
        '<div class="row small">{priority}<span class="mono-sm text-2">{key}</span>{moves}</div>{waits}'
        '<div class="row small">{owner}{due}</div></li>',
        key=item.key,
        address=address,
        title=item.title,
        priority=priority_badge(item.priority),
        moves=_moves(steps_of(item, context["user"]), item.key, address, context["here"]),
        waits=_waits(item.blocked_by),
        owner=person(context, item.owner),
        due=due_badge(item.due_on, context["today"]) if item.is_committed else "",
    )


def _waits(text: str) -> SafeString:
    shown = Truncator(text).chars(90) if text else ""
    return format_html('<p class="small text-2">{}</p>', shown) if text else SafeString()


def _moves(steps: tuple[Step, ...], key: str, address: str, here: str) -> SafeString:
    """The steps of a card as a menu. `here` is the page to come back to, quoted."""
    drawn = _menu(steps)
    for place, value in (("{address}", address), ("{key}", key), ("{here}", here)):
        drawn = drawn.replace(place, escape(value))
    return SafeString(drawn)


@lru_cache(maxsize=256)
def _menu(steps: tuple[Step, ...]) -> str:
    """Cards of one state offer the same: drawn once, but for three places."""
    places = {name: f"{{{name}}}" for name in ("address", "key", "here")}
    return render_to_string("action_items/_moves.html", {"steps": steps, **places}).strip()


@register.simple_tag
def verdict_badge(verdict: str) -> SafeString:
    tone = VERDICTS[Verdict(verdict)]
    return format_html('<span class="badge {}">{}</span>', tone, Verdict(verdict).label)


@register.simple_tag
def state_glyph(status: str) -> SafeString:
    return glyph(STATES[status][1])
