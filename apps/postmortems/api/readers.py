"""Readers of a published version, what changed between two, and the feed's address."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from apps.accounts.models import Team
from apps.core.api import create_with_secret, refuse_unknown
from apps.core.describing import extend_schema
from apps.core.digits import number_in
from apps.core.serializers import ShownOnceField, StrictSerializer, expect_nothing
from apps.postmortems.api.serializers import PersonSerializer, person_field
from apps.postmortems.comparing import SectionChange, changes_between
from apps.postmortems.differences import Piece
from apps.postmortems.models import FeedKey, Postmortem
from apps.postmortems.operations import (
    acknowledge_reading,
    choose_readers,
    end_feed_key,
    make_feed_key,
    note_read,
    vote_useful,
)
from apps.postmortems.readership import Reader, Readership, readership_of

NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH, description="The published version.")
SINCE = OpenApiParameter("since", int, description="An earlier version; without it the one before.")


class ReaderSerializer(serializers.Serializer[Reader]):
    person = PersonSerializer()
    first_at = serializers.DateTimeField(allow_null=True)
    is_required = serializers.BooleanField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)


class ReadershipSerializer(serializers.Serializer[Readership]):
    version = serializers.IntegerField()
    read_count = serializers.IntegerField()
    required_count = serializers.IntegerField()
    acknowledged_count = serializers.IntegerField()
    useful_count = serializers.IntegerField()
    have_read = serializers.BooleanField(help_text="You had this version open.")
    find_useful = serializers.BooleanField(help_text="You found it useful.")
    is_asked = serializers.SerializerMethodField(
        help_text="You are asked to read it and have not said so yet."
    )
    names = ReaderSerializer(many=True, allow_null=True, help_text="For its owner alone.")

    def get_is_asked(self, row: Readership) -> bool:
        return row.my_duty is not None and row.my_duty.acknowledged_at is None


class ReadersWriteSerializer(StrictSerializer):
    people = person_field(many=True, required=False)
    teams = serializers.SlugRelatedField(
        slug_field="slug", queryset=Team.objects.all(), many=True, required=False
    )


class ReadWriteSerializer(StrictSerializer):
    version = serializers.IntegerField(
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text="The version that was read; the current one.",
    )


class ChangedPieceSerializer(serializers.Serializer[Piece]):
    kind = serializers.ChoiceField(choices=["same", "gone", "new"])
    text = serializers.CharField()


class SectionChangeSerializer(serializers.Serializer[SectionChange]):
    slug = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=["changed", "added", "removed"])
    pieces = ChangedPieceSerializer(many=True)


class FeedKeySerializer(serializers.Serializer[FeedKey]):
    prefix = serializers.CharField(allow_null=True, help_text="What its address begins with; null: no feed.")
    created_at = serializers.DateTimeField(allow_null=True)


class FeedAddressSerializer(FeedKeySerializer):
    address = ShownOnceField()


class Readers:
    @extend_schema(responses=ReadershipSerializer, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def readers(self: Any, request: Request, key: str) -> Response:
        """How many have read the published version and found it useful; 404 before the first version."""
        return _readership(self.get_object(), self.person)

    @extend_schema(request=ReadersWriteSerializer, responses={204: None}, filters=False)
    @readers.mapping.put
    def choose_readers(self: Any, request: Request, key: str) -> Response:
        """Ask exactly these people and teams to read it. For its owner."""
        row = self.get_object()
        body = ReadersWriteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        choose_readers(row, **body.validated_data, now=timezone.now(), by=self.person)
        return Response(status=204)

    @extend_schema(request=ReadWriteSerializer, responses=ReadershipSerializer, filters=False)
    @action(detail=True, methods=["post"])
    def read(self: Any, request: Request, key: str) -> Response:
        """You had the published version open. Counted once."""
        return self._note(request, note_read)

    @extend_schema(request=ReadWriteSerializer, responses=ReadershipSerializer, filters=False)
    @action(detail=True, methods=["post"])
    def acknowledge(self: Any, request: Request, key: str) -> Response:
        """You have read what you were asked to read."""
        return self._note(request, acknowledge_reading)

    def _note(self: Any, request: Request, act: Any) -> Response:
        row = self.get_object()
        body = ReadWriteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        act(row, **body.validated_data, now=timezone.now(), by=self.person)
        return _readership(row, self.person)

    @extend_schema(request=None, responses=ReadershipSerializer, filters=False)
    @action(detail=True, methods=["put"])
    def useful(self: Any, request: Request, key: str) -> Response:
        """It was useful to you. One voice a person."""
        return self._vote(request, is_useful=True)

    @extend_schema(request=None, responses=ReadershipSerializer, filters=False)
    @useful.mapping.delete
    def not_useful(self: Any, request: Request, key: str) -> Response:
        """Take the voice back."""
        return self._vote(request, is_useful=False)

    def _vote(self: Any, request: Request, *, is_useful: bool) -> Response:
        row = self.get_object()
        expect_nothing(request)
        vote_useful(row, is_useful=is_useful, now=timezone.now(), by=self.person)
        return _readership(row, self.person)

    @extend_schema(parameters=[NUMBER, SINCE], responses=SectionChangeSerializer(many=True), filters=False)
    @action(
        detail=True,
        methods=["get"],
        url_path=r"versions/(?P<number>[0-9]{1,6})/changes",
        pagination_class=None,
    )
    def changes(self: Any, request: Request, key: str, number: str) -> Response:
        """The sections that differ from an earlier version, word by word."""
        refuse_unknown(request, {"since"})
        since = number_in(request.query_params.get("since", str(int(number) - 1)), digits=6)
        if since is None:
            raise serializers.ValidationError({"since": ["Give the number of a version."]})
        if since >= int(number):
            raise Http404
        rows = self.get_object().snapshots
        new = get_object_or_404(rows, version=number)
        old = get_object_or_404(rows, version=since) if since else None
        changes: Any = changes_between(old, new)
        return Response(SectionChangeSerializer(changes, many=True).data)


def _readership(row: Postmortem, person: Any) -> Response:
    found = readership_of(row, person)
    if found is None:
        raise Http404
    return Response(ReadershipSerializer(found).data)


class FeedViewSet(ViewSet):
    """Your feed of published postmortems: one address, which opens what you may read and nothing private."""

    @extend_schema(responses=FeedKeySerializer)
    def retrieve(self, request: Request) -> Response:
        """Whether you have one, and since when."""
        key = FeedKey.objects.filter(person=request.user).first()  # type: ignore[misc]
        return Response(FeedKeySerializer(key).data if key else {"prefix": None, "created_at": None})

    @extend_schema(request=None, responses={201: FeedAddressSerializer})
    def create(self, request: Request) -> Response:
        """A new address, shown once; the one before is closed."""
        expect_nothing(request)

        def make() -> tuple[FeedKey, str]:
            return make_feed_key(now=timezone.now(), by=request.user)  # type: ignore[arg-type]

        def shown(secret: str) -> dict[str, str]:
            path = reverse("postmortems:feed", args=[secret])
            return {"address": request.build_absolute_uri(path)}

        return create_with_secret(request, make, lambda key: FeedKeySerializer(key).data, shown)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request) -> Response:
        """Close it."""
        end_feed_key(by=request.user)  # type: ignore[arg-type]
        return Response(status=204)
