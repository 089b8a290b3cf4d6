"""Fields that several forms here share: zones by continent, hours of a day, dates, people."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.accounts.models import Team, User, time_zones
from apps.core.choosers import NamedField, NameIterator
from apps.core.templatetags.times import typed_hours

CONTINENTS = (
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
MINUTES = 60
NO_TEAM = "There is no team to choose. An admin adds teams under Teams."
Choices = list[tuple[str, str] | tuple[str, list[tuple[str, str]]]]


@cache
def zones_by_continent() -> Choices:
    """The zones people live in; old aliases such as US/Pacific are taken but not offered."""
    groups: dict[str, list[tuple[str, str]]] = {continent: [] for continent in CONTINENTS}
    for name in sorted(time_zones()):
        continent, _, city = name.partition("/")
        if continent in groups:
            groups[continent].append((name, city.replace("_", " ").replace("/", ", ")))
    return [("UTC", "UTC"), *groups.items()]


class TeamsOrNone(NameIterator):
    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        pairs = list(super().__iter__())
        yield from pairs if any(key for key, _ in pairs) else [("", NO_TEAM)]


class TeamMenu(NamedField):
    """One of the teams of `queryset`, which says so where there is none to choose."""

    iterator = TeamsOrNone

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Team.objects.none(), to_field_name="slug", **kwargs)


class ZoneField(forms.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=zones_by_continent, label="Time zone", **kwargs)

    def valid_value(self, value: str) -> bool:
        return value in time_zones()


def offer_too(field: Any, zone: str) -> None:
    """Somebody whose zone has an old name keeps it until they choose another."""
    if zone and not forms.ChoiceField(choices=zones_by_continent).valid_value(zone):
        field.choices = [(zone, zone), *zones_by_continent()]


class HoursField(forms.DecimalField):
    """Hours as people write them (7.5); minutes for the operation."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=24, max_digits=4, decimal_places=2, **kwargs)

    def clean(self, value: Any) -> Any:
        hours = super().clean(value)
        return None if hours is None else int((hours * MINUTES).to_integral_value())

    def prepare_value(self, value: Any) -> Any:
        """Minutes from the database as hours; what was typed as it was typed."""
        return typed_hours(value) if isinstance(value, int) else value


class TimeOfDayField(forms.TimeField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), **kwargs)


class PersonField(forms.ModelChoiceField):
    """One of the active people, by their short name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=active_people(), to_field_name="slug", **kwargs)

    def label_from_instance(self, person: Any) -> str:
        return f"{person.name} ({person.email})"


def active_people() -> QuerySet[User]:
    return User.objects.active().order_by("name", "pk")
