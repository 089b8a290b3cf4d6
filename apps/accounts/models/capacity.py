"""When people work: dated weekly schedules and absences, the denominator of every toil percentage."""

from __future__ import annotations

import uuid
from datetime import date, time
from itertools import groupby

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from apps.accounts.holidays.places import place_name
from apps.accounts.models.leave import Leave
from apps.core.models import TimestampedModel
from apps.core.templatetags.times import typed_hours
from apps.core.validators import validate_reasonable_date

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MAX_MINUTES = [MaxValueValidator(1440)]
REASONABLE = [validate_reasonable_date]


def plan_scope(user_id: int) -> str:
    """What the trail files hours and leave under: private, as they are on the pages."""
    return f"plan:{user_id}"


Place = tuple[str, str]  # country and subdivision


class WorkScheduleQuerySet(models.QuerySet["WorkSchedule"]):
    def between(self, start: date, end: date) -> WorkScheduleQuerySet:
        """Schedules that touch the half-open range [start, end)."""
        return self.filter(valid_from__lt=end).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=start))

    def on(self, day: date) -> WorkScheduleQuerySet:
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))


class WorkSchedule(TimestampedModel):
    """Contract minutes per weekday from `valid_from` until before `valid_to`; ranges of one person never overlap.
    Country and subdivision name the public holidays that apply; without a country there are none."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="schedules")
    mon = models.PositiveSmallIntegerField(default=480, validators=MAX_MINUTES)
    tue = models.PositiveSmallIntegerField(default=480, validators=MAX_MINUTES)
    wed = models.PositiveSmallIntegerField(default=480, validators=MAX_MINUTES)
    thu = models.PositiveSmallIntegerField(default=480, validators=MAX_MINUTES)
    fri = models.PositiveSmallIntegerField(default=480, validators=MAX_MINUTES)
    sat = models.PositiveSmallIntegerField(default=0, validators=MAX_MINUTES)
    sun = models.PositiveSmallIntegerField(default=0, validators=MAX_MINUTES)
    window_start = models.TimeField(default=time(9, 0))
    window_end = models.TimeField(default=time(18, 0))
    country = models.CharField(max_length=2, blank=True)
    subdivision = models.CharField(max_length=10, blank=True)
    valid_from = models.DateField(validators=REASONABLE)
    valid_to = models.DateField(null=True, blank=True, validators=REASONABLE)

    objects = WorkScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["user", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="schedule_ends_after_it_begins",
                violation_error_message="The last day must come after the first.",
            )
        ]

    def __str__(self) -> str:
        return self.audit_key

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def place(self) -> Place:
        return self.country, self.subdivision

    @property
    def place_name(self) -> str:
        return place_name(*self.place)

    @property
    def minutes(self) -> tuple[int, ...]:
        """Seven numbers, Monday first."""
        return tuple(getattr(self, day) for day in DAYS)

    def minutes_on(self, day: date) -> int:
        """Of the contract on that weekday, whether or not it is valid then."""
        minutes: int = getattr(self, DAYS[day.weekday()])
        return minutes

    @property
    def week_seconds(self) -> int:
        return sum(self.minutes) * 60

    @property
    def in_words(self) -> str:
        """Mon to Fri 8 h, Sat 4 h."""
        runs = [
            list(run) for _, run in groupby(zip(DAYS, self.minutes, strict=True), key=lambda pair: pair[1])
        ]
        worked = [(run[0][0], run[-1][0], run[0][1]) for run in runs if run[0][1]]
        days = (
            (first.title() + (f" to {last.title()}" if last != first else ""), at)
            for first, last, at in worked
        )
        return ", ".join(f"{name} {typed_hours(minutes)} h" for name, minutes in days) or "No hours"

    @property
    def audit_scope(self) -> str:
        return plan_scope(self.user_id)

    @property
    def audit_key(self) -> str:
        return f"{self.user.slug} from {self.valid_from}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def touching(self, first: date, last: date) -> AbsenceQuerySet:
        return self.filter(first_on__lte=last, last_on__gte=first)

    def whole(self) -> AbsenceQuerySet:
        return self.filter(minutes=None, is_half=False)

    def ending_after(self, day: date) -> AbsenceQuerySet:
        return self.filter(last_on__gte=day)

    def with_stand_in(self, start: date, end: date) -> AbsenceQuerySet:
        """Whole days that touch [start, end], on which somebody who is here stands in."""
        return self.touching(start, end).whole().filter(delegate__is_active=True).select_related("delegate")


class Absence(Leave, TimestampedModel):
    """Leave on the dates `first_on` to `last_on`, both inclusive: whole days, half of each, or `minutes` of each.
    Nobody is away twice on a day; only parts of a day may add up.
    Who stands in (`delegate`) is reminded meanwhile of what the person promised."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first_on = models.DateField(validators=REASONABLE)
    last_on = models.DateField(validators=REASONABLE)
    minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), *MAX_MINUTES]
    )
    is_half = models.BooleanField(default=False)
    reason = models.CharField(max_length=80, blank=True)
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["user", "first_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="absence_ends_after_it_begins",
                violation_error_message="The last day must not come before the first.",
            ),
            models.CheckConstraint(
                condition=Q(is_half=False) | Q(minutes__isnull=True),
                name="absence_is_half_or_in_minutes",
                violation_error_message="Say half days or minutes, not both.",
            ),
        ]

    def __str__(self) -> str:
        return self.audit_key

    def get_api_url(self) -> str:
        return f"{self.user.get_api_url()}absences/{self.uuid}/"

    @property
    def seconds(self) -> int | None:
        return self.minutes * 60 if self.minutes else None

    @property
    def audit_scope(self) -> str:
        return plan_scope(self.user_id)

    @property
    def audit_key(self) -> str:
        return f"{self.user.slug} {self.first_on} to {self.last_on}"


class HolidayYear(models.Model):
    """The public holidays of one place and year, as the library knew them when they were first needed. They stay as
    they were read: a newer library changes no figure of the past."""

    country = models.CharField(max_length=2)
    subdivision = models.CharField(max_length=10, blank=True)
    year = models.PositiveSmallIntegerField()
    days = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["country", "subdivision", "year"], name="one_row_per_place_and_year"
            )
        ]

    def __str__(self) -> str:
        return f"{place_name(self.country, self.subdivision)} {self.year}"

    @property
    def place(self) -> Place:
        return self.country, self.subdivision

    def by_day(self) -> dict[date, str]:
        return {date.fromisoformat(day): name for day, name in self.days.items()}


class CapacityChange(models.Model):
    """Dates on which somebody's capacity changed: written by operations here, consumed by whoever stores sums
    of capacity further up (stored toil weeks). `until` is exclusive; None means from then on."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"capacity of {self.user_id} from {self.since}"
