"""What belongs to one incident: its moves, timeline, roles and milestones."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import UUID, create_once, refuse_unknown
from apps.core.describing import extend_schema
from apps.incidents.api import detail, shapes
from apps.incidents.api.reading import IncidentPart
from apps.incidents.api.serializers import (
    EntryEditSerializer,
    EntrySerializer,
    EntryWriteSerializer,
    IncidentMoveSerializer,
    IncidentSerializer,
    IncidentTransitionSerializer,
    MilestoneSerializer,
    MilestoneWriteSerializer,
    RoleSerializer,
    RoleWriteSerializer,
)
from apps.incidents.models import Incident, MilestoneKind, RoleAssignment, TimelineEntry
from apps.incidents.operations import (
    add_entry,
    assign_role,
    edit_entry,
    end_role,
    hand_over,
    set_milestone,
    star_entry,
    transition_incident,
)


class IncidentParts(IncidentPart):
    @extend_schema(responses=IncidentMoveSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def transitions(self, request: Request, key: str) -> Response:
        """Every move, oldest first."""
        moves = self.get_object().transitions.select_related("actor")
        return Response([shapes.transition_of(move) for move in moves])

    @extend_schema(request=IncidentTransitionSerializer, responses=IncidentSerializer)
    @transitions.mapping.post
    def move(self, request: Request, key: str) -> Response:
        """Move to another state. 409 lists the states that are possible now, or what is missing to close it."""
        incident, wanted = self.get_object(), self.read(IncidentTransitionSerializer)
        seen = self.seen_version_if_sent()
        return self.answer(
            transition_incident(incident, **wanted, seen=seen, by=self.person, now=timezone.now())
        )

    @extend_schema(responses=EntrySerializer(many=True))
    @action(detail=True, methods=["get"], filterset_class=None)
    def timeline(self, request: Request, key: str) -> Response:
        """All entries, newest first, in pages."""
        refuse_unknown(request, {"cursor", "page_size"})
        page = self.paginate_queryset(self.get_object().timeline.newest_first())
        return self.get_paginated_response([shapes.entry_of(entry) for entry in page or []])

    @extend_schema(request=EntryWriteSerializer, responses={201: EntrySerializer})
    @timeline.mapping.post
    def write_entry(self, request: Request, key: str) -> Response:
        """Write into the timeline."""
        incident, wanted = self.get_object(), self.read(EntryWriteSerializer)

        def make() -> TimelineEntry:
            return add_entry(incident, **wanted, by=self.person, now=timezone.now())

        return create_once(request, make, shapes.entry_of)

    @extend_schema(request=EntryEditSerializer, responses=EntrySerializer)
    @action(detail=True, methods=["patch"], url_path=f"timeline/(?P<entry>{UUID})")
    def entry(self, request: Request, key: str, entry: str) -> Response:
        """Correct an entry, or star it. What it said before is kept."""
        rows = self.get_object().timeline.select_related("author", "incident")
        row, wanted = get_object_or_404(rows, uuid=entry), self.read(EntryEditSerializer)
        with transaction.atomic():
            if "is_starred" in wanted:
                row = star_entry(row, is_starred=wanted.pop("is_starred"), by=self.person)
            if wanted:
                row = edit_entry(row, **{"body": row.body, **wanted}, by=self.person, now=timezone.now())
        return Response(shapes.entry_of(row))

    @extend_schema(responses=RoleSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def roles(self, request: Request, key: str) -> Response:
        """Who had which role, from when to when."""
        return Response(detail.roles_of(self.get_object()))

    @extend_schema(request=RoleWriteSerializer, responses=RoleSerializer)
    @roles.mapping.post
    def give_role(self, request: Request, key: str) -> Response:
        """Take or give a role, hand it over, or leave it empty."""
        incident, wanted = self.get_object(), self.read(RoleWriteSerializer)
        return Response(shapes.role_of(self._give(incident, **wanted)))

    def _give(self, incident: Incident, *, role: str, person: Any) -> RoleAssignment:
        doing: dict[str, Any] = {"role": role, "by": self.person, "now": timezone.now()}
        if person is None:
            return end_role(incident, **doing)
        if incident.roles.filter(role=role, until__isnull=True).exists():
            return hand_over(incident, to=person, **doing)
        return assign_role(incident, person=person, **doing)

    @extend_schema(responses=MilestoneSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def milestones(self, request: Request, key: str) -> Response:
        """When it passed each point, who says so, and how exactly."""
        return Response(detail.milestones_of(self.get_object()))

    @extend_schema(request=MilestoneWriteSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["put"], url_path=f"milestones/(?P<kind>{'|'.join(MilestoneKind.values)})")
    def milestone(self, request: Request, key: str, kind: str) -> Response:
        """Say when it passed this point. Needs If-Match with the ETag of the incident."""
        incident, wanted = self.get_object(), self.read(MilestoneWriteSerializer)
        seen = self.seen_version()
        return self.answer(
            set_milestone(incident, kind=kind, **wanted, seen=seen, by=self.person, now=timezone.now())
        )
