"""Times of incidents are typed and shown in UTC, whatever the zone of the person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone

from apps.core.validators import validate_reasonable_date

MINUTES = "%Y-%m-%dT%H:%M"


def reasonable(moment: datetime) -> None:
    validate_reasonable_date(moment.date())


class UtcTimeField(forms.DateTimeField):
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTES)
    default_validators = [reasonable]

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(UTC):
            return super().prepare_value(value)

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(UTC):
            return super().to_python(value)
