"""What the portal suggests to the caller, and their answers."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import UUID, Lists, ResourceViewSet, Shows
from apps.core.choosing import MOST_ROWS
from apps.core.describing import extend_schema
from apps.core.serializers import StrictSerializer, expect_nothing
from apps.toil.api.serializers import ANSWERS, ToilEntrySerializer, ToilEntryWriteSerializer
from apps.toil.filters import ToilEntryFilter
from apps.toil.many.choosing import of_ids
from apps.toil.models import ToilEntry
from apps.toil.models.entry import ToilEntryQuerySet
from apps.toil.operations import answer_together, confirm_entry, dismiss_entry


class AnswersSerializer(StrictSerializer):
    to = serializers.ChoiceField(choices=ANSWERS)
    ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_ROWS)


class RefusedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    refusal = serializers.CharField()


class AnsweredSerializer(serializers.Serializer[Any]):
    done = ToilEntrySerializer(many=True)
    refused = RefusedSerializer(many=True)


class ToilSuggestionViewSet(Lists, Shows, ResourceViewSet):
    """Work that the portal noticed or that comes again. Only its person sees it, and it counts nothing before a yes."""

    lookup_field = "uuid"
    lookup_value_regex = UUID
    serializer_class = ToilEntrySerializer
    filterset_class = ToilEntryFilter

    def queryset_of(self, user: Any) -> ToilEntryQuerySet:
        """The list has what waits; by its id what was answered is still there."""
        rows = ToilEntry.objects.filter(person=user.pk, suggestion__isnull=False).with_all()
        return rows.waiting() if self.action == "list" else rows

    @extend_schema(request=ToilEntryWriteSerializer, responses=ToilEntrySerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, uuid: str) -> Response:
        """It was so, with whatever was different: `{"duration": "30m"}`. Accepting twice changes nothing."""
        row, seen = self.get_object(), self.seen_version_if_sent()
        context = self.get_serializer_context()
        asked = ToilEntryWriteSerializer(row, data=request.data, partial=True, context=context)
        asked.is_valid(raise_exception=True)
        changes, now = asked.validated_data, timezone.now()
        return self.answer(confirm_entry(row, changes=changes, seen=seen, by=self.person, now=now))

    @extend_schema(request=None, responses=ToilEntrySerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, uuid: str) -> Response:
        """It was not so. It is not suggested again."""
        row, seen = self.get_object(), self.seen_version_if_sent()
        expect_nothing(request)
        return self.answer(dismiss_entry(row, seen=seen, by=self.person))

    @extend_schema(request=AnswersSerializer, responses=AnsweredSerializer, filters=False)
    @action(detail=False, methods=["post"])
    def answers(self, request: Request) -> Response:
        """Several at once, each by itself; ids of nothing are left out."""
        asked = AnswersSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        rows = of_ids(self.person, map(str, asked.validated_data["ids"])).filter(person=self.person)
        chosen, now = [(row, None) for row in rows], timezone.now()
        found = answer_together(chosen, to=asked.validated_data["to"], by=self.person, now=now)
        refused = [{"id": row.uuid, "refusal": why} for row, why in found.refused]
        context = self.get_serializer_context()
        return Response(AnsweredSerializer({"done": found.done, "refused": refused}, context=context).data)
