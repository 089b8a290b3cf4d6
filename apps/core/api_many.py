"""Changing many rows at once for programs: what would become of each, the change itself, and the way back.

Beside `many.py`, whose models and operations it shows. An app says how its rows are named and which operations act.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import UUID, Creates, ResourceViewSet, Shows
from apps.core.many import ManyChange
from apps.core.serializers import StrictSerializer, expect_nothing


class ChosenRowSerializer(StrictSerializer):
    version = serializers.IntegerField(
        min_value=1,
        max_value=999_999_999,
        required=False,
        help_text="That was read; a later one is left alone.",
    )


class OutcomeSerializer(serializers.Serializer[Any]):
    changes = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(allow_blank=True)),
        help_text="Field, before and after, in words. Empty: it stays as it is.",
    )
    refusal = serializers.CharField(help_text="Why it stays as it is.")


class AppliedOutcomeSerializer(OutcomeSerializer):
    undo_refusal = serializers.CharField(help_text="Why it could not be taken back.")


class ManyChangeSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="uuid")
    at = serializers.DateTimeField()
    undo_until = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


class ManyChangeViewSet(Shows, Creates, ResourceViewSet):
    """One's own changes. `foresee`, `apply` and `take_back` are the operations of an app; `chosen` and `wish` are what
    they take, out of what was sent. `preview` and `undo` are described by the subclass."""

    lookup_field = "uuid"
    lookup_value_regex = UUID
    model: ClassVar[type[ManyChange]]
    preview_serializer_class: ClassVar[type[serializers.Serializer[Any]]]
    foresee: Callable[..., Any]
    apply: Callable[..., ManyChange]
    take_back: Callable[..., ManyChange]

    def chosen(self, data: dict[str, Any]) -> Any:
        """(row, version that was read or None) of each."""
        raise NotImplementedError

    def wish(self, data: dict[str, Any]) -> Any:
        raise NotImplementedError

    def model_none(self) -> QuerySet[Any]:
        return self.model._default_manager.none()

    def queryset_of(self, user: Any) -> QuerySet[Any]:
        rows: Any = self.model._default_manager
        found: QuerySet[Any] = rows.visible_to(user)
        return found

    def add(self, data: dict[str, Any]) -> ManyChange:
        return self.apply(self.chosen(data), self.wish(data), by=self.person, now=timezone.now())

    def read(self, serializer: Any, request: Request) -> dict[str, Any]:
        body = serializer(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        found: dict[str, Any] = body.validated_data
        return found

    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """What would become of each; nothing changes."""
        data = self.read(self.write_serializer_class, request)
        rows = self.foresee(self.chosen(data), self.wish(data), by=self.person, now=timezone.now())
        return Response(self.preview_serializer_class({"rows": rows}).data)

    @action(detail=True, methods=["post"])
    def undo(self, request: Request, uuid: str) -> Response:
        """Give back what nobody has changed since, within 15 minutes; 409 after them."""
        change = self.get_object()
        expect_nothing(request)
        return self.answer(self.take_back(change, by=self.person, now=timezone.now()))
