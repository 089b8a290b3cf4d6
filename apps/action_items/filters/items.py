from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import Team, User
from apps.action_items.fields import RowOrWord
from apps.action_items.filters.figures import FigureFilters
from apps.action_items.grouping import CHOICES, GROUPINGS, Grouping
from apps.action_items.models import (
    COMMITTED,
    LIVE,
    ActionItem,
    ActionItemQuerySet,
    Kind,
    Priority,
    Recurrence,
    RecurrenceQuerySet,
    SavedView,
    SavedViewQuerySet,
    Source,
    Status,
    Verdict,
    held_up,
)
from apps.core.filters import AnyOfFilter, ResourceFilter, StableOrdering
from apps.services.models import Service

GROUPS = {"committed": COMMITTED, "live": LIVE, "unverified": (*LIVE, Status.DONE)}
STATUSES = [
    ("live", "Not settled"),
    ("committed", "Committed"),
    ("unverified", "Not verified"),
    *Status.choices,
]
PRIORITIES = [(priority.label, priority.label) for priority in Priority]
DUE = [("overdue", "Overdue"), ("week", "This week"), ("none", "No date")]
BLOCKED = [("true", "Yes"), ("false", "No")]
CHECKS = [("due", "Due now"), ("coming", "Later"), ("answered", "Answered"), *Verdict.choices]
SORTS = {"due_rank": "due", "priority": "priority", "number": "number"}


class RowOrWordFilter(django_filters.Filter):
    field_class = RowOrWord


def owner_filter(**more: str) -> RowOrWordFilter:
    """Somebody by short name or e-mail address, oneself, or `more`; the filter has a method `of_owner`."""
    words = {"me": "Me", **more}
    return RowOrWordFilter(
        method="of_owner", label="Owner", rows=User.objects.people, words=words, by_email=True
    )


class ActionItemFilter(FigureFilters, ResourceFilter):
    q = django_filters.CharFilter(method="search", label="Title or key", max_length=200)
    status = django_filters.MultipleChoiceFilter(choices=STATUSES, method="in_status", label="State")
    priority = django_filters.MultipleChoiceFilter(choices=PRIORITIES, method="of_priority", label="Priority")
    kind = AnyOfFilter(choices=Kind.choices, label="Type")
    due = django_filters.ChoiceFilter(choices=DUE, method="by_due", label="Due")
    owner = owner_filter(nobody="Nobody")
    team = RowOrWordFilter(
        method="of_team",
        label="Team",
        rows=Team.objects.all,
        words={"mine": "My teams", "none": "No team"},
    )
    service = RowOrWordFilter(
        method="of_service",
        label="Service",
        rows=Service.objects.in_use,
        known=Service.objects.all,
        words={"none": "No service"},
    )
    incident = django_filters.CharFilter(
        field_name="incident__key",
        lookup_expr="iexact",
        max_length=20,
        widget=forms.HiddenInput,
        label="Incident",
    )
    source = AnyOfFilter(choices=Source.choices, label="Source")
    check = django_filters.ChoiceFilter(choices=CHECKS, method="by_check", label="Did it help")
    blocked = django_filters.ChoiceFilter(choices=BLOCKED, method="by_blocked", label="Blocked")
    overdue = django_filters.BooleanFilter(method="by_lateness", widget=forms.HiddenInput, label="Overdue")
    sort = StableOrdering(fields=SORTS, default=("due_rank", "priority", "-pk"))

    class Meta:
        model = ActionItem
        fields: list[str] = []

    def search(self, rows: ActionItemQuerySet, _name: str, value: str) -> QuerySet[ActionItem]:
        return rows.matching(value)

    def in_status(self, rows: ActionItemQuerySet, _name: str, values: list[str]) -> QuerySet[ActionItem]:
        wanted = [status for value in values for status in GROUPS.get(value, (value,))]
        return rows.filter(status__in=wanted) if wanted else rows

    def of_priority(self, rows: ActionItemQuerySet, _name: str, values: list[str]) -> QuerySet[ActionItem]:
        return rows.filter(priority__in=[Priority[value] for value in values]) if values else rows

    def by_due(self, rows: ActionItemQuerySet, _name: str, value: str) -> QuerySet[ActionItem]:
        if value == "none":
            return rows.live().filter(due_on__isnull=True)
        return rows.overdue(self.today) if value == "overdue" else rows.due_this_week(self.today)

    def by_lateness(self, rows: ActionItemQuerySet, _name: str, value: bool) -> QuerySet[ActionItem]:  # noqa: FBT001
        return (
            rows.overdue(self.today) if value else rows.exclude(status__in=COMMITTED, due_on__lt=self.today)
        )

    def by_blocked(self, rows: ActionItemQuerySet, _name: str, value: str) -> QuerySet[ActionItem]:
        """Marked so, or waiting for another that is open."""
        waiting = held_up(self.request.user)
        return rows.filter(waiting if value == "true" else ~waiting)

    def by_check(self, rows: ActionItemQuerySet, _name: str, value: str) -> QuerySet[ActionItem]:
        """By what is asked of verified items: when the question is due, or how it was answered."""
        if value == "due":
            return rows.checks_due(self.today)
        if value == "coming":
            return rows.checks().filter(effectiveness_check_on__gt=self.today, effect="")
        answered = rows.checks().exclude(effect="")
        return answered if value == "answered" else answered.filter(effect=value)

    def of_owner(self, rows: ActionItemQuerySet, _name: str, value: Any) -> QuerySet[ActionItem]:
        if value == "nobody":
            return rows.unowned()
        return rows.owned_by(self.request.user if value == "me" else value)

    def of_team(self, rows: ActionItemQuerySet, _name: str, value: Any) -> QuerySet[ActionItem]:
        if value == "mine":
            return rows.of_teams_of(self.request.user)
        if value == "none":
            return rows.filter(team__isnull=True)
        return rows.of_team(value)

    def of_service(self, rows: ActionItemQuerySet, _name: str, value: Any) -> QuerySet[ActionItem]:
        return rows.filter(service__isnull=True) if value == "none" else rows.filter(service=value)

    @property
    def today(self) -> Any:
        return timezone.localdate(timezone=self.request.user.zone)


