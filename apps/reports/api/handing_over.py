"""What somebody who leaves holds, and handing it over, for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from apps.accounts.models import User
from apps.core.describing import extend_schema
from apps.core.serializers import StrictSerializer
from apps.reports.holdings import Held, Kind
from apps.reports.operations import (
    hand_over_everything,
    holdings_of,
    led_alone,
    looks_left,
    preview_hand_over,
)
from apps.reports.operations.handing_over import MOST


class HeldSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Kind.choices)
    key = serializers.CharField()
    title = serializers.CharField()
    facts = serializers.CharField()
    url = serializers.CharField()
    may_give = serializers.BooleanField(help_text="You may hand it over.")


class HoldingsSerializer(serializers.Serializer[Any]):
    """What you may see of it. `led_alone` are teams that nobody else leads."""

    holdings = HeldSerializer(many=True)
    led_alone = serializers.ListField(child=serializers.CharField())
    looks_left = serializers.IntegerField(
        help_text="Verified items of which it is still to be said whether they helped. They keep their owner."
    )


class ChoiceSerializer(StrictSerializer):
    kind = serializers.ChoiceField(choices=Kind.choices)
    key = serializers.CharField(max_length=80)
    to = serializers.SlugRelatedField(slug_field="slug", queryset=User.objects.active())


class HandOverEverythingSerializer(StrictSerializer):
    """All of it or none; with `dry_run` it is only tried."""

    choices = serializers.ListField(child=ChoiceSerializer(), min_length=1, max_length=MOST)
    dry_run = serializers.BooleanField(required=False, default=False)

    def validate_choices(self, rows: list[dict[str, Any]]) -> dict[str, User]:
        named = {f"{row['kind']}:{row['key']}": row["to"] for row in rows}
        if len(named) != len(rows):
            raise serializers.ValidationError("Name each row once.")
        return named


class HandingOverViewSet(ViewSet):
    """Of one person, by short name: for themselves, leads of their teams and admins."""

    @extend_schema(responses=HoldingsSerializer)
    def retrieve(self, request: Request, slug: str) -> Response:
        """Open action items, roles in open incidents, owed and unfinished postmortems, reviews, toil sources."""
        return Response(self._held(request, _person(request, slug)))

    @extend_schema(request=HandOverEverythingSerializer, responses={200: HoldingsSerializer})
    def create(self, request: Request, slug: str) -> Response:
        """Hand rows over; the answer is what is left, or with `dry_run` what there is. 400 names what cannot be
        given."""
        person, body = _person(request, slug), HandOverEverythingSerializer(data=request.data)
        holdings_of(person, by=_by(request))
        body.is_valid(raise_exception=True)
        wanted: Any = body.validated_data
        if wanted["dry_run"]:
            _try(person, wanted["choices"], by=_by(request))
        else:
            hand_over_everything(person, choices=wanted["choices"], by=_by(request), now=timezone.now())
        return Response(self._held(request, person))

    def _held(self, request: Request, person: User) -> dict[str, Any]:
        by, now = _by(request), timezone.now()
        rows = [held for group in holdings_of(person, by=by).values() for held in group]
        return {
            "holdings": [shape(held) for held in rows],
            "led_alone": [team.slug for team in led_alone(person, now)],
            "looks_left": looks_left(person, by=by),
        }


def shape(held: Held) -> dict[str, Any]:
    return dict(HeldSerializer(asdict(held)).data)


def _try(person: User, choices: dict[str, User], *, by: User) -> None:
    steps = preview_hand_over(person, choices=choices, by=by, now=timezone.now())
    refused = {step.held.name: step.refusal for step in steps if step.refusal}
    if refused:
        raise ValidationError(refused)


def _by(request: Request) -> User:
    return cast("User", request.user)


def _person(request: Request, slug: str) -> User:
    person: User = get_object_or_404(User.objects.visible_to(_by(request)), slug=slug)
    return person
