"""Days in forms: one field for them all, and a period of somebody's own choice."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from apps.core.validators import validate_reasonable_date


class DayField(forms.DateField):
    """With the browser's calendar; from 1970 to 2100."""

    default_validators = [validate_reasonable_date]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)


def check_days(days: dict[str, date | None], *, today: date, longest: int, too_long: str) -> None:
    """The first and the last day of a period under the names of their fields; without a last one it lasts until today.
    Raises ValidationError by field."""
    (start, first), (end, last) = days.items()
    if first is None:
        raise ValidationError({start: "Give the first day."})
    if first > today:
        raise ValidationError({start: "This day has not come yet."})
    if last is not None and last < first:
        raise ValidationError({end: "The last day comes before the first."})
    if ((last or today) - first).days >= longest:
        raise ValidationError({start: too_long})
