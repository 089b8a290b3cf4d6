from typing import Any

from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import Creates, Edits, Lists, ResourceViewSet, Shows
from apps.core.describing import extend_schema
from apps.core.serializers import TransitionSerializer
from apps.incidents.operations import note_reading
from apps.postmortems.api.exports import Exports
from apps.postmortems.api.hints import Hints
from apps.postmortems.api.importing import Imports
from apps.postmortems.api.parts import ActionItems, Reviews, Sections, Versions
from apps.postmortems.api.readers import Readers
from apps.postmortems.api.reviewing import Gates, Reviewers
from apps.postmortems.api.search import Search
from apps.postmortems.api.serializers import (
    PostmortemDraftSerializer,
    PostmortemEditSerializer,
    PostmortemListSerializer,
    PostmortemSerializer,
)
from apps.postmortems.api.templates import Blocks
from apps.postmortems.filters import PostmortemFilter
from apps.postmortems.models import Postmortem, PostmortemQuerySet
from apps.postmortems.operations import draft_postmortem, edit_postmortem, transition_postmortem


class PostmortemViewSet(
    Hints,
    Search,
    Exports,
    Imports,
    Sections,
    Reviews,
    Reviewers,
    Gates,
    Blocks,
    Readers,
    ActionItems,
    Versions,
    Lists,
    Shows,
    Creates,
    Edits,
    ResourceViewSet,
):
    """Postmortems by key: PM-3."""

    serializer_class = PostmortemSerializer
    list_serializer_class = PostmortemListSerializer
    write_serializer_class = PostmortemDraftSerializer
    filterset_class = PostmortemFilter

    def get_serializer_class(self) -> Any:
        edits = self.action == "partial_update"
        return PostmortemEditSerializer if edits else super().get_serializer_class()

    def queryset_of(self, user: Any) -> PostmortemQuerySet:
        rows = Postmortem.objects.for_reader(user)
        return (
            rows
            if self.action == "list"
            else rows.prefetch_related("sections", "reviews__reviewer", "reviews__checks")
        )

    def get_object(self) -> Postmortem:
        row: Postmortem = super().get_object()
        note_reading(row.seen_incidents, by=self.person, now=timezone.now())  # type: ignore[attr-defined]
        return row

    def add(self, data: dict[str, Any]) -> Postmortem:
        return draft_postmortem(**data, now=timezone.now(), by=self.person)

    def edit(self, row: Postmortem, changes: dict[str, Any], seen: int | None) -> Postmortem:
        return edit_postmortem(row, changes=changes, seen=seen, now=timezone.now(), by=self.person)

    @extend_schema(request=TransitionSerializer, responses=PostmortemSerializer)
    @action(detail=True, methods=["post"])
    def transitions(self, request: Request, key: str) -> Response:
        """Move to another status; approving and requesting changes take `reason` as the comment."""
        row = self.get_object()
        body = TransitionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        moved = transition_postmortem(
            row,
            **body.validated_data,
            seen=self.seen_version_if_sent(),
            now=timezone.now(),
            by=self.person,
        )
        return self.answer(moved)
