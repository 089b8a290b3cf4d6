from typing import Any

from rest_framework import serializers

from apps.accounts.models import Team, User
from apps.core.api import Creates, Edits, Lists, ResourceViewSet, Shows
from apps.core.http import today_of
from apps.core.serializers import StrictSerializer
from apps.services.models import Service
from apps.toil.filters import ToilSourceFilter
from apps.toil.models import Category, SourceStatus, ToilSource, Trigger
from apps.toil.models.source import ToilSourceQuerySet
from apps.toil.operations import add_source, edit_source
from apps.toil.sources.checks import QUESTIONS, Suggestion

VERDICTS = [(verdict.value, verdict.name) for verdict in Suggestion]


class _Checks(serializers.Serializer[Any]):
    """The five checks that people answer: true, false, or null for not answered."""

    is_manual = serializers.BooleanField(allow_null=True, required=False, help_text=QUESTIONS["is_manual"][1])
    is_automatable = serializers.BooleanField(
        allow_null=True, required=False, help_text=QUESTIONS["is_automatable"][1]
    )
    is_tactical = serializers.BooleanField(
        allow_null=True, required=False, help_text=QUESTIONS["is_tactical"][1]
    )
    leaves_nothing = serializers.BooleanField(
        allow_null=True, required=False, help_text=QUESTIONS["leaves_nothing"][1]
    )
    grows = serializers.BooleanField(allow_null=True, required=False, help_text=QUESTIONS["grows"][1])


class ToilSourceSerializer(_Checks):
    """`score` is the number of yes of six, with `is_repetitive`, which is counted; `suggestion` follows from it, and
    `verdict` is that unless people decided otherwise."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    description = serializers.CharField()
    team = serializers.CharField(source="team.slug")
    service = serializers.CharField(source="service.slug", allow_null=True, default=None)
    owner = serializers.CharField(source="owner.slug", allow_null=True, default=None)
    category = serializers.ChoiceField(choices=Category.choices)
    trigger = serializers.ChoiceField(choices=Trigger.choices, allow_blank=True)
    is_repetitive = serializers.BooleanField()
    score = serializers.IntegerField()
    suggestion = serializers.ChoiceField(choices=VERDICTS)
    decided_toil = serializers.BooleanField(allow_null=True)
    decided_because = serializers.CharField()
    verdict = serializers.ChoiceField(choices=VERDICTS)
    annoyance = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField(choices=SourceStatus.choices)
    entries_90_days = serializers.IntegerField(source="recent_entries")
    seconds_90_days = serializers.IntegerField(source="recent_seconds")
    version = serializers.IntegerField()


class ToilSourceWriteSerializer(StrictSerializer, _Checks):
    name = serializers.CharField(max_length=120)
    slug = serializers.SlugField(max_length=60)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    team = serializers.SlugRelatedField(slug_field="slug", queryset=Team.objects.all())
    service = serializers.SlugRelatedField(
        slug_field="slug", queryset=Service.objects.all(), required=False, allow_null=True
    )
    owner = serializers.SlugRelatedField(
        slug_field="slug", queryset=User.objects.people(), required=False, allow_null=True
    )
    category = serializers.ChoiceField(choices=Category.choices, required=False)
    trigger = serializers.ChoiceField(choices=Trigger.choices, required=False, allow_blank=True)
    decided_toil = serializers.BooleanField(allow_null=True, required=False)
    decided_because = serializers.CharField(max_length=300, required=False, allow_blank=True)
    annoyance = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)
    status = serializers.ChoiceField(choices=SourceStatus.choices, required=False)

    def validate_slug(self, slug: str) -> str:
        if self.instance is not None and slug != self.instance.slug:
            raise serializers.ValidationError("The short name of a source never changes.")
        return slug


class ToilSourceViewSet(Lists, Shows, Creates, Edits, ResourceViewSet):
    """The catalogue of what toil comes from, by slug."""

    lookup_field = "slug"
    serializer_class = ToilSourceSerializer
    write_serializer_class = ToilSourceWriteSerializer
    filterset_class = ToilSourceFilter

    def queryset_of(self, user: Any) -> ToilSourceQuerySet:
        return ToilSource.objects.visible_to(user).with_names().with_counts(today_of(self.request))

    def add(self, data: dict[str, Any]) -> ToilSource:
        return add_source(**data, by=self.person)

    def edit(self, row: ToilSource, changes: dict[str, Any], seen: int | None) -> ToilSource:
        return edit_source(row, changes=changes, seen=seen, by=self.person)
