from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from apps.accounts.models import Team
from apps.action_items.filters import RowOrWordFilter, owner_filter
from apps.core.filters import AnyOfFilter, ResourceFilter, StableOrdering
from apps.incidents.models import Incident, Severity
from apps.postmortems.models import (
    Factor,
    Gate,
    GateException,
    Lesson,
    LessonKind,
    Postmortem,
    PostmortemQuerySet,
    PostmortemStatus,
    TriggerCategory,
)
from apps.postmortems.search.asking import answering
from apps.postmortems.search.facets import QUARTER, months_of
from apps.services.models import Service


class QuarterField(forms.RegexField):
    def __init__(self, **kwargs: Any) -> None:
        message = {"invalid": "Write a quarter like this: 2026-Q3."}
        super().__init__(QUARTER, error_messages=message, **kwargs)


class QuarterFilter(django_filters.CharFilter):
    field_class = QuarterField


class PostmortemFilter(ResourceFilter):
    q = django_filters.CharFilter(method="search", label="Title or text", max_length=200)
    status = AnyOfFilter(choices=PostmortemStatus.choices, label="State")
    severity = django_filters.MultipleChoiceFilter(
        method="of_severity", choices=Severity.choices, label="Severity"
    )
    service = RowOrWordFilter(method="of_service", label="Service", rows=Service.objects.all, words={})
    team = RowOrWordFilter(method="of_team", label="Team", rows=Team.objects.all, words={"mine": "My teams"})
    owner = owner_filter()
    exception = django_filters.ChoiceFilter(
        method="of_exception", label="Exception", choices=[("any", "Any gate"), *Gate.choices]
    )
    tag = django_filters.CharFilter(
        field_name="tags__name", lookup_expr="iexact", max_length=60, widget=forms.HiddenInput, label="Tag"
    )
    trigger = AnyOfFilter(field_name="trigger_category", choices=TriggerCategory.choices, label="Trigger")
    factor = django_filters.CharFilter(
        method="of_factor", max_length=40, widget=forms.HiddenInput, label="Factor"
    )
    lesson = django_filters.ChoiceFilter(
        method="of_lesson", choices=LessonKind.choices, widget=forms.HiddenInput, label="Lesson"
    )
    quarter = QuarterFilter(method="of_quarter", max_length=7, widget=forms.HiddenInput, label="Quarter")
    incident = django_filters.CharFilter(
        method="of_incident", max_length=20, widget=forms.HiddenInput, label="Incident"
    )
    sort = StableOrdering(
        fields={
            "number": "number",
            "title": "title",
            "updated_at": "updated_at",
            "status_since": "status_since",
        },
        default=("-number",),
    )

    class Meta:
        model = Postmortem
        fields: list[str] = []

    def search(self, rows: PostmortemQuerySet, _name: str, value: str) -> QuerySet[Postmortem]:
        return answering(value, rows, self.request.user)

    def of_severity(self, rows: PostmortemQuerySet, _name: str, value: list[str]) -> QuerySet[Postmortem]:
        return self._with(rows, severity__in=value) if value else rows

    def of_quarter(self, rows: PostmortemQuerySet, _name: str, value: str) -> QuerySet[Postmortem]:
        """The quarter in which an incident of it began, in UTC."""
        first, end = months_of(value)
        return self._with(rows, started_at__gte=first, started_at__lt=end)

    def of_factor(self, rows: PostmortemQuerySet, _name: str, value: str) -> QuerySet[Postmortem]:
        return rows.filter(pk__in=Factor.objects.causes().filter(category=value).values("postmortem"))

    def of_lesson(self, rows: PostmortemQuerySet, _name: str, value: str) -> QuerySet[Postmortem]:
        return rows.filter(pk__in=Lesson.objects.filter(kind=value).values("postmortem"))

    def of_exception(self, rows: PostmortemQuerySet, _name: str, value: str) -> QuerySet[Postmortem]:
        """Those of which a version was let through a gate."""
        which = {} if value == "any" else {"gate": value}
        return rows.filter(pk__in=GateException.objects.filter(**which).values("postmortem"))

    def of_incident(self, rows: PostmortemQuerySet, _name: str, value: str) -> QuerySet[Postmortem]:
        return self._with(rows, key__iexact=value)

    def of_service(self, rows: PostmortemQuerySet, _name: str, value: Any) -> QuerySet[Postmortem]:
        return self._with(rows, services=value)

    def of_team(self, rows: PostmortemQuerySet, _name: str, value: Any) -> QuerySet[Postmortem]:
        wanted = self.request.user.team_ids if value == "mine" else {value.pk}
        return self._with(rows, services__owner_team__in=wanted)

    def of_owner(self, rows: PostmortemQuerySet, _name: str, value: Any) -> QuerySet[Postmortem]:
        return rows.filter(owner=self.request.user if value == "me" else value)

    def _with(self, rows: PostmortemQuerySet, **about: Any) -> QuerySet[Postmortem]:
        """Rows with such an incident among those that the reader may see: a filter is not a way to ask about others."""
        seen = Incident.objects.visible_to(self.request.user).filter(**about)
        links = Postmortem.incidents.through.objects.filter(incident__in=seen.values("pk"))
        return rows.filter(pk__in=links.values("postmortem"))
