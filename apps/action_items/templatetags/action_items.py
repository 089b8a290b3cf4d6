"""`{% load action_items %}`: what one row of a list needs to know about its reader."""

from django import template
from django.utils.safestring import SafeString

from apps.accounts.models import User
from apps.action_items.models import ActionItem, Status
from apps.action_items.policies import can_edit_action_item
from apps.core.templatetags.marks import STATES, glyph

register = template.Library()
HEADINGS = {
    "overdue": "Overdue",
    "week": "Due this week",
    "later": "Later",
    "undated": "No date yet",
    "settled": "Settled",
}


@register.filter
def can_finish(user: User, item: ActionItem) -> bool:
    return Status.DONE in item.next_statuses and can_edit_action_item(user, item)


@register.filter
def group_heading(group: str) -> str:
    return HEADINGS[group]


@register.filter
def slipped(item: ActionItem) -> str:
    """slipped 3×, +41 d; nothing while the first promise stands."""
    if not item.slip_count:
        return ""
    sign = "−" if item.slipped_days < 0 else "+"
    return f"slipped {item.slip_count}×, {sign}{abs(item.slipped_days)} d"


@register.simple_tag
def state_glyph(status: str) -> SafeString:
    return glyph(STATES[status][1])
