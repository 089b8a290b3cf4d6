"""The base of every serializer that reads input: unknown fields are refused by name, and so are times that leave open
when they are."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from apps.core.validators import validate_reasonable_date

MOST_NAMED = 200


class StrictSerializer(serializers.Serializer[Any]):
    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = sorted(set(map(str, data)) - writable)
            if unknown:
                raise serializers.ValidationError(
                    {name: ["This field cannot be set here."] for name in unknown}
                )
            self._refuse_endless(data)
        return super().to_internal_value(data)

    def _refuse_endless(self, data: dict[str, Any]) -> None:
        """Each row that a list names is looked up by itself: a body full of names would be an hour of look-ups."""
        named = (
            name for name, field in self.fields.items() if isinstance(field, serializers.ManyRelatedField)
        )
        endless = [
            name for name in named if isinstance(data.get(name), list) and len(data[name]) > MOST_NAMED
        ]
        if endless:
            raise serializers.ValidationError({name: [f"At most {MOST_NAMED} at once."] for name in endless})


def validate_reasonable_moment(moment: datetime) -> None:
    validate_reasonable_date(moment.date())


class MomentField(serializers.DateTimeField):
    """A time that says in which zone it is. 09:00 alone is another moment for a person, an incident and a program."""

    default_error_messages = {"naive": "Say in which zone it is: end it with Z, or with an offset as +02:00."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validators=[validate_reasonable_moment], **kwargs)

    def enforce_timezone(self, value: datetime) -> datetime:
        if timezone.is_naive(value):
            self.fail("naive")
        return super().enforce_timezone(value)


class ShownOnceField(serializers.CharField):
    """A secret that is stored nowhere as it is."""

    def __init__(self, *, more: str = "", **kwargs: Any) -> None:
        said = "Shown in this answer only, and not in a repeated answer to the same Idempotency-Key."
        super().__init__(required=False, help_text=f"{said} {more}".strip(), **kwargs)


class TransitionSerializer(StrictSerializer):
    """The body of every move: where to, and why."""

    to = serializers.CharField(max_length=30)
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


def expect_nothing(request: Request) -> None:
    """For what its address says whole: a body must be empty, or an object without fields."""
    StrictSerializer(data=request.data).is_valid(raise_exception=True)
