"""The public version as those see it who write and approve it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.postmortems.forms import PublicVersionForm, ReasonForm
from apps.postmortems.inside_words import inside_words
from apps.postmortems.models import Postmortem, PublicStatus
from apps.postmortems.models.public_version import WRITTEN
from apps.postmortems.operations import transition_public_version, write_public_version
from apps.postmortems.policies import can_read_public_draft, can_write
from apps.postmortems.public_page import as_markdown, file_headers, public_context, stored_version
from apps.postmortems.public_rule import public_allowed, suggestion_for, why_not_public
from apps.postmortems.views.finding import find

ONLY_WRITERS = "Those who write the postmortem, leads and admins see this."


def _find(request: SignedInRequest, key: str) -> Postmortem:
    postmortem = find(request, key)
    require(can_read_public_draft(request.user, postmortem), ONLY_WRITERS)
    return postmortem


@require_safe
def public_version(request: SignedInRequest, key: str) -> HttpResponse:
    postmortem = _find(request, key)
    return render(request, "postmortems/public.html", public_context(postmortem, request.user))


@require_http_methods(["GET", "POST"])
def public_edit(request: SignedInRequest, key: str) -> HttpResponse:
    postmortem = find(request, key)
    require(can_write(request.user, postmortem))
    if request.method == "GET" and (why_not := why_not_public(postmortem)):
        messages.error(request, why_not)
        return redirect(postmortem)
    stored = stored_version(postmortem)
    form = PublicVersionForm(request.POST or None, version=stored or suggestion_for(postmortem))
    return form_page(
        request,
        form,
        "postmortems/public_edit.html",
        lambda data: write_public_version(
            postmortem, changes=form.changes(), seen=data["version"], now=timezone.now(), by=request.user
        ),
        extra={
            "postmortem": postmortem,
            "version": stored,
            "hints": inside_words(postmortem, stored.text) if stored else [],
        },
    )


@require_POST
def public_hints(request: SignedInRequest, key: str) -> HttpResponse:
    """On what is typed at this moment; it reads, and stores nothing."""
    postmortem = find(request, key)
    require(can_write(request.user, postmortem))
    text = "\n\n".join(request.POST.get(name, "") for name in WRITTEN)
    return render(request, "postmortems/_hints.html", {"hints": inside_words(postmortem, text)})


@require_http_methods(["GET", "POST"])
def public_move(request: SignedInRequest, key: str, to: str) -> HttpResponse:
    """GET asks first: publishing and withdrawing are seen by everybody, and asking for changes needs words."""
    postmortem = _find(request, key)
    version = stored_version(postmortem)
    if to not in PublicStatus.values or version is None:
        raise Http404
    if request.method == "GET" and to not in public_allowed(version):
        messages.error(request, f"The public version is “{version.get_status_display()}” by now.")
        return redirect(version)
    form = ReasonForm(request.POST or None, initial={"version": version.version})
    form.fields["reason"].required = to == PublicStatus.WITHDRAWN
    return form_page(
        request,
        form,
        "postmortems/public_move.html",
        lambda data: transition_public_version(
            postmortem,
            to=to,
            reason=data["reason"],
            seen=data["version"],
            now=timezone.now(),
            by=request.user,
        ),
        extra=public_context(postmortem, request.user) | {"to": to},
    )


@require_safe
def public_export(request: SignedInRequest, key: str) -> HttpResponse:
    version = stored_version(_find(request, key))
    if version is None:
        raise Http404
    return HttpResponse(as_markdown(version), headers=file_headers(version))
