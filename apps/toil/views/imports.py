"""Taking over time from other tools: choose a file, see what would happen, press the button, watch, take it back."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from apps.core.buttons import press
from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page
from apps.core.permissions import require
from apps.toil import operations, policies
from apps.toil.imports.filters import ToilImportFilter
from apps.toil.imports.forms import LabelsForm, ReadingForm, UploadForm
from apps.toil.models import ToilImport, WorkKind
from apps.toil.operations.import_labels import NOT_YOURS
from apps.toil.operations.uploads import ONLY_UPLOADER

COLUMNS = [
    ("import", lambda row: str(row.uuid)),
    ("file", lambda row: row.file_name),
    ("state", lambda row: row.state),
    ("team", lambda row: row.team.slug),
    ("tool", lambda row: row.tool),
    ("person", lambda row: row.person.email),
    ("rows", lambda row: row.total),
    ("created", lambda row: row.created),
    ("here_already", lambda row: row.same),
    ("refused", lambda row: row.refused),
    ("left_out", lambda row: row.left_out),
    ("uploaded_at", lambda row: row.created_at),
    ("finished_at", lambda row: row.finished_at),
    ("undone_at", lambda row: row.undone_at),
]
LABELS_AT_ONCE = 25
"""Each brings a menu of all sources along: on a page with all of them, 300 labels and 150 sources are 2 MB."""
SHOWN = 100  # problems, notes, people and labels each
READERS_ONLY = "Auditors read; they import nothing."


def import_list(request: SignedInRequest) -> HttpResponseBase:
    rows = ToilImport.objects.visible_to(request.user).for_list()
    page, table = "toil/imports.html", "toil/_imports_table.html"
    return list_page(
        request, rows, ToilImportFilter, page, table=table, csv=COLUMNS, extra={"noun": "import"}
    )


@require_http_methods(["GET", "POST"])
def import_new(request: SignedInRequest) -> HttpResponse:
    require(request.user.may_write, READERS_ONLY)
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)

    def act(data: dict[str, Any]) -> ToilImport:
        return operations.upload_file(**form.keywords(), now=timezone.now(), by=request.user)

    return form_page(request, form, "toil/import_new.html", act)


def import_shown(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """What was found and would happen, how far it is, or what came of it; to htmx the part that changes."""
    batch, now = find(request, uuid), timezone.now()
    known = operations.meanings_of(batch.team)
    explained = [(part, name, rows, known.of_label(part, name)) for part, name, rows in batch.labels]
    shown = SHOWN if policies.can_read_rows(request.user, batch) else 0
    context = {
        "batch": batch,
        "shown": SHOWN,
        "problems": batch.problems[:shown],
        "notes": batch.notes[:shown],
        "people": batch.people[:shown],
        "unsorted": batch.entries.filter(kind=WorkKind.UNMAPPED).count() if batch.state == "done" else 0,
        "can_read": policies.can_read_entries(request.user, batch.team) or not batch.for_others,
        "labels": explained[:SHOWN],
        "can_start": policies.can_start_import(request.user, batch),
        "can_explain": policies.can_explain_labels(request.user, batch.team)
        and (not batch.is_started or batch.can_be_sorted(now)),
        "can_undo": policies.can_undo_import(request.user, batch) and batch.can_be_undone(now),
        "earlier": batch.twin() if not batch.is_started else None,
        "question": [
            (order, date.fromisoformat(day)) for order, day in batch.found.get("meanings", {}).items()
        ],
    }
    if request.htmx.target == "import-state":
        return (
            render(request, "toil/_import_state.html", context)
            if batch.is_in_work
            else HttpResponseClientRefresh()
        )
    return render(request, "toil/import.html", context)


@require_http_methods(["GET", "POST"])
def import_read(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    batch = find(request, uuid)
    require(policies.can_start_import(request.user, batch), ONLY_UPLOADER)
    form = ReadingForm(request.POST or None, user=request.user, batch=batch)

    def act(data: dict[str, Any]) -> ToilImport:
        return operations.read_again(batch, changes=data, now=timezone.now(), by=request.user)

    return form_page(request, form, "toil/import_read.html", act, extra={"batch": batch})


@require_http_methods(["GET", "POST"])
def import_labels(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    batch = find(request, uuid)
    require(policies.can_explain_labels(request.user, batch.team), NOT_YOURS)
    page = Paginator(batch.labels, LABELS_AT_ONCE).get_page(request.GET.get("page"))
    known = operations.meanings_of(batch.team)
    form = LabelsForm(request.POST or None, team=batch.team, labels=page.object_list, meanings=known)

    def act(data: dict[str, Any]) -> ToilImport:
        now = timezone.now()
        count = operations.explain_import(batch, wanted=form.wanted, now=now, by=request.user)
        operations.go_on(batch, now=now)
        messages.success(
            request, f"{count} label{'' if count == 1 else 's'} explained, for this and later files."
        )
        return batch

    def to(_: ToilImport) -> str:
        here = f"{request.path}?page={page.number + 1}"
        return here if page.has_next() else batch.get_absolute_url()

    extra = {"batch": batch, "page_obj": page}
    return form_page(request, form, "toil/import_labels.html", act, to=to, extra=extra)


@require_POST
def import_start(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    batch, now = find(request, uuid), timezone.now()

    def act() -> None:
        operations.start_import(batch, now=now, by=request.user)
        operations.go_on(batch, now=now)

    return press(request, act, to=batch)


@require_http_methods(["GET", "POST"])
def import_undo(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    batch, now = find(request, uuid), timezone.now()
    require(policies.can_undo_import(request.user, batch))

    def act() -> None:
        operations.undo_import(batch, now=now, by=request.user)
        operations.go_on(batch, now=now)

    if request.method == "POST":
        return press(request, act, to=batch)
    if not batch.can_be_undone(now):
        return redirect(batch)
    changed = batch.entries.filter(version__gt=1).count()
    return render(request, "toil/import_undo.html", {"batch": batch, "changed": changed})


def find(request: SignedInRequest, uuid: UUID) -> ToilImport:
    return get_object_or_404(ToilImport.objects.visible_to(request.user).with_names(), uuid=uuid)
