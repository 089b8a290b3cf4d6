from typing import Any

from django import forms

from apps.accounts.models import TokenScope, User
from apps.accounts.policies import can_make_token

LIFETIMES = [(30, "30 days"), (90, "90 days"), (365, "One year")]


class TokenForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="What uses it: deploy script, laptop.")
    scope = forms.ChoiceField(label="May", choices=TokenScope.choices, initial=TokenScope.READ)
    days = forms.TypedChoiceField(label="Expires after", choices=LIFETIMES, coerce=int, initial=90)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [choice for choice in TokenScope.choices if can_make_token(user, choice[0])]
        self.fields["scope"].choices = offered  # type: ignore[attr-defined]
