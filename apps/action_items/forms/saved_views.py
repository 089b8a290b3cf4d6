"""The name of a view, and whom it is for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from apps.accounts.models import Team, User
from apps.action_items.models.saved_view import LONGEST_QUERY


class ViewForm(forms.Form):
    name = forms.CharField(max_length=60, help_text="It stands as a tab above the list.")
    team = forms.ModelChoiceField(
        Team.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label="Only me",
        label="Who sees it",
        help_text="Everybody sees only what they may see: “owner: me” is whoever looks.",
    )
    is_board = forms.BooleanField(required=False, label="Open as a board")
    query = forms.CharField(max_length=LONGEST_QUERY, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.initial.get("team")  # also one that its owner has left since
        teams = Team.objects.filter(Q(pk__in=user.team_ids) | Q(slug=kept or ""))
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        if not user.team_ids and not kept:
            del self.fields["team"]
