"""What strangers read. No cookie is read or set here, nobody is asked who they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from apps.core.digits import number_in
from apps.status_page.board import board_of, history_of
from apps.status_page.models import StatusPage
from apps.status_page.rendering import FRESH, feed_text, kept, page_text

HISTORY_SIZE = 20
MOST_PAGES = 500


def for_everybody(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    open_view: Any = login_not_required(require_safe(view))
    open_view.is_for_everybody = True
    return open_view


@for_everybody
def public_page(request: HttpRequest, slug: str = "") -> HttpResponseBase:
    return answer(request, f"page:{slug}", lambda: page_text(board_of(found(slug), now=timezone.now())))


@for_everybody
def public_feed(request: HttpRequest, slug: str = "") -> HttpResponseBase:
    kind = "application/atom+xml; charset=utf-8"
    return answer(request, f"feed:{slug}", lambda: feed_text(found(slug)), kind=kind)


@for_everybody
def public_history(request: HttpRequest, slug: str = "") -> HttpResponseBase:
    """Older disruptions, twenty at a time."""
    number = number_in(request.GET.get("page", "1"), digits=3)
    if number is None or not 1 <= number <= MOST_PAGES:
        raise Http404
    return answer(request, f"history:{slug}:{number}", lambda: history_text(found(slug), number))


def history_text(page: StatusPage, number: int) -> str:
    rows, count = history_of(page, skip=(number - 1) * HISTORY_SIZE, count=HISTORY_SIZE)
    if not rows and number > 1:
        raise Http404
    older = number + 1 if count > number * HISTORY_SIZE else None
    context = {"page": page, "disruptions": rows, "newer": number - 1, "older": older, "count": count}
    return render_to_string("status_page/history.html", context)


def found(slug: str) -> StatusPage:
    """The page, if it is on; else there is nothing here, as everywhere where nothing is."""
    pages = StatusPage.objects.on()
    rows = pages.of_services().filter(slug=slug) if slug else pages.of_organisation()
    return get_object_or_404(rows)


def answer(
    request: HttpRequest, name: str, build: Callable[[], str], *, kind: str = "text/html; charset=utf-8"
) -> HttpResponseBase:
    """The kept text, or 304 to who has it already."""
    page = kept(name, build, now=timezone.now().replace(microsecond=0))
    response = HttpResponse(page.body, content_type=kind)
    response["Cache-Control"] = f"public, max-age={FRESH}"
    response["ETag"] = page.etag
    modified = int(page.changed_at.timestamp())
    response["Last-Modified"] = f"{page.changed_at:%a, %d %b %Y %H:%M:%S GMT}"
    return (
        get_conditional_response(request, etag=page.etag, last_modified=modified, response=response)
        or response
    )
