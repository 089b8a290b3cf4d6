"""What the parts of the incident's API share."""

from __future__ import annotations

from typing import Any

from rest_framework.serializers import BaseSerializer

from apps.core.api import ResourceViewSet


class IncidentPart(ResourceViewSet):
    def read(self, serializer_class: type[BaseSerializer[Any]]) -> dict[str, Any]:
        """The body, checked."""
        serializer = serializer_class(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)