class ActionItemListFilter(ActionItemFilter):
    """The same for pages, which stand under the headings of `group`: those of the due date while it sorts the list."""

    group = django_filters.ChoiceFilter(
        choices=CHOICES, method="lay_out", label="Group by", empty_label="Due date"
    )

    def lay_out(self, rows: ActionItemQuerySet, _name: str, value: str) -> QuerySet[ActionItem]:
        return rows

    def filter_queryset(self, queryset: QuerySet[ActionItem]) -> QuerySet[ActionItem]:
        found = super().filter_queryset(queryset)
        grouping = self.grouping
        if grouping is None or not grouping.order:
            return found
        return found.annotate(**grouping.own).order_by(*grouping.order, *grouping.key, *found.query.order_by)

    @property
    def grouping(self) -> Grouping | None:
        chosen = self.form.cleaned_data.get("group") or ""
        sort = [part for part in self.form.cleaned_data.get("sort") or () if part]
        return GROUPINGS.get(chosen or ("due" if sort in ([], ["due"]) else ""))


class BoardFilter(ActionItemFilter):
    """The same rows in columns: those of the states that are asked for."""

    @property
    def statuses(self) -> list[str]:
        asked = self.form.cleaned_data.get("status") or []
        wanted = {str(status) for value in asked for status in GROUPS.get(value, (value,))}
        return [status for status in Status.values if status in wanted]


class ActionItemApiFilter(ActionItemFilter):
    """The same, newest first: programs page through everything, people see what comes next."""

    sort = StableOrdering(fields=SORTS, default=("-number",))


class EffectFilter(ActionItemFilter):
    """The same rows, by the day on which it is asked whether they helped."""

    status = due = overdue = None  # all of them are verified
    sort = StableOrdering(
        fields={"effectiveness_check_on": "check", "priority": "priority", "number": "number"},
        default=("effectiveness_check_on", "-pk"),
    )


class RecurrenceFilter(ResourceFilter):
    """`standing` are those that were not taken back."""

    q = django_filters.CharFilter(method="search", label="Title or key", max_length=200)
    team = django_filters.ModelChoiceFilter(
        queryset=Team.objects.all(),
        field_name="action_item__team",
        to_field_name="slug",
        label="Team of the item",
    )
    standing = django_filters.BooleanFilter(
        field_name="undone_at", lookup_expr="isnull", widget=forms.HiddenInput, label="Not taken back"
    )
    incident = django_filters.CharFilter(
        field_name="incident__key", lookup_expr="iexact", max_length=20, widget=forms.HiddenInput
    )
    action_item = django_filters.CharFilter(
        field_name="action_item__key", lookup_expr="iexact", max_length=20, widget=forms.HiddenInput
    )
    sort = StableOrdering(fields=["at", ("days_overdue", "overdue")], default=("-at", "-pk"))

    class Meta:
        model = Recurrence
        fields: list[str] = []

    def search(self, rows: RecurrenceQuerySet, _name: str, value: str) -> QuerySet[Recurrence]:
        return rows.matching(value)


class SavedViewFilter(ResourceFilter):
    q = django_filters.CharFilter(method="search", label="Name", max_length=200)
    shared = django_filters.BooleanFilter(
        field_name="team", lookup_expr="isnull", exclude=True, widget=forms.HiddenInput, label="Shared"
    )
    sort = StableOrdering(fields=["name", ("created_at", "saved")], default=("name", "pk"))

    class Meta:
        model = SavedView
        fields: list[str] = []

    def search(self, rows: SavedViewQuerySet, _name: str, value: str) -> QuerySet[SavedView]:
        return rows.matching(value)
