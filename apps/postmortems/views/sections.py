"""Reading, writing and the history of one section."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRefresh

from apps.core import once
from apps.core.errors import Conflict
from apps.core.http import SignedInRequest
from apps.core.pages import show_refusal
from apps.core.permissions import require
from apps.postmortems.differences import differences
from apps.postmortems.document import readings_of
from apps.postmortems.forms import SectionForm
from apps.postmortems.models import Block, PostmortemStatus, Section, SectionDraft
from apps.postmortems.operations import StaleSection, keep_draft, save_section
from apps.postmortems.policies import can_write
from apps.postmortems.reading import undrawn
from apps.postmortems.views.conflict import conflict_context
from apps.postmortems.views.finding import find_section
from apps.postmortems.views.typing import writers_of

MAX_REVISIONS = 100


def section_detail(request: SignedInRequest, key: str, slug: str) -> HttpResponse:
    """The section as it is, for who leaves the editor; a whole page is the document."""
    section = find_section(request, key, slug)
    return _show(request, section) if _is_part(request) else _at(section)


def section_edit(request: SignedInRequest, key: str, slug: str) -> HttpResponse:
    """The form, with what this person typed and did not save; `look` opens it with a text that is not saved yet."""
    section = find_section(request, key, slug)
    require(can_write(request.user, section.postmortem))
    if request.method != "POST":
        return _begin(request, section)
    form = SectionForm(request.POST, section=section)
    if form.is_valid() and "look" not in request.POST:
        return _save(request, section, form)
    return _form(request, section, form, status=422 if form.errors and _is_part(request) else 200)


def _begin(request: SignedInRequest, section: Section) -> HttpResponse:
    draft = SectionDraft.objects.filter(section=section, author=request.user).first()
    form = SectionForm(section=section)
    if draft:
        form.initial = {"text": draft.body, "version": draft.base_version}
    return _form(request, section, form, status=200, draft=draft)


def _save(request: SignedInRequest, section: Section, form: SectionForm) -> HttpResponse:
    text, seen = form.cleaned_data["text"], form.cleaned_data["version"]
    try:
        saved = _save_once(request, section, text=text, seen=seen)
    except StaleSection as stale:
        keep_draft(section, body=text, base_version=stale.seen, now=timezone.now(), by=request.user)
        context = conflict_context(section, stale)
        return _part_or_page(request, "postmortems/_section_conflict.html", context, status=412)
    except (ValidationError, Conflict) as refusal:
        show_refusal(form, refusal)
        return _form(request, section, form, status=422 if _is_part(request) else 200)
    if not _is_part(request):
        return _at(saved)
    # An approved document is a draft again with its new text: then the whole page is due.
    stays = saved.postmortem.status == section.postmortem.status
    return _show(request, saved) if stays else HttpResponseClientRefresh()


def _save_once(request: SignedInRequest, section: Section, *, text: str, seen: int) -> Section:
    """The same text sent again by the same form was saved already, whatever others have saved since."""
    key, now = request.POST.get("once", ""), timezone.now()
    with transaction.atomic():
        claimed = None
        if key:
            body = once.fingerprint(request.path, text)
            claimed, is_new = once.claim(request.user, f"section:{key[:64]}:{body[:32]}", body=body)
            if not is_new:
                return section
        saved = save_section(section, body=text, seen=seen, now=now, by=request.user)
        if claimed:
            once.answer(claimed, status=200, location="")
    return saved


def section_history(request: SignedInRequest, key: str, slug: str) -> HttpResponse:
    """All texts the section had; the chosen one is compared with the one before it."""
    section = find_section(request, key, slug)
    revisions = list(section.revisions.select_related("author")[:MAX_REVISIONS])
    wanted = request.GET.get("version", "")
    chosen = next(
        (each for each in revisions if str(each.version) == wanted), revisions[0] if revisions else None
    )
    before = next((each for each in revisions if chosen and each.version < chosen.version), None)
    context = {
        "section": section,
        "postmortem": section.postmortem,
        "revisions": revisions,
        "chosen": chosen,
        "before": before,
        "pieces": differences(before.body if before else "", chosen.body) if chosen else [],
    }
    return render(request, "postmortems/history.html", context)


def _form(
    request: SignedInRequest,
    section: Section,
    form: SectionForm,
    *,
    status: int,
    draft: SectionDraft | None = None,
) -> HttpResponse:
    context = {
        "section": section,
        "postmortem": section.postmortem,
        "form": form,
        "draft": draft,
        "once": request.POST.get("once") or uuid.uuid4().hex,
        "kept": None,
        "writers": writers_of(request, section),
    }
    return _part_or_page(request, "postmortems/_section_form.html", context, status=status)


def _part_or_page(
    request: SignedInRequest, part: str, context: dict[str, Any], *, status: int
) -> HttpResponse:
    if _is_part(request):
        response = render(request, part, context, status=status)
    else:
        status = 200 if status == 422 else status
        response = render(request, "postmortems/section.html", context | {"part": part}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _is_part(request: SignedInRequest) -> bool:
    return bool(request.htmx) and not request.htmx.history_restore_request


def _show(request: SignedInRequest, section: Section) -> HttpResponse:
    can_edit = (
        can_write(request.user, section.postmortem)
        and section.postmortem.status != PostmortemStatus.PUBLISHED
    )
    reading = readings_of(section.postmortem, [section])[0]
    context = {
        "section": reading,
        "postmortem": section.postmortem,
        "can_edit": can_edit,
        "undrawn": undrawn(
            Block.objects.filter(section__postmortem=section.postmortem).values_list("kind", flat=True)
        ),
        "unsaid": section.postmortem.unsaid_impact,
        "focus": True,
    }
    response = render(request, "postmortems/_section.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _at(section: Section) -> HttpResponse:
    return redirect(f"{section.postmortem.get_absolute_url()}#{section.slug}")
