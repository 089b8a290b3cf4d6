from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import DateInput, HiddenInput
from django.utils import timezone

from apps.audit.models import DOORS, AuditEvent
from apps.core.filters import ResourceFilter, StableOrdering, any_contains
from apps.core.validators import validate_reasonable_date


def _day(**kwargs: Any) -> django_filters.DateFilter:
    widget = DateInput(attrs={"type": "date"})
    return django_filters.DateFilter(widget=widget, validators=[validate_reasonable_date], **kwargs)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


class AuditFilter(ResourceFilter):
    """Days are those of the reader's time zone. On the page `q` finds objects and verbs; links and programs
    name them exactly."""

    q = django_filters.CharFilter(
        method=any_contains(("object_key", "verb", "request_id")),
        label="Object, verb or request",
        max_length=200,
    )
    actor = django_filters.CharFilter(
        method=any_contains(("actor__name", "actor__email", "actor__slug")), label="Who", max_length=120
    )
    object = django_filters.CharFilter(
        field_name="object_key", label="Object", max_length=120, widget=HiddenInput
    )
    verb = django_filters.CharFilter(
        lookup_expr="istartswith", label="Verb", max_length=60, widget=HiddenInput
    )
    door = django_filters.ChoiceFilter(choices=list(DOORS.items()), label="Door")
    since = _day(method="from_day", label="From")
    until = _day(method="to_day", label="To")
    sort = StableOrdering(fields=["at"], default=("-pk",))

    class Meta:
        model = AuditEvent
        fields: list[str] = []

    def from_day(self, rows: QuerySet[AuditEvent], _name: str, day: date) -> QuerySet[AuditEvent]:
        return rows.filter(at__gte=_midnight(day))

    def to_day(self, rows: QuerySet[AuditEvent], _name: str, day: date) -> QuerySet[AuditEvent]:
        return rows.filter(at__lt=_midnight(day + timedelta(days=1)))
