"""Alerts of incidents that one sees, and votes on them, for programs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import Lists, ResourceViewSet, Shows
from apps.core.describing import extend_schema
from apps.core.serializers import StrictSerializer
from apps.intake.filters import AlertFilter
from apps.intake.models import Alert
from apps.intake.operations import vote_on_alert
from apps.intake.operations.votes import WORDS


class AlertSerializer(serializers.Serializer[Alert]):
    """`useful` and `noise` are numbers of votes; `my_vote` is one's own: useful, noise or none."""

    uuid = serializers.UUIDField()
    title = serializers.CharField()
    dedup = serializers.CharField()
    integration = serializers.CharField(source="integration.slug")
    is_firing = serializers.BooleanField()
    changed_at = serializers.DateTimeField(allow_null=True)
    incident = serializers.CharField(source="incident.key", default=None, allow_null=True)
    useful = serializers.IntegerField()
    noise = serializers.IntegerField()
    my_vote = serializers.SerializerMethodField()

    def get_my_vote(self, row: Any) -> str:
        return next(word for word, value in WORDS.items() if value == row.my_vote)


class VoteSerializer(StrictSerializer):
    vote = serializers.ChoiceField(choices=list(WORDS))


class AlertViewSet(Lists, Shows, ResourceViewSet):
    """What fired in the incidents that you see, the latest first."""

    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f-]{36}"
    serializer_class = AlertSerializer
    filterset_class = AlertFilter

    def queryset_of(self, user: Any) -> QuerySet[Alert]:
        return Alert.objects.visible_to(user).for_list(user)

    @extend_schema(request=VoteSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["put"])
    def vote(self, request: Request, **kwargs: Any) -> Response:
        """Say whether it was useful or noise; `none` takes it back. One vote per person, said twice it counts once."""
        serializer = VoteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        row = vote_on_alert(
            self.get_object(), **serializer.validated_data, by=self.person, now=timezone.now()
        )
        return self.answer(row)
