from datetime import timedelta
from typing import Any

from django import forms

from apps.accounts.forms.fields import PersonField
from apps.accounts.models import CapTarget, Membership, Team, TeamRole
from apps.core.days import DayField

DAY = timedelta(days=1)


class TeamForm(forms.Form):
    name = forms.CharField(max_length=80)
    slug = forms.SlugField(
        label="Short name", max_length=60, help_text="Lower-case, for addresses: payments. It never changes."
    )
    description = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    toil_cap_pct = forms.DecimalField(
        label="Toil cap in percent",
        min_value=0,
        max_value=100,
        max_digits=4,
        decimal_places=1,
        initial=50,
        help_text="Above it the team's toil is marked. 50 is the usual promise.",
    )
    cap_applies_to = forms.ChoiceField(
        label="The cap is on",
        choices=CapTarget.choices,
        initial=CapTarget.TOIL,
        help_text="All operational work is toil and the entries of the kind “other operational work”.",
    )
    nudges_checkins = forms.BooleanField(
        label="Remind members of their weekly check-in",
        required=False,
        help_text="By a mail in the afternoon of their last working day of the week, and one on the next.",
    )
    leads_read_entries = forms.BooleanField(
        label="Leads read single toil entries, with names",
        required=False,
        help_text="For a team that has agreed to it; everybody in it is told on their toil page. Else each person "
        "alone reads their own, and leads see hours by source and how far the load is spread.",
    )

    def __init__(self, *args: Any, team: Team | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if team:
            del self.fields["slug"]
            self.initial = {name: getattr(team, name) for name in self.fields}


class _PlaceForm(forms.Form):
    role = forms.ChoiceField(choices=TeamRole.choices, initial=TeamRole.MEMBER)
    allocation_pct = forms.IntegerField(
        label="Allocation in percent",
        min_value=1,
        max_value=100,
        initial=100,
        help_text="The share of their working time that belongs to this team.",
    )
    counts_capacity = forms.BooleanField(
        label="Counts for the team’s capacity",
        required=False,
        initial=True,
        help_text="Leave it out for contractors and guests: their hours are shown, and in no percentage.",
    )


class MemberForm(_PlaceForm):
    person = PersonField(empty_label="Choose a person")
    valid_from = DayField(label="First day")
    last_on = DayField(label="Last day", required=False, help_text="Leave empty while nobody knows.")
    field_order = ["person", "role", "allocation_pct", "counts_capacity", "valid_from", "last_on"]

    @staticmethod
    def keywords(data: dict[str, Any]) -> dict[str, Any]:
        """People say the last day, the model the first day after it."""
        rest = {name: value for name, value in data.items() if name != "last_on"}
        return rest | {"valid_to": data["last_on"] + DAY if data.get("last_on") else None}


class MemberChangeForm(_PlaceForm):
    since = DayField(label="From", help_text="Earlier days stay as they were.")

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _PlaceForm.base_fields:
            self.initial[name] = getattr(membership, name)


class MemberEndForm(forms.Form):
    last_on = DayField(label="Last day in the team")
