from __future__ import annotations

from typing import Any

from django import forms

from apps.accounts.models import User
from apps.incidents.forms.fields import VisibleIncidentField
from apps.incidents.models import LinkKind


class LinkForm(forms.Form):
    """How this incident belongs to another."""

    kind = forms.ChoiceField(choices=LinkKind.choices, label="This incident is …", widget=forms.RadioSelect)
    to = VisibleIncidentField(label="Which incident?", error_messages={"required": "Name an incident."})

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].user = user  # type: ignore[attr-defined]
