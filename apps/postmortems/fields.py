"""Several incidents in one text field: INC-12, INC-14."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from apps.incidents.models import Incident

MAX_KEYS = 50


class IncidentKeysField(forms.CharField):
    """Cleans to the incidents among `rows`, in the order written; one that may not be seen is as unknown as any."""

    rows: QuerySet[Incident] | None = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=1000, **kwargs)

    def clean(self, value: Any) -> list[Incident]:
        text: str = super().clean(value)
        keys = list(dict.fromkeys(text.upper().replace(",", " ").split()))
        if len(keys) > MAX_KEYS:
            raise ValidationError(f"At most {MAX_KEYS} incidents share one postmortem.")
        found = {row.key: row for row in self.rows.filter(key__in=keys)} if self.rows is not None else {}
        unknown = [key for key in keys if key not in found]
        if unknown:
            raise ValidationError(f"There is no {', '.join(unknown)}. Check the number.")
        return [found[key] for key in keys]
