"""What is done to an endpoint with one button: try it, give it another secret, remove it."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.http import SignedInRequest
from apps.webhooks import operations
from apps.webhooks.views.finding import find_endpoint

PAGE = ["GET", "HEAD", "POST"]


@require_POST
def endpoint_test(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """On to the page of the delivery, which says how it went."""
    endpoint = find_endpoint(request, uuid)
    once_per = request.POST.get("once") or uuid4().hex
    delivery = operations.send_test(endpoint, once_per=once_per, by=request.user, now=timezone.now())
    return redirect(delivery)


@require_http_methods(PAGE)
def endpoint_secret(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    endpoint = find_endpoint(request, uuid)
    if request.method != "POST":
        return render(request, "webhooks/secret.html", {"endpoint": endpoint})
    changed = operations.replace_secret(endpoint, by=request.user, now=timezone.now())
    context = {"endpoint": changed, "secret": operations.present_secret(changed), "is_replaced": True}
    return render(request, "webhooks/secret_shown.html", context)


@require_http_methods(PAGE)
def endpoint_remove(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    endpoint = find_endpoint(request, uuid)
    if request.method != "POST":
        return render(request, "webhooks/remove.html", {"endpoint": endpoint})
    operations.remove_endpoint(endpoint, by=request.user)
    messages.success(request, f"{endpoint.name} is removed. Nothing is sent there any more.")
    return redirect("webhooks:list")
