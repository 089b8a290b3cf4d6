from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Team
from apps.core.api import UUID, Creates, Edits, Lists, ResourceViewSet, Shows
from apps.core.describing import extend_schema
from apps.core.serializers import StrictSerializer
from apps.services.models import Service
from apps.toil.filters import RecurringFilter
from apps.toil.models import Category, Recurring, ToilSource, WorkKind
from apps.toil.models.entry import DAY
from apps.toil.models.recurring import RecurringQuerySet
from apps.toil.operations import add_recurring, delete_recurring, edit_recurring


class RecurringSerializer(serializers.Serializer[Recurring]):
    """A chore of the caller that comes again. On its days it is suggested; it is never logged by itself."""

    id = serializers.UUIDField(source="uuid")
    text = serializers.CharField()
    seconds = serializers.IntegerField()
    team = serializers.CharField(source="team.slug")
    service = serializers.CharField(source="service.slug", allow_null=True, default=None)
    source = serializers.CharField(  # type: ignore[assignment]
        source="source.slug", allow_null=True, default=None
    )
    kind = serializers.ChoiceField(choices=WorkKind.choices)
    category = serializers.ChoiceField(choices=Category.choices)
    rule = serializers.CharField()
    in_words = serializers.CharField()
    starts_on = serializers.DateField()
    is_paused = serializers.BooleanField()
    version = serializers.IntegerField()


class RecurringWriteSerializer(StrictSerializer):
    text = serializers.CharField(max_length=300)
    seconds = serializers.IntegerField(min_value=1, max_value=DAY)
    team = serializers.SlugRelatedField(slug_field="slug", queryset=Team.objects.all())
    service = serializers.SlugRelatedField(
        slug_field="slug", queryset=Service.objects.all(), required=False, allow_null=True
    )
    source = serializers.SlugRelatedField(  # type: ignore[assignment]
        slug_field="slug", queryset=ToilSource.objects.all(), required=False, allow_null=True
    )
    kind = serializers.ChoiceField(choices=WorkKind.choices, required=False)
    category = serializers.ChoiceField(choices=Category.choices, required=False)
    rule = serializers.CharField(
        max_length=200,
        help_text="Of RFC 5545: FREQ, INTERVAL, BYDAY, BYMONTHDAY, UNTIL or COUNT. FREQ=WEEKLY;BYDAY=MO,TH",
    )
    starts_on = serializers.DateField(required=False, help_text="Today unless given; at most two years ago.")
    is_paused = serializers.BooleanField(required=False)


class RecurringViewSet(Lists, Shows, Creates, Edits, ResourceViewSet):
    """The caller's own chores that come again, by id."""

    lookup_field = "uuid"
    lookup_value_regex = UUID
    serializer_class = RecurringSerializer
    write_serializer_class = RecurringWriteSerializer
    filterset_class = RecurringFilter

    def queryset_of(self, user: Any) -> RecurringQuerySet:
        return Recurring.objects.visible_to(user).with_names()

    def add(self, data: dict[str, Any]) -> Recurring:
        return add_recurring(**data, person=self.person, by=self.person, now=timezone.now())

    def edit(self, row: Recurring, changes: dict[str, Any], seen: int | None) -> Recurring:
        return edit_recurring(row, changes=changes, seen=seen, by=self.person, now=timezone.now())

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, uuid: str) -> Response:
        """Needs If-Match, like an edit."""
        row, seen = self.get_object(), self.seen_version()
        delete_recurring(row, seen=seen, by=self.person)
        return Response(status=204)
