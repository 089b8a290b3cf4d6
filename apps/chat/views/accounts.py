from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.chat.filters import ChatAccountFilter
from apps.chat.forms import AccountForm
from apps.chat.models import ChatAccount
from apps.chat.operations import add_account, confirm_account, remove_account
from apps.chat.policies import can_manage_chat
from apps.chat.views.workspaces import only_admins
from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page

COLUMNS = [
    ("account", lambda row: row.uuid),
    ("chat", lambda row: row.workspace.name),
    ("chat_user", lambda row: row.chat_user),
    ("chat_name", lambda row: row.chat_name),
    ("person", lambda row: row.person.slug),
    ("claimed", lambda row: row.claimed_at),
    ("confirmed", lambda row: row.confirmed_at),
]


def account_list(request: SignedInRequest) -> HttpResponseBase:
    """My own links, and for admins everybody's."""
    rows = ChatAccount.objects.visible_to(request.user).with_people()
    extra = {"noun": "link", "can_manage": can_manage_chat(request.user)}
    page, table = "chat/list.html", "chat/_table.html"
    return list_page(request, rows, ChatAccountFilter, page, table=table, csv=COLUMNS, extra=extra)


def account_new(request: SignedInRequest) -> HttpResponse:
    only_admins(request)
    form = AccountForm(request.POST or None, user=request.user)
    return form_page(
        request,
        form,
        "chat/account.html",
        lambda data: add_account(**data, by=request.user, now=timezone.now()),
        to=lambda _row: reverse("chat:list"),
    )


@require_POST
def account_confirm(request: SignedInRequest, uuid: str) -> HttpResponse:
    row = find(request, uuid)
    confirm_account(row, by=request.user, now=timezone.now())
    messages.success(request, f"{row} now acts as {row.person}.")
    return redirect("chat:list")


@require_POST
def account_remove(request: SignedInRequest, uuid: str) -> HttpResponse:
    row = find(request, uuid)
    said = f"{row} is nobody here any more."
    remove_account(row, by=request.user)
    messages.success(request, said)
    return redirect("chat:list")


def find(request: SignedInRequest, uuid: str) -> ChatAccount:
    return get_object_or_404(ChatAccount.objects.visible_to(request.user).with_people(), uuid=uuid)
