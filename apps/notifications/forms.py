from typing import Any

from django import forms

from apps.notifications.categories import choosable


class PreferencesForm(forms.Form):
    """One choice for each category that people choose about."""

    def __init__(self, *args: Any, modes: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, one in choosable().items():
            self.fields[name] = forms.ChoiceField(
                label=one.label,
                help_text=one.help,
                choices=[(mode.value, mode.label) for mode in one.modes],
                initial=modes[name],
            )
