"""Hearing of changes, for programs."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.action_items.operations import watch_action_item
from apps.action_items.talk import watchers_of
from apps.core.describing import extend_schema
from apps.core.serializers import expect_nothing


class WatcherSerializer(serializers.Serializer[Any]):
    person = serializers.CharField(source="slug")
    name = serializers.CharField()


class Watching:
    @extend_schema(responses=WatcherSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def watchers(self: Any, request: Request, key: str) -> Response:
        """Who hears of changes besides its owner."""
        people = watchers_of(self.get_object(), self.person)["watchers"]
        return Response(WatcherSerializer(people, many=True).data)

    @extend_schema(request=None, responses={204: None}, filters=False)
    @action(detail=True, methods=["put"])
    def watch(self: Any, request: Request, key: str) -> Response:
        """Be told of comments and of changes of its state, date and owner."""
        expect_nothing(request)
        watch_action_item(self.get_object(), is_on=True, by=self.person, now=timezone.now())
        return Response(status=204)

    @extend_schema(request=None, responses={204: None}, filters=False)
    @watch.mapping.delete
    def unwatch(self: Any, request: Request, key: str) -> Response:
        """Be told no longer."""
        watch_action_item(self.get_object(), is_on=False, by=self.person, now=timezone.now())
        return Response(status=204)
