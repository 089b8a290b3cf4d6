"""Form fields of what is typed."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.toil.lines.durations import Unreadable, expect_duration


class DurationField(forms.CharField):
    """How long, in seconds."""

    widget = forms.TextInput(attrs={"placeholder": "25m or 1h30"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)

    def clean(self, value: Any) -> Any:
        try:
            return expect_duration(super().clean(value))[0]
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from error
