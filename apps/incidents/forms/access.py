from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms

from apps.accounts.models import Team, User
from apps.incidents.forms.fields import UtcTimeField

USUALLY = timedelta(days=7)


class AccessForm(forms.Form):
    """One person or one team, and until when. `?person=` and `?team=` fill it in for giving it again."""

    person = forms.ModelChoiceField(
        User.objects.none(), required=False, label="Person", to_field_name="slug", empty_label="Nobody"
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        required=False,
        label="Or a team",
        to_field_name="slug",
        empty_label="None",
        help_text="Whoever is a member of it, for as long as they are.",
    )
    ends_at = UtcTimeField(label="Until when?", help_text="In UTC. From then on nothing of it shows.")
    reason = forms.CharField(max_length=300, required=False, label="What for?")

    def __init__(self, *args: Any, user: User, now: datetime, asked: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.visible_to(user).filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.visible_to(user)  # type: ignore[attr-defined]
        self.initial.update(asked, ends_at=(now + USUALLY).replace(second=0, microsecond=0))
