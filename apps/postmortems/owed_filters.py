"""How the board of owed postmortems is narrowed down and sorted."""

from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import Team
from apps.action_items.filters import RowOrWordFilter, owner_filter
from apps.core.filters import AnyOfFilter, ResourceFilter, StableOrdering
from apps.incidents.models import Incident, Severity
from apps.postmortems.models import ObligationQuerySet, ObligationStatus, PostmortemObligation
from apps.services.models import Service


class ObligationFilter(ResourceFilter):
    """`due=overdue` is past its next day; `owner=nobody` has nobody who would see to it."""

    q = django_filters.CharFilter(method="search", label="Title or key", max_length=200)
    status = AnyOfFilter(choices=ObligationStatus.choices, label="State")
    severity = AnyOfFilter(choices=Severity.choices, label="Severity")
    due = django_filters.ChoiceFilter(
        method="of_due", label="Due", choices=[("overdue", "Overdue"), ("week", "Within seven days")]
    )
    team = RowOrWordFilter(method="of_team", label="Team", rows=Team.objects.all, words={"mine": "My teams"})
    owner = owner_filter(nobody="Nobody")
    service = RowOrWordFilter(method="of_service", label="Service", rows=Service.objects.all, words={})
    incident = django_filters.CharFilter(
        field_name="incident__key", lookup_expr="iexact", max_length=20, widget=forms.HiddenInput
    )
    sort = StableOrdering(
        fields={"due_rank": "due", "severity": "severity", "counts_from": "since"}, default=("due_rank", "pk")
    )

    class Meta:
        model = PostmortemObligation
        fields: list[str] = []

    def search(self, rows: ObligationQuerySet, _name: str, value: str) -> QuerySet[PostmortemObligation]:
        return rows.matching(value)

    def of_due(self, rows: ObligationQuerySet, _name: str, value: str) -> QuerySet[PostmortemObligation]:
        today = timezone.localdate(timezone=self.request.user.zone)
        if value == "overdue":
            return rows.overdue(today)
        return rows.owed().filter(due_publish__range=(today, today + timedelta(days=7)))

    def of_team(self, rows: ObligationQuerySet, _name: str, value: Any) -> QuerySet[PostmortemObligation]:
        wanted = self.request.user.team_ids if value == "mine" else {value.pk}
        hit = Incident.objects.filter(services__owner_team__in=wanted)
        return rows.filter(incident__in=hit.values("pk"))

    def of_service(self, rows: ObligationQuerySet, _name: str, value: Any) -> QuerySet[PostmortemObligation]:
        return rows.filter(incident__in=Incident.objects.of_service(value).values("pk"))

    def of_owner(self, rows: ObligationQuerySet, _name: str, value: Any) -> QuerySet[PostmortemObligation]:
        if value == "nobody":
            return rows.owed().filter(owner=None)
        return rows.filter(owner=self.request.user if value == "me" else value)
