from typing import Any

from django import forms

from apps.accounts.forms.fields import HoursField, PersonField, TimeOfDayField, ZoneField, offer_too
from apps.accounts.holidays.places import countries
from apps.accounts.models import OrgRole, User, WorkSchedule
from apps.core.days import DayField

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class _ZonedForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_too(self.fields["time_zone"], self.initial.get("time_zone", ""))


class ProfileForm(_ZonedForm):
    name = forms.CharField(max_length=120)
    time_zone = ZoneField(help_text="Pages show times in this zone, and your days begin and end in it.")
    digest_at = TimeOfDayField(
        label="Daily mail at",
        help_text="On your working days, when something of yours is due. One mail, never more.",
    )
    gets_learning_letter = forms.BooleanField(
        required=False,
        label="Weekly learning letter",
        help_text="On the first working day of the week at that hour: last week’s incidents, new postmortems, "
        "and an older one that matters again.",
    )

    @staticmethod
    def of(person: User) -> dict[str, Any]:
        return {name: getattr(person, name) for name in ProfileForm.base_fields}


class PersonForm(_ZonedForm):
    """What an admin says about a person, new or known."""

    name = forms.CharField(max_length=120)
    email = forms.EmailField(
        label="E-mail", max_length=254, help_text="They sign in with it, and reminders go there."
    )
    org_role = forms.ChoiceField(
        label="Role in the organisation",
        choices=OrgRole.choices,
        initial=OrgRole.MEMBER,
        help_text="Members write what their teams own. Auditors read everything but private things. "
        "Admins may do everything.",
    )
    time_zone = ZoneField(initial="UTC")

    @staticmethod
    def of(person: User) -> dict[str, Any]:
        return {name: getattr(person, name) for name in ("name", "email", "org_role", "time_zone")}


class ScheduleForm(forms.Form):
    valid_from = DayField(
        label="From", help_text="These hours count from this day on. Earlier days keep theirs."
    )
    mon = HoursField(label="Monday")
    tue = HoursField(label="Tuesday")
    wed = HoursField(label="Wednesday")
    thu = HoursField(label="Thursday")
    fri = HoursField(label="Friday")
    sat = HoursField(label="Saturday")
    sun = HoursField(label="Sunday")
    window_start = TimeOfDayField(label="Day begins")
    window_end = TimeOfDayField(label="Day ends")
    country = forms.ChoiceField(
        required=False,
        label="Public holidays of",
        choices=lambda: [("", "No country"), *countries()],
        help_text="They are no capacity, and no reminder comes on them.",
    )
    subdivision = forms.CharField(
        required=False, max_length=10, label="State or region", help_text="Its code, such as BY for Bayern."
    )

    @classmethod
    def of(cls, schedule: WorkSchedule | None) -> dict[str, Any]:
        """The hours in force, or full time, as the start of a new schedule."""
        shown = schedule or WorkSchedule()
        return {name: getattr(shown, name) for name in cls.base_fields if name != "valid_from"}

    def clean_subdivision(self) -> str:
        return str(self.cleaned_data["subdivision"]).strip().upper()


class AbsenceForm(forms.Form):
    first_on = DayField(label="First day")
    last_on = DayField(label="Last day")
    is_half = forms.BooleanField(label="Half of each day", required=False)
    minutes = HoursField(
        label="Hours per day", required=False, help_text="Only when it is neither whole nor half days."
    )
    delegate = PersonField(
        required=False,
        label="Who stands in",
        empty_label="Nobody",
        help_text="They are reminded meanwhile of what you promised. Without anybody it waits for your return.",
    )
    reason = forms.CharField(
        required=False, max_length=80, help_text="Only you, your leads and admins read it. Nobody needs it."
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("is_half") and data.get("minutes"):
            self.add_error("minutes", "Say half days or hours, not both.")
        first, last = data.get("first_on"), data.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", "The last day must not come before the first.")
        return data
