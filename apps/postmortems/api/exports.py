"""A postmortem as a file, and what the JSON of it looks like."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.describing import extend_schema
from apps.postmortems.exports import KINDS, export_file
from apps.postmortems.portable.schema import SCHEMA

KIND = OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=list(KINDS), description="The kind of file.")
FILES = {(200, kind.content_type.partition(";")[0]): OpenApiTypes.BINARY for kind in KINDS.values()}


class Exports:
    @extend_schema(parameters=[KIND], responses=FILES, filters=False)
    @action(detail=True, methods=["get"], url_path=r"export/(?P<kind>[a-z]+)", pagination_class=None)
    def export(self: Any, request: Request, key: str, kind: str) -> HttpResponse:
        """What readers are shown, as a file that another portal can take over (markdown, json), or on paper (pdf)."""
        if kind not in KINDS:
            raise NotFound("There is no such kind of file.")
        file = export_file(self.get_object(), kind, by=self.person, now=timezone.now())
        return HttpResponse(file.content, headers=file.headers)

    @extend_schema(
        responses=OpenApiResponse(OpenApiTypes.OBJECT, "JSON Schema, draft 2020-12"), filters=False
    )
    @action(detail=False, methods=["get"], url_path="schema", pagination_class=None)
    def portable_schema(self: Any, request: Request) -> Response:
        """The JSON Schema of an exported postmortem."""
        return Response(SCHEMA)
