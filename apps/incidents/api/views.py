from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from apps.core.api import PAGING, Creates, Edits, Lists, Shows
from apps.core.describing import extend_schema
from apps.core.versions import version_header
from apps.incidents.api import detail, shapes
from apps.incidents.api.access import IncidentAccess
from apps.incidents.api.custom_fields import IncidentFields
from apps.incidents.api.handing_over import HandingOver
from apps.incidents.api.impact import IncidentImpact
from apps.incidents.api.links import IncidentLinks
from apps.incidents.api.merging import IncidentMerging
from apps.incidents.api.public_end import IncidentPublicEnd
from apps.incidents.api.serializers import (
    IncidentDeclareSerializer,
    IncidentEditSerializer,
    IncidentRowSerializer,
    IncidentSerializer,
)
from apps.incidents.api.similar import SimilarPart
from apps.incidents.filters import NEWEST_FIRST, IncidentFilter
from apps.incidents.models import Incident
from apps.incidents.operations import declare_incident, edit_incident, note_reading

WHOLE = {"retrieve", "partial_update"}
ONLY_SORTED_BY = ("number", "status_since")  # where the next page begins is read from the row


class IncidentViewSet(
    Lists,
    Shows,
    Creates,
    Edits,
    IncidentFields,
    IncidentLinks,
    IncidentImpact,
    IncidentAccess,
    IncidentMerging,
    IncidentPublicEnd,
    HandingOver,
    SimilarPart,
):
    """Incidents by key."""

    serializer_class = IncidentSerializer
    list_serializer_class = IncidentRowSerializer
    write_serializer_class = IncidentDeclareSerializer
    filterset_class = IncidentFilter

    def queryset_of(self, user: Any) -> QuerySet[Any]:
        rows = Incident.objects.visible_to(user)
        return rows.for_detail() if self.action in WHOLE else rows

    def get_object(self) -> Incident:
        """Whatever is asked of one incident reads it; of a private one by an admin that is recorded."""
        row: Incident = super().get_object()
        note_reading([row], by=self.person, now=timezone.now())
        return row

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """A list that asks for nothing special needs no filter form, which costs more than its rows."""
        if self.action == "list" and not set(self.request.query_params) - PAGING:
            return queryset.order_by(*NEWEST_FIRST)
        return super().filter_queryset(queryset)

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        return IncidentEditSerializer if self.action == "partial_update" else super().get_serializer_class()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.filter_queryset(self.get_queryset()).values(*shapes.COLUMNS, *ONLY_SORTED_BY)
        return self.get_paginated_response(shapes.rows_of(self.paginate_queryset(rows) or []))

    @extend_schema(responses={200: IncidentSerializer, 308: None})
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One incident. A merged one leads, with 308, to the one it went into."""
        row = self.get_object()
        heir = Incident.objects.visible_to(self.person).heir_of(row)
        if heir:
            return Response({"merged_into": heir.key}, status=308, headers={"Location": heir.get_api_url()})
        return Response(detail.detail_of(row), headers=version_header(row))

    @extend_schema(responses={201: IncidentRowSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Declare an incident. The answer is its row of the list; Location leads to the rest."""
        if request.headers.get("Idempotency-Key"):
            return super().create(request, *args, **kwargs)
        # Without a key there is nothing to claim, and the operation brings its own transaction.
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        row = self.add(serializer.validated_data)
        headers = version_header(row) | {"Location": row.get_api_url()}
        return Response(self.shape(row), status=201, headers=headers)

    @extend_schema(responses=IncidentSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Edit it. Needs If-Match."""
        return super().partial_update(request, *args, **kwargs)

    def add(self, data: dict[str, Any]) -> Incident:
        row = declare_incident(**data, by=self.person, now=timezone.now())
        self.declared = [service.slug for service in data.get("services", [])]
        return row

    def edit(self, row: Incident, changes: dict[str, Any], seen: int | None) -> Incident:
        return edit_incident(row, changes=changes, seen=seen, by=self.person, now=timezone.now())

    def shape(self, row: Any) -> Any:
        if self.action == "create":
            return shapes.row_of_incident(row, self.declared)
        shown = Incident.objects.visible_to(self.person).for_detail().get(pk=row.pk)
        heir = Incident.objects.visible_to(self.person).heir_of(shown)
        return detail.detail_of(shown, heir=heir.key if heir else None)
