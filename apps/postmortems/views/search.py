"""The search page of postmortems: best matches first, with the lines that answer and what to narrow by."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from apps.core.http import SignedInRequest
from apps.postmortems.filters import PostmortemFilter
from apps.postmortems.models import Postmortem
from apps.postmortems.search.asking import PAGE_SIZE, Found, hits, search
from apps.postmortems.search.facets import LABELS, Choice

MAX_TEXT = 200


class Facet(NamedTuple):
    name: str
    label: str
    chosen: list[str]
    choices: list[Choice]


def postmortem_search(request: SignedInRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:MAX_TEXT]
    params = request.GET.copy()
    for name in ("q", "page"):
        params.pop(name, None)
    rows: Any = Postmortem.objects.visible_to(request.user)
    chosen = {name: params.getlist(name) for name in LABELS if any(params.getlist(name))}
    context: dict[str, Any] = {"text": text, "chosen": chosen}
    if params:  # to make all the filters costs more than to find
        context["filter"] = PostmortemFilter(params, queryset=rows, request=request)
        rows = context["filter"].qs
    if text:
        found = search(request.GET["q"][:MAX_TEXT], rows, request.user)
        page = Paginator(found.ids, PAGE_SIZE).get_page(request.GET.get("page"))
        context |= {"found": found, "page_obj": page, "facets": _facets(found, chosen)}
        context["hits"] = hits(found, list(page), request.user)
    return render(request, "postmortems/search.html", context)


def _facets(found: Found, chosen: dict[str, list[str]]) -> list[Facet]:
    """In a fixed order; what is chosen stays to be taken away, also when nothing is found by it."""
    shown = [name for name in LABELS if name in found.facets or name in chosen]
    return [Facet(name, LABELS[name], chosen.get(name, []), found.facets.get(name, [])) for name in shown]
