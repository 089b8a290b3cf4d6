"""Times of incidents are typed and shown in UTC, whatever the zone of the person; an incident is named by its ID."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.accounts.models import User
from apps.core.validators import validate_reasonable_date
from apps.incidents.models import Incident

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


class ExactTimes(forms.Form):
    """Fields show minutes only: a time that comes back as it was shown keeps its seconds."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, at in self.initial.items():
            if isinstance(at, datetime) and data.get(name) == at.replace(second=0, microsecond=0):
                data[name] = at
        return data


class VisibleIncidentField(forms.CharField):
    """An incident by its ID, as far as `user` sees it; a merged one stands for where it went."""

    user: User

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "The ID of the other incident, such as INC-12.")
        super().__init__(max_length=20, **kwargs)
        self.widget.attrs |= {"autocomplete": "off"}

    def clean(self, value: Any) -> Incident | None:
        key = str(super().clean(value)).strip().upper()
        if not key:
            return None
        found = Incident.objects.visible_to(self.user).standing(key)
        if found is None:
            raise ValidationError(f"There is no incident {key} that you may see.")
        return found
