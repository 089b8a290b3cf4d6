import django_filters
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple, DateInput, HiddenInput

from apps.accounts.models import Team, User
from apps.core.filters import AnyOfFilter, ResourceFilter, RowFilter, StableOrdering
from apps.services.models import Service
from apps.toil.models import (
    Category,
    EntryStatus,
    Recurring,
    Reduction,
    SourceStatus,
    Strategy,
    ToilEntry,
    ToilSource,
    Trigger,
    WeekCheckin,
    WorkKind,
)
from apps.toil.models.entry import ToilEntryQuerySet
from apps.toil.models.recurring import RecurringQuerySet
from apps.toil.models.reduction import ReductionQuerySet
from apps.toil.models.source import ToilSourceQuerySet

DAY = DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ToilEntryFilter(ResourceFilter):
    q = django_filters.CharFilter(method="search", label="Text", max_length=200)
    team = RowFilter(queryset=Team.objects.all(), to_field_name="slug", label="Team")
    service = RowFilter(queryset=Service.objects.all(), to_field_name="slug", label="Service")
    source = RowFilter(queryset=ToilSource.objects.all(), to_field_name="slug", label="Source")
    category = AnyOfFilter(choices=Category.choices, label="Category", widget=CheckboxSelectMultiple)
    trigger = django_filters.ChoiceFilter(choices=Trigger.choices, label="Set off by")
    kind = django_filters.ChoiceFilter(choices=WorkKind.choices, label="Kind")
    person = RowFilter(
        queryset=User.objects.people(), to_field_name="slug", label="Person", widget=HiddenInput
    )
    batch = django_filters.UUIDFilter(field_name="batch__uuid", label="Import", widget=HiddenInput)
    imported = django_filters.BooleanFilter(
        field_name="batch", lookup_expr="isnull", exclude=True, label="Came with a file", widget=HiddenInput
    )
    since = django_filters.DateFilter(field_name="local_date", lookup_expr="gte", label="Since", widget=DAY)
    until = django_filters.DateFilter(field_name="local_date", lookup_expr="lte", label="Until", widget=DAY)
    status = django_filters.ChoiceFilter(choices=EntryStatus.choices, label="State")
    sort = StableOrdering(
        fields=[("local_date", "date"), ("seconds", "time"), ("created_at", "logged")],
        default=("-local_date", "-pk"),
    )

    class Meta:
        model = ToilEntry
        fields: list[str] = []

    def search(self, rows: ToilEntryQuerySet, _name: str, value: str) -> QuerySet[ToilEntry]:
        return rows.matching(value)

    def filter_queryset(self, queryset: QuerySet[ToilEntry]) -> QuerySet[ToilEntry]:
        """What was dismissed is there for whoever asks for it."""
        found = super().filter_queryset(queryset)
        asked = self.form.cleaned_data.get("status")
        return found if asked else found.exclude(status=EntryStatus.DISMISSED)


class ToilSourceFilter(ResourceFilter):
    q = django_filters.CharFilter(method="search", label="Text", max_length=200)
    team = RowFilter(queryset=Team.objects.all(), to_field_name="slug", label="Team")
    service = RowFilter(queryset=Service.objects.all(), to_field_name="slug", label="Service")
    category = django_filters.ChoiceFilter(choices=Category.choices, label="Category")
    status = django_filters.ChoiceFilter(choices=SourceStatus.choices, label="State")
    sort = StableOrdering(
        fields=[("name", "name"), ("recent_entries", "entries"), ("recent_seconds", "time")],
        default=("name", "pk"),
    )

    class Meta:
        model = ToilSource
        fields: list[str] = []

    def search(self, rows: ToilSourceQuerySet, _name: str, value: str) -> QuerySet[ToilSource]:
        return rows.matching(value)


class ReductionFilter(ResourceFilter):
    q = django_filters.CharFilter(method="search", label="Text", max_length=200)
    state = django_filters.ChoiceFilter(
        method="in_state",
        choices=[
            ("ideas", "Ideas"),
            ("promised", "Promised"),
            ("done", "Done"),
            ("given_up", "Given up"),
        ],
        label="State",
    )
    team = RowFilter(
        field_name="source__team", queryset=Team.objects.all(), to_field_name="slug", label="Team"
    )
    source = RowFilter(queryset=ToilSource.objects.all(), to_field_name="slug", label="Source")
    item = django_filters.CharFilter(method="of_item", label="Action item", max_length=20, widget=HiddenInput)
    strategy = django_filters.ChoiceFilter(choices=Strategy.choices, label="How")
    sort = StableOrdering(
        fields=[("planned_net", "net"), ("weekly_seconds", "time"), ("created_at", "planned")],
        default=("-is_pinned", "-planned_net", "pk"),
    )

    class Meta:
        model = Reduction
        fields: list[str] = []

    def search(self, rows: ReductionQuerySet, _name: str, value: str) -> QuerySet[Reduction]:
        return rows.matching(value)

    def of_item(self, rows: ReductionQuerySet, _name: str, value: str) -> QuerySet[Reduction]:
        return rows.of_item(value)

    def in_state(self, rows: ReductionQuerySet, _name: str, value: str) -> QuerySet[Reduction]:
        found: QuerySet[Reduction] = getattr(rows, value)()
        return found


class RecurringFilter(ResourceFilter):
    q = django_filters.CharFilter(method="search", label="Text", max_length=200)
    team = RowFilter(queryset=Team.objects.all(), to_field_name="slug", label="Team")
    state = django_filters.ChoiceFilter(
        method="in_state", choices=[("running", "Running"), ("paused", "Paused")], label="State"
    )
    sort = StableOrdering(fields=[("text", "text"), ("seconds", "time")], default=("text", "pk"))

    class Meta:
        model = Recurring
        fields: list[str] = []

    def search(self, rows: RecurringQuerySet, _name: str, value: str) -> QuerySet[Recurring]:
        return rows.matching(value)

    def in_state(self, rows: RecurringQuerySet, _name: str, value: str) -> QuerySet[Recurring]:
        return rows.filter(is_paused=value == "paused")


class WeekCheckinFilter(ResourceFilter):
    team = RowFilter(queryset=Team.objects.all(), to_field_name="slug", label="Team")
    person = RowFilter(
        queryset=User.objects.people(), to_field_name="slug", label="Person", widget=HiddenInput
    )
    since = django_filters.DateFilter(field_name="monday", lookup_expr="gte", label="Since", widget=DAY)
    until = django_filters.DateFilter(field_name="monday", lookup_expr="lte", label="Until", widget=DAY)
    sort = StableOrdering(fields=["monday"], default=("-monday", "-pk"))

    class Meta:
        model = WeekCheckin
        fields: list[str] = []


class TeamToilFilter(ResourceFilter):
    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label="Team", max_length=200)
    sort = StableOrdering(fields=["name"], default=("name", "pk"))

    class Meta:
        model = Team
        fields: list[str] = []
