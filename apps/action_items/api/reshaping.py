"""Splitting, merging and undoing both, for programs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.action_items.api.serializers import (
    ActionItemLeanSerializer,
    ActionItemSerializer,
    PersonField,
    PriorityField,
    VisibleKeyField,
)
from apps.action_items.models import ActionItem
from apps.action_items.operations import (
    merge_action_items,
    split_action_item,
    unmerge_action_item,
    unsplit_action_item,
)
from apps.action_items.operations.splitting import MOST
from apps.core.api import create_once
from apps.core.describing import extend_schema
from apps.core.serializers import StrictSerializer
from apps.core.validators import validate_reasonable_date

MOST_MERGED = 50


class KeptPartSerializer(StrictSerializer):
    """What is left out stays as it is."""

    title = serializers.CharField(max_length=200, required=False)
    done_when = serializers.CharField(max_length=500, required=False)
    owner = PersonField(required=False)
    priority = PriorityField(required=False)


class PartSerializer(KeptPartSerializer):
    title = serializers.CharField(max_length=200)
    due_on = serializers.DateField(required=False, validators=[validate_reasonable_date])


class SplitSerializer(StrictSerializer):
    """`parts` become items of their own, `keep` changes the item itself; what is left out is as in the item."""

    parts = serializers.ListField(child=PartSerializer(), min_length=1, max_length=MOST)
    keep = KeptPartSerializer(required=False)


class MergeSerializer(StrictSerializer):
    items = serializers.ListField(child=VisibleKeyField(ActionItem), min_length=1, max_length=MOST_MERGED)
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class UnsplitSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=1000)


class UnmergeSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=1000)


class Reshaping:
    @extend_schema(
        request=SplitSerializer, responses={201: ActionItemLeanSerializer(many=True)}, filters=False
    )
    @action(detail=True, methods=["post"])
    def split(self: Any, request: Request, key: str) -> Response:
        """Make items of its parts; it stays as the first of them. The answer lists the new ones."""
        item, wanted = self.get_object(), self._read(SplitSerializer)
        seen = self.seen_version_if_sent()

        def make() -> Any:
            made = split_action_item(item, **wanted, seen=seen, by=self.person, now=timezone.now())
            return SimpleNamespace(made=made)

        def shape(answer: Any) -> Any:
            return ActionItemLeanSerializer(answer.made, many=True).data

        return create_once(request, make, shape)

    @extend_schema(request=UnsplitSerializer, responses=ActionItemSerializer)
    @action(detail=True, methods=["post"])
    def unsplit(self: Any, request: Request, key: str) -> Response:
        """It is one promise after all: its parts become duplicates of it, unless somebody has gone on from there."""
        item, wanted = self.get_object(), self._read(UnsplitSerializer)
        return self.answer(unsplit_action_item(item, **wanted, by=self.person, now=timezone.now()))

    @extend_schema(request=MergeSerializer, responses=ActionItemSerializer)
    @action(detail=True, methods=["post"])
    def merge(self: Any, request: Request, key: str) -> Response:
        """Others become duplicates of this one, all or none: closed, reminding nobody, counted no more."""
        item, wanted = self.get_object(), self._read(MergeSerializer)
        merged = wanted.pop("items")
        return self.answer(
            merge_action_items(item, merged=merged, **wanted, by=self.person, now=timezone.now())
        )

    @extend_schema(request=UnmergeSerializer, responses=ActionItemSerializer)
    @action(detail=True, methods=["post"])
    def unmerge(self: Any, request: Request, key: str) -> Response:
        """It is no duplicate after all: it gets its state and its steps back."""
        item, wanted = self.get_object(), self._read(UnmergeSerializer)
        return self.answer(unmerge_action_item(item, **wanted, by=self.person, now=timezone.now()))
