"""The API's description, for programs and for people. It is the same for everybody, so a process writes it once.

Apart from `views.py`, which nobody's first request should pay a schema generator for.
"""

from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

from apps.core import reference

WRITERS = {writer.format: writer for writer in (OpenApiJsonRenderer, OpenApiYamlRenderer)}


def api_reference(request: HttpRequest) -> HttpResponse:
    context = {
        "everything": _everything(),
        "base": settings.BASE_URL or request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "api/reference.html", context)


@cache
def _everything() -> str:
    """Every operation and every shape."""
    context = {"resources": reference.resources(), "shapes": reference.shapes()}
    return render_to_string("api/_everything.html", context)


class ApiSchema(SpectacularAPIView):
    """In YAML or JSON, as was asked for."""

    def _get_schema_response(self, request: Request) -> HttpResponse:
        renderer = request.accepted_renderer
        name = self._get_filename(request, None)  # type: ignore[no-untyped-call]
        return HttpResponse(
            _written(renderer.format),
            content_type=renderer.media_type,
            headers={"Content-Disposition": f'inline; filename="{name}"'},
        )


@cache
def _written(form: str) -> str | bytes:
    written: str | bytes = WRITERS[form]().render(reference.schema(), renderer_context={})
    return written
