"""The public versions of postmortems, for strangers: one of them, and all of them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string

from apps.core.digits import number_in
from apps.status_page.board import names_by_incident
from apps.status_page.models import Report, StatusPage
from apps.status_page.rendering import FRESH
from apps.status_page.views.public import MOST_PAGES, answer, for_everybody

SIZE = 20


class GoneError(Exception):
    """It was here, and was taken back."""


@for_everybody
def public_postmortem(request: HttpRequest, slug: str) -> HttpResponseBase:
    try:
        return answer(request, f"postmortem:{slug}", lambda: postmortem_text(slug))
    except GoneError:
        response = HttpResponse(gone_text(), status=410)
        response["Cache-Control"] = f"public, max-age={FRESH}"
        response["X-Robots-Tag"] = "noindex"
        return response


@for_everybody
def public_postmortems(request: HttpRequest) -> HttpResponseBase:
    """Twenty at a time, the latest first."""
    number = number_in(request.GET.get("page", "1"), digits=3)
    if number is None or not 1 <= number <= MOST_PAGES:
        raise Http404
    return answer(request, f"postmortems:{number}", lambda: postmortems_text(number))


def postmortem_text(slug: str) -> str:
    """Made private, or closed by an admin, it was never here; withdrawn, it is gone."""
    report = get_object_or_404(Report.objects.told().with_text(), slug=slug)
    if report.withdrawn_at:
        raise GoneError
    context = {"report": report, "text": report.current, "services": services_of(report), "home": home()}
    return render_to_string("status_page/postmortem.html", context)


def gone_text() -> str:
    return render_to_string("status_page/gone.html", {"home": home()})


def postmortems_text(number: int) -> str:
    rows = list(Report.objects.shown().with_text()[(number - 1) * SIZE : number * SIZE + 1])
    if not rows and (number > 1 or not StatusPage.objects.on().exists()):
        raise Http404
    older = number + 1 if len(rows) > SIZE else None
    context = {"reports": rows[:SIZE], "newer": number - 1, "older": older, "home": home()}
    return render_to_string("status_page/postmortems.html", context)


def services_of(report: Report) -> list[str]:
    names = names_by_incident(report.incidents.values_list("pk", flat=True))
    return sorted({name for found in names.values() for name in found})


def home() -> StatusPage | None:
    return StatusPage.objects.on().of_organisation().first()
