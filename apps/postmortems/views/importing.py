"""Taking over postmortems from files: choose them, look at what would happen, press the button, see what did."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.core.errors import Conflict
from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.postmortems import operations
from apps.postmortems.forms import ImportForm
from apps.postmortems.models import Became, ImportBatch
from apps.postmortems.policies import can_import

ORDER = list(Became.values)[::-1]  # what wants a look comes first
TONES = {Became.NEW: "info", Became.CHANGED: "warn", Became.REFUSED: "danger", Became.LEFT: "warn"}


@require_http_methods(["GET", "POST"])
def import_new(request: SignedInRequest) -> HttpResponse:
    require(can_import(request.user), "Only admins import.")
    form = ImportForm(request.POST or None, request.FILES or None)
    return form_page(
        request,
        form,
        "postmortems/import_new.html",
        lambda data: operations.preview_import(data["files"], now=timezone.now(), by=request.user),
    )


@require_http_methods(["GET", "POST"])
def import_shown(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """The preview; once its button was pressed, what became of each file."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user), uuid=uuid)
    refusal = None
    if request.method == "POST":
        try:
            operations.import_batch(batch, now=timezone.now(), by=request.user)
            return redirect(batch)
        except Conflict as error:
            refusal = error.message
    context = {"batch": batch, "refusal": refusal, "has_lapsed": batch.has_lapsed(timezone.now())}
    return render(request, "postmortems/import.html", context | _told(batch))


def _told(batch: ImportBatch) -> dict[str, Any]:
    """The files by what becomes of them, and how many of each."""
    rows = [file.result or file.said for file in batch.files.defer("content")]
    counts = Counter(row["became"] for row in rows)
    labels = dict(Became.choices) | ({Became.NEW: "Imported"} if batch.finished_at else {})
    for row in rows:
        row |= {"label": labels[row["became"]], "tone": TONES.get(row["became"], "")}
    return {
        "rows": sorted(rows, key=lambda row: ORDER.index(row["became"])),
        "counts": [(labels[each], counts[each]) for each in Became.values if counts[each]],
        "new": counts[Became.NEW],
        "undone": sum(1 for file in batch.files.undone().values_list("pk")),
    }
