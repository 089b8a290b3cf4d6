from datetime import date, timedelta
from typing import Any

from django import forms

from apps.action_items.models import ActionItem
from apps.action_items.operations.snoozing import latest_day
from apps.core.days import DayField

USUAL = timedelta(days=3)


class SnoozeForm(forms.Form):
    until = DayField(label="Remind me again on")

    def __init__(self, *args: Any, item: ActionItem, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        latest = latest_day(item.due_on or today, today)
        self.initial = {"until": min(today + USUAL, latest)}
        self.fields["until"].widget.attrs |= {"min": today + timedelta(days=1), "max": latest}
        self.fields[
            "until"
        ].help_text = f"Until {latest:%A} {latest.day} {latest:%B} at the latest, and twice for one due date."
