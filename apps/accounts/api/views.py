from typing import Any, cast

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import operations, policies
from apps.accounts.api import serializers as shapes
from apps.accounts.filters import AbsenceFilter, MembershipFilter, PersonFilter, ScheduleFilter, TeamFilter
from apps.accounts.models import Absence, Membership, Team, User, WorkSchedule
from apps.core.api import Creates, Edits, Lists, ResourceViewSet, Shows
from apps.core.describing import extend_schema
from apps.core.errors import Conflict
from apps.core.http import today_of


class TeamViewSet(Lists, Shows, Creates, Edits, ResourceViewSet):
    """Teams by slug."""

    lookup_field = "slug"
    serializer_class = shapes.TeamSerializer
    write_serializer_class = shapes.TeamWriteSerializer
    filterset_class = TeamFilter

    def queryset_of(self, user: Any) -> QuerySet[Team]:
        return Team.objects.visible_to(user)

    def add(self, data: dict[str, Any]) -> Team:
        return operations.add_team(**data, by=self.person)

    def edit(self, row: Team, changes: dict[str, Any], seen: int | None) -> Team:
        return operations.edit_team(row, changes=changes, by=self.person)


@extend_schema(
    parameters=[OpenApiParameter("team", str, OpenApiParameter.PATH, description="Slug of the team.")]
)
class MembershipViewSet(Lists, Shows, Creates, Edits, ResourceViewSet):
    """Dated memberships of one team. PATCH changes role or allocation from a day on and answers the new row."""

    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f-]{36}"
    serializer_class = shapes.MembershipSerializer
    write_serializer_class = shapes.MembershipWriteSerializer
    filterset_class = MembershipFilter

    def get_serializer_class(self) -> Any:
        return (
            shapes.MembershipChangeSerializer
            if self.action == "partial_update"
            else super().get_serializer_class()
        )

    def get_team(self) -> Team:
        return get_object_or_404(Team.objects.visible_to(self.person), slug=self.kwargs["team"])

    def queryset_of(self, user: Any) -> QuerySet[Membership]:
        return Membership.objects.filter(team=self.get_team()).select_related("team", "user")

    def add(self, data: dict[str, Any]) -> Membership:
        return operations.add_member(self.get_team(), **data, by=self.person)

    def edit(self, row: Membership, changes: dict[str, Any], seen: int | None) -> Membership:
        return operations.change_member(row, **changes, by=self.person)

    @extend_schema(request=shapes.MembershipEndSerializer, responses=shapes.MembershipSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, **kwargs: Any) -> Response:
        data = valid(shapes.MembershipEndSerializer, request)
        row = operations.end_membership(self.get_object(), **data, by=self.person)
        return self.answer(row)


class UserViewSet(Lists, Shows, Creates, Edits, ResourceViewSet):
    """People by slug. Admins add and change them; `me` is the caller."""

    lookup_field = "slug"
    serializer_class = shapes.UserSerializer
    write_serializer_class = shapes.UserWriteSerializer
    filterset_class = PersonFilter

    def queryset_of(self, user: Any) -> QuerySet[User]:
        return cast("QuerySet[User]", User.objects.visible_to(user).with_memberships(today_of(self.request)))

    def add(self, data: dict[str, Any]) -> User:
        return operations.add_person(**data, by=self.person, now=timezone.now())

    def edit(self, row: User, changes: dict[str, Any], seen: int | None) -> User:
        return operations.edit_person(row, changes=changes, by=self.person)

    @extend_schema(responses=shapes.MeSerializer)
    @action(detail=False, methods=["get"])
    def me(self, request: Request) -> Response:
        return Response(shapes.MeSerializer(self.person).data)

    @extend_schema(request=shapes.MeWriteSerializer, responses=shapes.MeSerializer)
    @me.mapping.patch
    def edit_me(self, request: Request) -> Response:
        data = valid(shapes.MeWriteSerializer, request, partial=True)
        changed = operations.edit_profile(self.person, changes=data, by=self.person)
        return Response(shapes.MeSerializer(changed).data)

    @extend_schema(request=shapes.UserMoveSerializer, responses=shapes.UserSerializer)
    @action(detail=True, methods=["post"])
    def transitions(self, request: Request, **kwargs: Any) -> Response:
        to = valid(shapes.UserMoveSerializer, request)["to"]
        row = self.get_object()
        if to == "active":
            return self.answer(operations.reactivate_person(row, by=self.person))
        if to == "deactivated":
            return self.answer(operations.deactivate_person(row, by=self.person, now=timezone.now()))
        raise Conflict(f"A person does not become {to}.", allowed=["active", "deactivated"])


class _PlanViewSet(Lists, Creates, ResourceViewSet):
    """What only the person, their leads and admins see."""

    def get_planned(self) -> User:
        person: User = get_object_or_404(User.objects.visible_to(self.person), slug=self.kwargs["user"])
        if not policies.can_see_plan(self.person, person):
            raise Http404
        return person


OF_USER = OpenApiParameter("user", str, OpenApiParameter.PATH, description="Slug of the person.")


@extend_schema(parameters=[OF_USER])
class ScheduleViewSet(_PlanViewSet):
    """Working hours, newest first. A new one ends the former from its day on."""

    serializer_class = shapes.ScheduleSerializer
    write_serializer_class = shapes.ScheduleWriteSerializer
    filterset_class = ScheduleFilter

    def queryset_of(self, user: Any) -> QuerySet[WorkSchedule]:
        return WorkSchedule.objects.filter(user=self.get_planned())

    def add(self, data: dict[str, Any]) -> WorkSchedule:
        return operations.set_schedule(self.get_planned(), **data, by=self.person)


@extend_schema(parameters=[OF_USER])
class AbsenceViewSet(Shows, _PlanViewSet):
    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f-]{36}"
    serializer_class = shapes.AbsenceSerializer
    write_serializer_class = shapes.AbsenceWriteSerializer
    filterset_class = AbsenceFilter

    def queryset_of(self, user: Any) -> QuerySet[Absence]:
        return Absence.objects.filter(user=self.get_planned()).select_related("delegate")

    def add(self, data: dict[str, Any]) -> Absence:
        return operations.add_absence(self.get_planned(), **data, by=self.person)

    @transaction.atomic
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        operations.remove_absence(self.get_object(), by=self.person)
        return Response(status=204)


def valid(serializer_class: Any, request: Request, *, partial: bool = False) -> dict[str, Any]:
    serializer = serializer_class(data=request.data, partial=partial)
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data
