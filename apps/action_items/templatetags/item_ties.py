"""What hangs on an item, each a part of its page: `{% item_comments %}` and its neighbours."""

import uuid
from typing import Any

from django import template

from apps.action_items import talk
from apps.action_items.models import ActionItem
from apps.action_items.operations.unsplitting import standing_split
from apps.action_items.policies import can_edit_action_item
from apps.action_items.ties import Ties, ties_of

register = template.Library()


@register.inclusion_tag("action_items/_comments.html", takes_context=True)
def item_comments(context: Any) -> dict[str, Any]:
    return _with_request(context, talk.comments_of(context["item"], context["request"].user))


@register.inclusion_tag("action_items/_watch.html", takes_context=True)
def item_watch(context: Any) -> dict[str, Any]:
    return _with_request(context, _watchers(context))


@register.inclusion_tag("action_items/_watchers.html", takes_context=True)
def item_watchers(context: Any) -> dict[str, Any]:
    return _with_request(context, _watchers(context))


@register.inclusion_tag("action_items/_checklist.html", takes_context=True)
def item_checklist(context: Any) -> dict[str, Any]:
    item, user = context["item"], context["request"].user
    can_edit = can_edit_action_item(user, item) and not item.is_final
    shown = {"item": item, "steps": item.checklist.all(), "can_edit": can_edit, "once": uuid.uuid4().hex}
    return _with_request(context, shown)


@register.inclusion_tag("action_items/_mismatches.html", takes_context=True)
def item_mismatches(context: Any) -> dict[str, Any]:
    return {"ties": _ties(context)}


@register.inclusion_tag("action_items/_dependencies.html", takes_context=True)
def item_dependencies(context: Any) -> dict[str, Any]:
    item, user = context["item"], context["request"].user
    shown = {"item": item, "ties": _ties(context), "can_edit": can_edit_action_item(user, item)}
    return _with_request(context, shown)


@register.inclusion_tag("action_items/_parts.html", takes_context=True)
def item_parts(context: Any) -> dict[str, Any]:
    item, user = context["item"], context["request"].user
    seen = ActionItem.objects.visible_to(user)
    parts = list(seen.filter(split_from=item).order_by("number"))
    can_undo = bool(parts) and can_edit_action_item(user, item) and standing_split(item) is not None
    whole = seen.filter(pk=item.split_from_id).first() if item.split_from_id else None
    return {"item": item, "parts": parts, "can_undo": can_undo, "whole": whole}


def _watchers(context: Any) -> dict[str, Any]:
    """Read once for a page."""
    item = context["item"]
    if not hasattr(item, "watchers_seen"):
        item.watchers_seen = talk.watchers_of(item, context["request"].user)
    found: dict[str, Any] = item.watchers_seen
    return found


def _ties(context: Any) -> Ties:
    item = context["item"]
    if not hasattr(item, "ties_seen"):
        item.ties_seen = ties_of(item, context["request"].user)
    found: Ties = item.ties_seen
    return found


def _with_request(context: Any, shown: dict[str, Any]) -> dict[str, Any]:
    request = context["request"]
    return shown | {"csrf_token": context.get("csrf_token"), "request": request, "user": request.user}
