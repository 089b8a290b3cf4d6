from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from apps.accounts.models import User
from apps.incidents.models import Incident, LinkKind


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


class LinkForm(forms.Form):
    """How this incident belongs to another."""

    kind = forms.ChoiceField(choices=LinkKind.choices, label="This incident is …", widget=forms.RadioSelect)
    to = VisibleIncidentField(label="Which incident?", error_messages={"required": "Name an incident."})

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].user = user  # type: ignore[attr-defined]
