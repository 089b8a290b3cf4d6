from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import Team
from apps.core.api import UUID, Creates, Lists, ResourceViewSet, Shows
from apps.core.describing import extend_schema
from apps.core.serializers import StrictSerializer
from apps.toil.api.shares import OneWeekSerializer, change_data, week_data
from apps.toil.closed import changes_after_close
from apps.toil.filters import WeekCheckinFilter
from apps.toil.models import TeamWeek, WeekCheckin
from apps.toil.models.checkin import WeekCheckinQuerySet
from apps.toil.operations import confirm_week, withdraw_checkin
from apps.toil.periods import week_named, week_of
from apps.toil.policies import can_read_entries


class WeekCheckinSerializer(serializers.Serializer[WeekCheckin]):
    """Somebody said that what is logged of a week is all there is."""

    id = serializers.UUIDField(source="uuid")
    person = serializers.CharField(source="person.slug")
    team = serializers.CharField(source="team.slug")
    week = serializers.CharField()
    monday = serializers.DateField()
    nothing_to_add = serializers.BooleanField(help_text="No toil was logged: an explicit zero.")
    confirmed_at = serializers.DateTimeField()


class WeekCheckinWriteSerializer(StrictSerializer):
    """One's own week, such as 2026-W10, from its last working day on."""

    team = serializers.SlugRelatedField(slug_field="slug", queryset=Team.objects.all())
    week = serializers.CharField(max_length=8)
    nothing_to_add = serializers.BooleanField(
        default=False, help_text="Needed when no toil is logged: an empty week is confirmed on purpose only."
    )

    def validate_week(self, name: str) -> Any:
        monday = week_named(name)
        if monday is None:
            raise serializers.ValidationError("Write the week as 2026-W10.")
        return monday


class WeekCheckinViewSet(Lists, Shows, Creates, ResourceViewSet):
    """Check-ins by id: one's own, and for leads those of a team that lets them read its entries."""

    lookup_field = "uuid"
    lookup_value_regex = UUID
    serializer_class = WeekCheckinSerializer
    write_serializer_class = WeekCheckinWriteSerializer
    filterset_class = WeekCheckinFilter

    def queryset_of(self, user: Any) -> WeekCheckinQuerySet:
        return WeekCheckin.objects.visible_to(user).with_names()

    def add(self, data: dict[str, Any]) -> WeekCheckin:
        monday = data.pop("week")
        return confirm_week(person=self.person, monday=monday, **data, by=self.person, now=timezone.now())

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, uuid: str) -> Response:
        """Take one's own check-in back."""
        withdraw_checkin(self.get_object(), by=self.person)
        return Response(status=204)


class TeamWeekView(APIView):
    @extend_schema(responses=OneWeekSerializer)
    def get(self, request: Request, slug: str, week: str) -> Response:
        """One week of one team, and what changed after it was closed."""
        team = get_object_or_404(Team.objects.visible_to(request.user), slug=slug)  # type: ignore[arg-type]
        row = get_object_or_404(TeamWeek, team=team, monday=week_named(week))
        names = can_read_entries(request.user, team)  # type: ignore[arg-type]
        changes = [
            change_data(change, names=names) for change in changes_after_close(team, week_of(row.monday))
        ]
        return Response({"team": team.slug, **week_data(team, row), "changes_after_close": changes})
