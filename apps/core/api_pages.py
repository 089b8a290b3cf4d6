"""The page about the API. Apart from `views.py`, which nobody's first request should pay a schema generator for."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.core import reference


def api_reference(request: HttpRequest) -> HttpResponse:
    context = {
        "resources": reference.resources(),
        "shapes": reference.shapes(),
        "base": settings.BASE_URL or request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "api/reference.html", context)
