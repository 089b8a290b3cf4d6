"""Files of a postmortem: uploading, describing, removing, and reading them."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.downloads import download
from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.postmortems import operations
from apps.postmortems.forms import AttachmentEditForm, AttachmentForm
from apps.postmortems.models import Attachment, Postmortem
from apps.postmortems.policies import can_write
from apps.postmortems.views.finding import find, press


@require_safe
def attachment(request: SignedInRequest, key: str, uuid: UUID) -> HttpResponseBase:
    row = _find(find(request, key), uuid)
    return download(row.file, name=row.name, media_type=row.media_type, is_inline=row.is_picture)


@require_http_methods(["GET", "POST"])
def attachment_new(request: SignedInRequest, key: str) -> HttpResponse:
    postmortem = _to_write(request, key)
    form = AttachmentForm(request.POST or None, request.FILES or None)
    return form_page(
        request,
        form,
        "postmortems/attachment_form.html",
        lambda data: operations.add_attachment(
            postmortem,
            received=data["file"],
            caption=data["caption"],
            source_url=data["source_url"],
            now=timezone.now(),
            by=request.user,
        ),
        to=lambda row: f"{postmortem.get_absolute_url()}#attachments",
        extra={"postmortem": postmortem, "heading": "Attach a file"},
    )


@require_http_methods(["GET", "POST"])
def attachment_edit(request: SignedInRequest, key: str, uuid: UUID) -> HttpResponse:
    """Caption and source; below, the file is removed."""
    postmortem = _to_write(request, key)
    row = _find(postmortem, uuid)
    form = AttachmentEditForm(request.POST or None, attachment=row)
    return form_page(
        request,
        form,
        "postmortems/attachment_form.html",
        lambda data: operations.edit_attachment(
            row, changes=data, seen=data["version"], now=timezone.now(), by=request.user
        ),
        to=lambda changed: f"{postmortem.get_absolute_url()}#attachments",
        extra={"postmortem": postmortem, "heading": f"Edit {row.name}", "attachment": row},
    )


@require_POST
def attachment_remove(request: SignedInRequest, key: str, uuid: UUID) -> HttpResponse:
    postmortem = find(request, key)
    row = _find(postmortem, uuid)
    return press(
        request,
        postmortem,
        lambda: operations.remove_attachment(row, now=timezone.now(), by=request.user),
        said=f"{row.name} is removed.",
        to=f"{postmortem.get_absolute_url()}#attachments",
    )


def _to_write(request: SignedInRequest, key: str) -> Postmortem:
    postmortem = find(request, key)
    require(can_write(request.user, postmortem))
    return postmortem


def _find(postmortem: Postmortem, uuid: UUID) -> Attachment:
    row: Attachment = get_object_or_404(Attachment.objects.of(postmortem).with_people(), uuid=uuid)
    row.postmortem = postmortem
    return row
