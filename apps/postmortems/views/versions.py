"""Published versions: one of them, and what changed from one to another."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.core.digits import number_in
from apps.core.http import SignedInRequest
from apps.postmortems.comparing import changes_between
from apps.postmortems.content import is_intact
from apps.postmortems.document import published_readings
from apps.postmortems.views.finding import find


def postmortem_version(request: SignedInRequest, key: str, version: int) -> HttpResponse:
    postmortem = find(request, key)
    snapshot = get_object_or_404(postmortem.snapshots.select_related("published_by"), version=version)
    sections = [each for each in published_readings(snapshot.content) if not each.is_empty]
    context = {
        "postmortem": postmortem,
        "snapshot": snapshot,
        "sections": sections,
        "is_intact": is_intact(snapshot),
        "before": version - 1,
    }
    return render(request, "postmortems/version.html", context)


def version_changes(request: SignedInRequest, key: str, version: int) -> HttpResponse:
    """Since the version in `since`, or the one before."""
    postmortem = find(request, key)
    since = number_in(request.GET.get("since", str(version - 1)), digits=6)
    if since is None or since >= version:
        raise Http404
    new = get_object_or_404(postmortem.snapshots, version=version)
    old = get_object_or_404(postmortem.snapshots, version=since) if since else None
    context = {"postmortem": postmortem, "old": old, "new": new, "changes": changes_between(old, new)}
    return render(request, "postmortems/changes.html", context)
