"""The base of every serializer that reads input: unknown fields are refused by name."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request


class StrictSerializer(serializers.Serializer[Any]):
    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = sorted(set(map(str, data)) - writable)
            if unknown:
                raise serializers.ValidationError(
                    {name: ["This field cannot be set here."] for name in unknown}
                )
        return super().to_internal_value(data)


class TransitionSerializer(StrictSerializer):
    """The body of every move: where to, and why."""

    to = serializers.CharField(max_length=30)
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


def expect_nothing(request: Request) -> None:
    """For what its address says whole: a body must be empty, or an object without fields."""
    StrictSerializer(data=request.data).is_valid(raise_exception=True)
