"""What is done to a tracker with one button: try it, pause it, give it another secret, take it away."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.http import SignedInRequest
from apps.trackers import operations
from apps.trackers.views.finding import find_connection

PAGE = ["GET", "HEAD", "POST"]


@require_POST
def connection_try(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    connection = find_connection(request, uuid)
    works, words = operations.try_connection(connection, by=request.user, now=timezone.now())
    tell = messages.success if works else messages.error
    tell(request, words)
    return redirect(connection)


@require_POST
def connection_switch(request: SignedInRequest, uuid: UUID, to: str) -> HttpResponse:
    connection = find_connection(request, uuid)
    if to not in ("on", "off"):
        raise Http404
    operations.switch_connection(connection, is_enabled=to == "on", by=request.user, now=timezone.now())
    said = "goes on: what changed meanwhile is read now" if to == "on" else "is paused"
    messages.success(request, f"{connection.name} {said}.")
    return redirect(connection)


@require_http_methods(PAGE)
def connection_secret(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    connection = find_connection(request, uuid)
    if request.method != "POST":
        return render(request, "trackers/secret.html", {"connection": connection})
    changed = operations.replace_hook_secret(connection, by=request.user)
    context = {"connection": changed, "secret": operations.present_hook_secret(changed), "is_replaced": True}
    return render(request, "trackers/secret_shown.html", context)


@require_http_methods(PAGE)
def connection_remove(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    connection = find_connection(request, uuid)
    if request.method != "POST":
        return render(request, "trackers/remove.html", {"connection": connection})
    operations.remove_connection(connection, by=request.user)
    messages.success(request, f"{connection.name} is removed. Issues that were linked stay as plain links.")
    return redirect("trackers:list")
