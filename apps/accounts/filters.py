from datetime import date

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field

from apps.accounts.models import Absence, Membership, OrgRole, Team, User, WorkSchedule
from apps.accounts.models.team import MembershipQuerySet
from apps.core.filters import ResourceFilter, RowFilter, StableOrdering, any_contains
from apps.core.http import today_of

STATUSES = [("active", "Active"), ("deactivated", "Deactivated")]


class PersonFilter(ResourceFilter):
    q = django_filters.CharFilter(
        method=any_contains(("name", "email")), label="Name or e-mail", max_length=200
    )
    role = django_filters.ChoiceFilter(field_name="org_role", choices=OrgRole.choices, label="Role")
    team = RowFilter(queryset=Team.objects.all(), to_field_name="slug", label="Team", method="in_team")
    status = django_filters.ChoiceFilter(choices=STATUSES, label="Status", method="in_status")
    sort = StableOrdering(fields=["name", "email"], default=("name", "pk"))

    class Meta:
        model = User
        fields: list[str] = []

    @extend_schema_field(str)
    def in_team(self, rows: QuerySet[User], _name: str, team: Team) -> QuerySet[User]:
        now = Membership.objects.on(today_of(self.request)).filter(team=team)
        return rows.filter(pk__in=now.values("user"))

    def in_status(self, rows: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        return rows.filter(is_active=value == "active")


class TeamFilter(ResourceFilter):
    q = django_filters.CharFilter(method=any_contains(("name", "slug")), label="Name", max_length=200)
    sort = StableOrdering(fields=["name", "slug"], default=("name", "pk"))

    class Meta:
        model = Team
        fields: list[str] = []


class MembershipFilter(ResourceFilter):
    on = django_filters.DateFilter(method="on_day", label="On the day")
    sort = StableOrdering(fields=["valid_from"], default=("-pk",))

    class Meta:
        model = Membership
        fields: list[str] = []

    def on_day(self, rows: MembershipQuerySet, _name: str, day: date) -> MembershipQuerySet:
        return rows.on(day)


class ScheduleFilter(ResourceFilter):
    sort = StableOrdering(fields=["valid_from"], default=("-valid_from", "-pk"))

    class Meta:
        model = WorkSchedule
        fields: list[str] = []


class AbsenceFilter(ResourceFilter):
    since = django_filters.DateFilter(field_name="last_on", lookup_expr="gte", label="Ending on or after")
    sort = StableOrdering(fields=["first_on"], default=("-first_on", "-pk"))

    class Meta:
        model = Absence
        fields: list[str] = []
