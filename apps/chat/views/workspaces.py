from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from apps.chat.filters import WorkspaceFilter
from apps.chat.forms import WorkspaceForm
from apps.chat.models import Workspace
from apps.chat.operations import add_workspace, edit_workspace
from apps.chat.policies import can_manage_chat
from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page

COLUMNS = [
    ("chat", lambda row: row.uuid),
    ("name", lambda row: row.name),
    ("kind", lambda row: row.kind),
    ("enabled", lambda row: row.is_enabled),
]


def only_admins(request: SignedInRequest) -> None:
    if not can_manage_chat(request.user):
        raise Http404


def to_list(_row: Workspace) -> str:
    return reverse("chat:workspaces")


def workspace_list(request: SignedInRequest) -> HttpResponseBase:
    only_admins(request)
    rows = Workspace.objects.visible_to(request.user)
    page, table = "chat/workspaces.html", "chat/_workspaces.html"
    return list_page(request, rows, WorkspaceFilter, page, table=table, csv=COLUMNS, extra={"noun": "chat"})


def workspace_new(request: SignedInRequest) -> HttpResponse:
    only_admins(request)
    form = WorkspaceForm(request.POST or None)
    return form_page(
        request, form, "chat/workspace.html", lambda data: add_workspace(**data, by=request.user), to=to_list
    )


def workspace_edit(request: SignedInRequest, uuid: str) -> HttpResponse:
    only_admins(request)
    row = get_object_or_404(Workspace.objects.visible_to(request.user), uuid=uuid)
    return form_page(
        request,
        WorkspaceForm(request.POST or None, workspace=row),
        "chat/workspace.html",
        lambda data: edit_workspace(row, changes=data, by=request.user),
        to=to_list,
        extra={"workspace": row},
    )
