"""The timeline: writing into it, correcting it, and following it without reloading the page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.incidents import policies
from apps.incidents.forms import EntryEditForm, EntryForm
from apps.incidents.models import TimelineEntry
from apps.incidents.operations import add_entry, edit_entry, star_entry
from apps.incidents.views.finding import find, find_entry, press, read, visible
from apps.incidents.views.following import Pulse, changed_since
from apps.incidents.views.page import page_of


def timeline_since(request: SignedInRequest, key: str) -> HttpResponse:
    """204 while nothing is new, at the price of one look-up; else what is new, and whatever else changed."""
    stamp, seen = visible(request).stamp(key), Pulse.parse(request.GET.get("seen", ""))
    if stamp is None:
        raise Http404
    if stamp == (seen.version, seen.beat):
        return HttpResponse(status=204)
    return news(request, key, seen=seen)


def news(request: SignedInRequest, key: str, *, seen: Pulse, is_mine: bool = False) -> HttpResponse:
    """New entries for the top of the list; the whole list when that would not do: one was corrected, or
    belongs further down, or moved to another incident."""
    incident = read(request, get_object_or_404(visible(request).for_page(), key=key))
    changed = changed_since(incident, seen)
    context = page_of(request, incident, now=timezone.now(), changed=changed)
    context |= {"is_mine": is_mine, "is_moved": seen.version != incident.version}
    context |= {"heir": visible(request).heir_of(incident)}
    response = render(request, "incidents/_news.html", context)
    response["HX-Retarget"] = "#timeline"
    response["HX-Reswap"] = "innerHTML" if changed is None else "afterbegin"
    return response


@require_POST
def entry_add(request: SignedInRequest, key: str) -> HttpResponse:
    incident = find(request, key)
    require(policies.can_post(request.user, incident), "You can read this timeline, but not write into it.")

    def act(data: dict[str, Any]) -> TimelineEntry:
        return add_entry(incident, **data, by=request.user, now=timezone.now())

    answer = form_page(
        request,
        EntryForm(request.POST),
        "incidents/_composer.html" if request.htmx else "incidents/entry_new.html",
        act,
        to=lambda _entry: incident.get_absolute_url(),
        extra={"incident": incident},
    )
    if request.htmx and answer.status_code == 302:
        return news(request, key, seen=Pulse.parse(request.POST.get("seen", "")), is_mine=True)
    return answer


def entry_show(request: SignedInRequest, key: str, uuid: str) -> HttpResponse:
    """One entry with everything it said before."""
    entry = find_entry(request, key, uuid)
    return render(request, "incidents/entry.html", entry_page(request, entry))


def entry_edit(request: SignedInRequest, key: str, uuid: str) -> HttpResponse:
    entry = find_entry(request, key, uuid)
    require(
        policies.can_edit_entry(request.user, entry), "Only its author and the responders change an entry."
    )
    form = EntryEditForm(request.POST or None, initial={"body": entry.body, "at": entry.at})

    def act(data: dict[str, Any]) -> TimelineEntry:
        return edit_entry(entry, **data, by=request.user, now=timezone.now())

    return form_page(
        request,
        form,
        "incidents/entry_edit.html",
        act,
        to=lambda _entry: entry.incident.get_absolute_url(),
        extra=entry_page(request, entry),
    )


@require_POST
def entry_star(request: SignedInRequest, key: str, uuid: str) -> HttpResponse:
    entry = find_entry(request, key, uuid)
    is_starred = request.POST.get("star") == "on"
    said = "Starred: a postmortem will start from it." if is_starred else "No longer starred."
    if not request.htmx:
        act = lambda: star_entry(entry, is_starred=is_starred, by=request.user)  # noqa: E731
        return press(request, entry.incident, act, said)
    row = star_entry(entry, is_starred=is_starred, by=request.user)
    return render(
        request, "incidents/_star.html", {"entry": row, "incident": entry.incident, "can_post": True}
    )


def entry_page(request: SignedInRequest, entry: TimelineEntry) -> dict[str, Any]:
    return {
        "entry": entry,
        "incident": entry.incident,
        "edits": entry.edits.select_related("edited_by").order_by("-pk"),
        "can_edit": policies.can_edit_entry(request.user, entry),
    }
