"""Comments on sections: new ones, answers, corrections, and settling a thread."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.postmortems import operations, policies
from apps.postmortems.forms import CommentForm, WordsForm
from apps.postmortems.models import Comment
from apps.postmortems.views.finding import find, find_section, press


@require_http_methods(["GET", "POST"])
def comment_new(request: SignedInRequest, key: str, slug: str) -> HttpResponse:
    section = find_section(request, key, slug)
    user, postmortem = request.user, section.postmortem
    require(policies.can_comment(user, postmortem), "You can read comments, but not write any.")
    form = CommentForm(request.POST or None, may_block=policies.can_block(user, postmortem))
    return form_page(
        request,
        form,
        "postmortems/comment_form.html",
        lambda data: operations.add_comment(section, **data, now=timezone.now(), by=user),
        extra={
            "postmortem": postmortem,
            "heading": f"Comment on “{section.title}”",
            "back": f"{postmortem.get_absolute_url()}#{slug}",
        },
    )


@require_http_methods(["GET", "POST"])
def comment_answer(request: SignedInRequest, key: str, uuid: UUID) -> HttpResponse:
    comment = find_comment(request, key, uuid)
    require(policies.can_comment(request.user, comment.section.postmortem))
    return form_page(
        request,
        WordsForm(request.POST or None),
        "postmortems/comment_form.html",
        lambda data: operations.answer_comment(comment, **data, now=timezone.now(), by=request.user),
        extra={
            "postmortem": comment.section.postmortem,
            "heading": "Answer",
            "answered": comment.first,
            "back": comment.get_absolute_url(),
        },
    )


@require_http_methods(["GET", "POST"])
def comment_edit(request: SignedInRequest, key: str, uuid: UUID) -> HttpResponse:
    """Correct the own words; below, who may removes the comment."""
    comment, user = find_comment(request, key, uuid), request.user
    require(policies.can_remove_comment(user, comment))
    form = WordsForm(request.POST or None, comment=comment)
    return form_page(
        request,
        form,
        "postmortems/comment_form.html",
        lambda data: operations.edit_comment(comment, **data, now=timezone.now(), by=user),
        extra={
            "postmortem": comment.section.postmortem,
            "heading": "Edit comment",
            "back": comment.get_absolute_url(),
            "comment": comment,
            "may_edit": policies.can_edit_comment(user, comment),
        },
    )


@require_POST
def comment_remove(request: SignedInRequest, key: str, uuid: UUID) -> HttpResponse:
    comment = find_comment(request, key, uuid)
    return press(
        request,
        comment.section.postmortem,
        lambda: operations.remove_comment(comment, by=request.user),
        said="The comment is removed.",
        to=f"{comment.section.postmortem.get_absolute_url()}#{comment.section.slug}",
    )


@require_POST
def comment_state(request: SignedInRequest, key: str, uuid: UUID) -> HttpResponse:
    comment, user, to = find_comment(request, key, uuid), request.user, request.POST.get("to", "")
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "resolved": (
            lambda: operations.resolve_comment(comment, now=timezone.now(), by=user),
            "Settled. The thread stays readable below its section.",
        ),
        "open": (lambda: operations.reopen_comment(comment, by=user), "The thread is open again."),
        "blocking": (
            lambda: operations.set_blocking(comment, is_blocking=True, by=user),
            "It has to be settled before publication.",
        ),
        "free": (
            lambda: operations.set_blocking(comment, is_blocking=False, by=user),
            "It no longer stands before publication.",
        ),
    }
    refused = lambda: operations.transition_comment(comment, to=to, now=timezone.now(), by=user)  # noqa: E731
    act, said = acts.get(to, (refused, ""))
    return press(request, comment.section.postmortem, act, said=said, to=comment.get_absolute_url())


def find_comment(request: SignedInRequest, key: str, uuid: UUID) -> Comment:
    postmortem = find(request, key)
    rows = Comment.objects.of(postmortem).with_people()
    comment = get_object_or_404(rows, uuid=uuid)
    comment.section.postmortem = postmortem
    return comment
