"""Searching postmortems, for programs."""

from dataclasses import asdict
from typing import Any

from django.core.paginator import Paginator
from django.utils.datastructures import MultiValueDict
from django_filters.utils import translate_validation
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import refuse_unknown
from apps.core.describing import extend_schema
from apps.core.digits import number_in
from apps.postmortems.filters import PostmortemFilter
from apps.postmortems.models import Postmortem, PostmortemQuerySet, PostmortemStatus
from apps.postmortems.search.asking import PAGE_SIZE, Found, Hit, hits, search
from apps.postmortems.search.facets import LABELS

MAX_TEXT = 200
TEXT = OpenApiParameter("q", str, required=True, description="Words, “phrases”, -exclusions, begin*.")
PAGE = OpenApiParameter("page", int, description=f"From 1; {PAGE_SIZE} on each.")
NARROW = [
    OpenApiParameter(name, str, description=f"{label}, as in the list.") for name, label in LABELS.items()
]


class PieceSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    is_match = serializers.BooleanField()


class HitSerializer(serializers.Serializer[Hit]):
    key = serializers.CharField(source="postmortem.key")
    title = serializers.CharField(source="postmortem.title")
    status = serializers.ChoiceField(source="postmortem.status", choices=PostmortemStatus.choices)
    severity = serializers.IntegerField(source="about.severity", allow_null=True)
    services = serializers.ListField(source="about.slugs", child=serializers.CharField())
    snippet = PieceSerializer(many=True)
    timeline_of = serializers.CharField(source="entry_of", allow_blank=True)
    updated_at = serializers.DateTimeField(source="postmortem.updated_at")
    url = serializers.CharField(source="postmortem.get_api_url")


class ChoiceSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()


class FoundSerializer(serializers.Serializer[Any]):
    """`count` stops at 100 (`is_capped`). `corrected_to` says what was searched for instead of a misspelt `q`."""

    count = serializers.IntegerField()
    is_capped = serializers.BooleanField()
    corrected_to = serializers.CharField(allow_null=True)
    facets = serializers.DictField(child=ChoiceSerializer(many=True))
    results = HitSerializer(many=True)
    pages = serializers.IntegerField()


class Search:
    @extend_schema(parameters=[TEXT, PAGE, *NARROW], responses=FoundSerializer, filters=False)
    @action(detail=False, methods=["get"], pagination_class=None)
    def search(self: Any, request: Request) -> Response:
        """Best matches first, among the newest; with the lines that answer, and facets to narrow by."""
        refuse_unknown(request, {"q", "page", *LABELS})
        text = request.query_params.get("q", "")
        if not text.strip() or len(text) > MAX_TEXT:
            raise serializers.ValidationError({"q": [f"Give 1 to {MAX_TEXT} letters to look for."]})
        rows = _narrowed(request, Postmortem.objects.visible_to(self.person))
        return _answer(search(text, rows, self.person), self.person, request)


def _narrowed(request: Request, rows: PostmortemQuerySet) -> PostmortemQuerySet:
    params = {name: values for name, values in request.query_params.lists() if name in LABELS}
    if not params:
        return rows  # to make all the filters costs more than to find
    filterset = PostmortemFilter(MultiValueDict(params), queryset=rows, request=request)
    if not filterset.is_valid():
        raise translate_validation(filterset.errors)
    return filterset.qs


def _answer(found: Found, person: Any, request: Request) -> Response:
    pages, number = Paginator(found.ids, PAGE_SIZE), number_in(request.query_params.get("page", "1"))
    if number is None or not 0 < number <= pages.num_pages:
        raise NotFound("There is no such page.")
    return Response(
        {
            "count": found.count,
            "is_capped": found.is_capped,
            "corrected_to": str(found.query) if found.typed else None,
            "facets": {name: [asdict(each) for each in row] for name, row in found.facets.items()},
            "results": [_shape(hit) for hit in hits(found, list(pages.page(number)), person)],
            "pages": pages.num_pages,
        }
    )


def _shape(hit: Hit) -> dict[str, Any]:
    """As HitSerializer says, by hand: a page of them is a page of many small pieces."""
    row = hit.postmortem
    return {
        "key": row.key,
        "title": row.title,
        "status": row.status,
        "severity": hit.about.severity,
        "services": hit.about.slugs,
        "snippet": [piece._asdict() for piece in hit.snippet],
        "timeline_of": hit.entry_of,
        "updated_at": row.updated_at,
        "url": row.get_api_url(),
    }
