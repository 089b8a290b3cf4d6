from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Team, User
from apps.core.api import UUID, Creates, Edits, Lists, ResourceViewSet, Shows
from apps.core.describing import extend_schema
from apps.core.serializers import StrictSerializer
from apps.core.validators import validate_reasonable_date
from apps.services.models import Service
from apps.toil.drivers.filters import DriverFilter
from apps.toil.drivers.lines import MOST_LINES, Values, read_values
from apps.toil.models import Driver, DriverValue, ToilSource
from apps.toil.models.driver import DriverQuerySet
from apps.toil.operations import add_driver, edit_driver, put_driver_values, remove_driver


class DriverSerializer(serializers.Serializer[Driver]):
    """A number that makes toil more, of one service or of one source; `latest` is its newest value."""

    id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    unit = serializers.CharField()
    team = serializers.CharField(source="team.slug")
    service = serializers.CharField(source="service.slug", allow_null=True, default=None)
    source = serializers.CharField(source="source.slug", allow_null=True, default=None)  # type: ignore[assignment]
    count = serializers.IntegerField()
    latest_on = serializers.DateField(allow_null=True)
    latest = serializers.FloatField(allow_null=True)
    version = serializers.IntegerField()


class DriverWriteSerializer(StrictSerializer):
    """Give a service or a source, one of them."""

    name = serializers.CharField(max_length=80)
    unit = serializers.CharField(max_length=40)
    team = serializers.SlugRelatedField(slug_field="slug", queryset=Team.objects.all())
    service = serializers.SlugRelatedField(
        slug_field="slug", queryset=Service.objects.all(), required=False, allow_null=True
    )
    source = serializers.SlugRelatedField(  # type: ignore[assignment]
        slug_field="slug", queryset=ToilSource.objects.all(), required=False, allow_null=True
    )


class DriverValueSerializer(serializers.Serializer[DriverValue]):
    day = serializers.DateField()
    value = serializers.FloatField()


class OneValueSerializer(StrictSerializer):
    """`value` null takes the value of the day away."""

    day = serializers.DateField(validators=[validate_reasonable_date])
    value = serializers.DecimalField(max_digits=18, decimal_places=4, allow_null=True)


class ValuesSerializer(StrictSerializer):
    """`values`, or the same as CSV in `lines`: "2026-03-01,110", one day on each line."""

    values = serializers.ListField(child=OneValueSerializer(), required=False, max_length=MOST_LINES)
    lines = serializers.CharField(required=False, max_length=500_000, trim_whitespace=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if len(data) != 1:
            raise serializers.ValidationError("Give values, or lines.")
        return data

    def validate_values(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        days = [row["day"] for row in rows]
        if len(set(days)) != len(days):
            raise serializers.ValidationError("A day stands there twice.")
        return rows

    @staticmethod
    def read(data: dict[str, Any]) -> Values:
        if "values" in data:
            return {row["day"]: row["value"] for row in data["values"]}
        try:
            return read_values(data["lines"])
        except ValidationError as error:
            raise serializers.ValidationError({"lines": error.messages}) from error


class DriverViewSet(Lists, Shows, Creates, Edits, ResourceViewSet):
    """What drives toil, by id."""

    lookup_field = "uuid"
    lookup_value_regex = UUID
    serializer_class = DriverSerializer
    write_serializer_class = DriverWriteSerializer
    filterset_class = DriverFilter

    def queryset_of(self, user: User) -> DriverQuerySet:
        return Driver.objects.visible_to(user).with_names().with_latest()

    def add(self, data: dict[str, Any]) -> Driver:
        return add_driver(**data, by=self.person)

    def edit(self, row: Driver, changes: dict[str, Any], seen: int | None) -> Driver:
        return edit_driver(row, changes=changes, seen=seen, by=self.person)

    def destroy(self, request: Request, uuid: str) -> Response:
        """Remove a driver with its values."""
        remove_driver(self.get_object(), seen=self.seen_version_if_sent(), by=self.person)
        return Response(status=204)

    @extend_schema(
        operation_id="toil_drivers_values", responses=DriverValueSerializer(many=True), filters=False
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def values(self, request: Request, uuid: str) -> Response:
        """All of its values, oldest first; each holds until the next."""
        rows = self.get_object().values.order_by("day")
        return Response(DriverValueSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="toil_drivers_values_put", request=ValuesSerializer, responses=DriverSerializer
    )
    @values.mapping.put
    def put_values(self, request: Request, uuid: str) -> Response:
        """Each day gets its value; days that are not named stay as they are. With one wrong line nothing is taken."""
        form = ValuesSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        row = put_driver_values(self.get_object(), ValuesSerializer.read(form.validated_data), by=self.person)
        return self.answer(row)
