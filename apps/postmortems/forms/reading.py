"""Who has to read it."""

from typing import Any

from django import forms

from apps.accounts.models import Team, User
from apps.postmortems.models import Postmortem


class ReadersForm(forms.Form):
    """Those who are asked can be ticked off; teams are all there, one more person is chosen from everybody."""

    people = forms.ModelMultipleChoiceField(
        User.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="People",
    )
    add = forms.ModelChoiceField(
        User.objects.none(), to_field_name="slug", required=False, empty_label="Nobody else", label="One more"
    )
    teams = forms.ModelMultipleChoiceField(
        Team.objects.all(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Teams",
        help_text="Everybody who belongs to it on the day on which a version is published.",
    )

    def __init__(self, *args: Any, postmortem: Postmortem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(postmortem.required_readers.select_related("person", "team"))
        people = [row.person for row in rows if row.person]
        asked = User.objects.filter(pk__in=[person.pk for person in people])
        self.fields["people"].queryset = asked  # type: ignore[attr-defined]
        others = User.objects.active().exclude(pk__in=[postmortem.owner_id, *(each.pk for each in people)])
        self.fields["add"].queryset = others  # type: ignore[attr-defined]
        self.initial = {
            "people": [person.slug for person in people],
            "teams": [row.team.slug for row in rows if row.team],
        }
        if not people:
            del self.fields["people"]
            self.fields["add"].label = "A person"

    def chosen(self) -> dict[str, Any]:
        """What `choose_readers` takes."""
        data = self.cleaned_data
        return {"people": [*data.get("people", []), *filter(None, [data["add"]])], "teams": data["teams"]}
