"""What a team does about its cap, as a form."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from apps.accounts.forms.fields import PersonField
from apps.accounts.models import User
from apps.action_items.models import ActionItem
from apps.toil.models import BudgetPlan

MOST = 20


class KeysField(forms.CharField):
    """Cleans keys with spaces or commas between them to their rows among `rows`."""

    rows: QuerySet[Any] | None = None

    def clean(self, value: Any) -> list[Any]:
        keys = list(dict.fromkeys(filter(None, re.split(r"[\s,;]+", super().clean(value).upper()))))
        if not keys:
            raise ValidationError(self.error_messages["required"])
        if len(keys) > MOST:
            raise ValidationError(f"Name at most {MOST}.")
        found = {row.key: row for row in self.rows.filter(key__in=keys)} if self.rows is not None else {}
        missing = [key for key in keys if key not in found]
        if missing:
            raise ValidationError(f"There is no {', '.join(key[:20] for key in missing)}. Check the number.")
        return [found[key] for key in keys]


class BudgetPlanForm(forms.Form):
    owner = PersonField(label="Who sees to it")
    items = KeysField(
        max_length=400,
        label="Action items",
        help_text="The promises that bring the team below its cap, such as ACT-12 ACT-15. One at least.",
    )
    note = forms.CharField(
        required=False,
        max_length=500,
        label="What is planned",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, user: User, plan: BudgetPlan | None = None, items: list[ActionItem], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].rows = ActionItem.objects.visible_to(user)  # type: ignore[attr-defined]
        if plan:
            keys = " ".join(item.key for item in items)
            named = {"owner": plan.owner.slug, "items": keys, "note": plan.note, "version": plan.version}
            self.initial = {**self.initial, **named}
