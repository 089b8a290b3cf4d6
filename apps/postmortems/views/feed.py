"""The feed itself, which a program reads without signing in, and the page where its address is made."""

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.http import SignedInRequest
from apps.postmortems.feed import feed_text
from apps.postmortems.models import FeedKey
from apps.postmortems.operations import end_feed_key, make_feed_key

KIND = "application/atom+xml; charset=utf-8"
FRESH = 300  # seconds


@login_not_required
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The key in the address is the question: without one that opens something there is nothing here."""
    key = FeedKey.objects.named_by(secret)
    if key is None:
        raise Http404
    body = feed_text(key.person).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type=KIND)
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={FRESH}"
    return get_conditional_response(request, etag=etag, response=response) or response


@require_http_methods(["GET", "HEAD", "POST"])
def feed_key(request: SignedInRequest) -> HttpResponse:
    """The address is on the page that answers the form and nowhere else, so there is no redirect to it."""
    address = ""
    if request.method == "POST":
        secret = make_feed_key(now=timezone.now(), by=request.user)[1]
        address = request.build_absolute_uri(reverse("postmortems:feed", args=[secret]))
    context = {"key": FeedKey.objects.filter(person=request.user).first(), "address": address}
    return render(request, "postmortems/feed_key.html", context)


@require_POST
def feed_end(request: SignedInRequest) -> HttpResponse:
    end_feed_key(by=request.user)
    messages.success(request, "The feed is closed: its address opens nothing any more.")
    return redirect("postmortems:feed_key")
