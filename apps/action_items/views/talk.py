"""Comments on an item, who watches it, and the names that are offered while one is typed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.action_items import operations, policies
from apps.action_items.audience import names_in, offered, people_named, who_see
from apps.action_items.forms.talk import ItemCommentForm
from apps.action_items.models import ActionItem, ItemComment
from apps.action_items.views.pages import find
from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require

LONGEST_NAME = 120


@require_http_methods(["GET", "POST"])
def comment_new(request: SignedInRequest, key: str) -> HttpResponse:
    item, user = find(request, key), request.user
    require(policies.can_comment(user, item), "You can read comments, but not write any.")

    def act(data: dict[str, str]) -> ItemComment:
        row = operations.add_comment(item, **data, by=user, now=timezone.now())
        _say_who_was_not_told(request, row)
        return row

    form = ItemCommentForm(request.POST or None, names=_names_url(item))
    extra = {"item": item, "heading": "Comment", "back": item.get_absolute_url()}
    return form_page(request, form, "action_items/comment_form.html", act, extra=extra)


@require_http_methods(["GET", "POST"])
def comment_edit(request: SignedInRequest, key: str, uuid: UUID) -> HttpResponse:
    """Correct the own words; below, who may removes the comment."""
    comment, user = _find_comment(request, key, uuid), request.user
    require(policies.can_remove_comment(user, comment))

    def act(data: dict[str, str]) -> ItemComment:
        row = operations.edit_comment(comment, **data, by=user, now=timezone.now())
        _say_who_was_not_told(request, row)
        return row

    form = ItemCommentForm(request.POST or None, comment=comment, names=_names_url(comment.item))
    extra = {
        "item": comment.item,
        "comment": comment,
        "heading": "Edit comment",
        "back": comment.get_absolute_url(),
        "may_edit": policies.can_edit_comment(user, comment),
    }
    return form_page(request, form, "action_items/comment_form.html", act, extra=extra)


@require_POST
def comment_remove(request: SignedInRequest, key: str, uuid: UUID) -> HttpResponse:
    comment = _find_comment(request, key, uuid)
    operations.remove_comment(comment, by=request.user, now=timezone.now())
    messages.success(request, "The comment is removed. That there was one stays visible.")
    return redirect(f"{comment.item.get_absolute_url()}#comments")


@require_POST
def item_watch(request: SignedInRequest, key: str) -> HttpResponse:
    item, is_on = find(request, key), bool(request.POST.get("on"))
    operations.watch_action_item(item, is_on=is_on, by=request.user, now=timezone.now())
    messages.success(request, "You are told of changes." if is_on else "You are no longer told of changes.")
    return redirect(item)


@require_GET
def item_people(request: SignedInRequest, key: str) -> HttpResponse:
    """Options for the name that is being typed."""
    people = offered(find(request, key), request.GET.get("q", "")[:LONGEST_NAME], timezone.now())
    return render(request, "action_items/_names.html", {"people": people})


def _find_comment(request: SignedInRequest, key: str, uuid: UUID) -> ItemComment:
    """Of one that is removed nothing is left to change."""
    item = find(request, key)
    comment = get_object_or_404(item.comments.standing().with_people(), uuid=uuid)
    comment.item = item
    return comment


def _names_url(item: ActionItem) -> str:
    return reverse("action_items:people", args=[item.key])


def _say_who_was_not_told(request: SignedInRequest, comment: ItemComment) -> None:
    """A name that reaches nobody is said, so that nobody waits for an answer."""
    named = people_named([comment.body])
    reached = {person.slug for person in who_see(comment.item, named.values())}
    missed = [f"@{name}" for name in names_in(comment.body) if name not in reached]
    if missed:
        messages.warning(
            request,
            f"Not told: {', '.join(missed)}. Nobody here has this short name, or they may not see it.",
        )
