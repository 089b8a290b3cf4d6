"""Named reviewers, and the gates before publication."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import create_once
from apps.core.describing import extend_schema
from apps.core.http import today_of
from apps.core.serializers import StrictSerializer
from apps.postmortems.api.serializers import PersonSerializer, person_field
from apps.postmortems.gates import GateState, Lack, gates_of
from apps.postmortems.models import Gate, GateException, Postmortem
from apps.postmortems.operations import choose_reviewers, except_gate, take_back_exception
from apps.postmortems.review_state import Check, ReviewState, Rule, Seat, state_of

GATE = OpenApiParameter("gate", str, OpenApiParameter.PATH, enum=Gate.values)


class SeatSerializer(serializers.Serializer[Seat]):
    person = PersonSerializer()
    asked_at = serializers.DateTimeField(allow_null=True)
    decision = serializers.CharField(source="review.decision", default=None, allow_null=True)


class RuleSerializer(serializers.Serializer[Rule]):
    need = serializers.CharField(source="need.slug", help_text="`team:payments`, or `outside`.")
    words = serializers.CharField(source="need.words")
    note = serializers.CharField(source="need.note")
    is_named = serializers.BooleanField()
    is_met = serializers.BooleanField(help_text="Somebody who meets it has approved this text.")


class CheckSerializer(serializers.Serializer[Check]):
    item = serializers.CharField()
    question = serializers.CharField(source="label")
    by = PersonSerializer(many=True)


class ReviewStateSerializer(serializers.Serializer[ReviewState]):
    reviewers = SeatSerializer(source="seats", many=True)
    rule = RuleSerializer(source="rules", many=True)
    checks = CheckSerializer(many=True)
    is_complete = serializers.BooleanField()


class ReviewersWriteSerializer(StrictSerializer):
    reviewers = person_field(many=True)


class LackSerializer(serializers.Serializer[Lack]):
    message = serializers.CharField()
    url = serializers.CharField(help_text="The page where it is mended; empty when you may not see it.")


class ExceptionSerializer(serializers.Serializer[GateException]):
    gate = serializers.ChoiceField(choices=Gate.choices)
    version = serializers.IntegerField()
    reason = serializers.CharField()
    approver = PersonSerializer()
    at = serializers.DateTimeField()


class GateSerializer(serializers.Serializer[GateState]):
    gate = serializers.CharField()
    rule = serializers.CharField(source="label")
    status = serializers.ChoiceField(choices=["met", "not_met", "excepted"])
    lacks = LackSerializer(many=True)
    exception = ExceptionSerializer(allow_null=True)
    notes = serializers.ListField(
        child=serializers.CharField(), help_text="What the writing aid says of it, which closes nothing."
    )


class ExceptionWriteSerializer(StrictSerializer):
    gate = serializers.ChoiceField(choices=Gate.choices)
    reason = serializers.CharField(max_length=1000)


class Reviewers:
    @extend_schema(responses=ReviewStateSerializer, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def reviewers(self: Any, request: Request, key: str) -> Response:
        """Who is asked about the text as it is, what the rule asks for, and what nobody has checked yet."""
        return _state(self.get_object(), request)

    @extend_schema(request=ReviewersWriteSerializer, responses=ReviewStateSerializer, filters=False)
    @reviewers.mapping.put
    def choose_reviewers(self: Any, request: Request, key: str) -> Response:
        """Name exactly these; who is new in a running review is asked. For its owner and admins."""
        row = self.get_object()
        body = ReviewersWriteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        people = body.validated_data["reviewers"]
        return _state(choose_reviewers(row, people=people, now=timezone.now(), by=self.person), request)


def _state(row: Postmortem, request: Request) -> Response:
    return Response(ReviewStateSerializer(state_of(row, today_of(request))).data)


class Gates:
    @extend_schema(responses=GateSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def gates(self: Any, request: Request, key: str) -> Response:
        """G1 to G4 as they stand for the next version."""
        states: Any = gates_of(self.get_object(), self.person)
        return Response(GateSerializer(states, many=True).data)

    @extend_schema(request=ExceptionWriteSerializer, responses={201: ExceptionSerializer}, filters=False)
    @gates.mapping.post
    def except_gate(self: Any, request: Request, key: str) -> Response:
        """Open one closed gate, once, for a reason that you answer for: a lead or an admin, never the owner."""
        row = self.get_object()
        body = ExceptionWriteSerializer(data=request.data)
        body.is_valid(raise_exception=True)

        def make() -> GateException:
            return except_gate(row, **body.validated_data, now=timezone.now(), by=self.person)

        return create_once(request, make, lambda row: ExceptionSerializer(row).data)

    @extend_schema(parameters=[GATE], responses={204: None}, filters=False)
    @action(detail=True, methods=["delete"], url_path="gates/(?P<gate>[a-z0-9]+)", pagination_class=None)
    def close_gate(self: Any, request: Request, key: str, gate: str) -> Response:
        """Take the exception back before publication: who granted it, or an admin."""
        take_back_exception(self.get_object(), gate=gate, by=self.person)
        return Response(status=204)
