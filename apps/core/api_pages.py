"""The API's description, for programs and for people. It is the same for everybody, so a process writes it once.

What writes it is loaded by the first who asks: it takes 15 MB that hardly any process ever needs.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

AS_PAGE, AS_FILE = "apps.core.reference.as_page", "apps.core.reference.as_file"


def api_reference(request: HttpRequest) -> HttpResponse:
    base = settings.BASE_URL or request.build_absolute_uri("/").rstrip("/")
    return render(request, "api/reference.html", {"everything": import_string(AS_PAGE)(), "base": base})


class Yaml(JSONRenderer):
    """What it renders are refusals, as everywhere."""

    media_type, format = "application/vnd.oai.openapi", "yaml"


class PlainYaml(Yaml):
    media_type = "application/yaml"


class Json(JSONRenderer):
    media_type = "application/vnd.oai.openapi+json"


class PlainJson(Json):
    media_type = "application/json"


class ApiSchema(APIView):
    """In YAML or JSON, as was asked for."""

    schema = None  # it does not describe itself
    renderer_classes = (Yaml, PlainYaml, Json, PlainJson)

    def get(self, request: Request) -> HttpResponse:
        asked: Any = request.accepted_renderer
        return HttpResponse(
            import_string(AS_FILE)(asked.format),
            content_type=asked.media_type,
            headers={"Content-Disposition": f'inline; filename="Ballast.{asked.format}"'},
        )
