"""A policy for programs: one row, read whole and edited whole under one version."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from apps.core.api import refuse_unknown
from apps.core.describing import extend_schema, extend_schema_view
from apps.core.models import VersionedModel
from apps.core.versions import version_header, version_read


class PolicyViewSet(ViewSet):
    """An app names its `serializer_class`, the `fields` that make it up, and how it is found and edited."""

    serializer_class: ClassVar[type[serializers.Serializer[Any]]]
    fields: ClassVar[Iterable[str]]

    def current(self) -> VersionedModel:
        raise NotImplementedError

    def edit(self, *, changes: dict[str, Any], seen: int | None, by: Any) -> VersionedModel:
        raise NotImplementedError

    def retrieve(self, request: Request) -> Response:
        refuse_unknown(request, set())
        return self._answer(self.current())

    def partial_update(self, request: Request) -> Response:
        body = self.serializer_class(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        seen = version_read(request)
        return self._answer(self.edit(changes=body.validated_data, seen=seen, by=request.user))

    def _answer(self, policy: VersionedModel) -> Response:
        shown = {name: getattr(policy, name) for name in (*self.fields, "version")}
        return Response(self.serializer_class(shown).data, headers=version_header(policy))


def described(name: str, serializer: type[serializers.Serializer[Any]], says: str) -> Callable[[Any], Any]:
    """The two operations of a `PolicyViewSet` in the schema; `says` is what one reads there."""
    return extend_schema_view(
        retrieve=extend_schema(operation_id=f"{name}_retrieve", responses=serializer, description=says),
        partial_update=extend_schema(
            operation_id=f"{name}_update",
            request=serializer(partial=True),
            responses=serializer,
            description="Change it; what is left out stays, what is named is replaced whole. Needs If-Match.",
        ),
    )
