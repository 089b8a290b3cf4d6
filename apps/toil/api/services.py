from typing import Any

from rest_framework import serializers

from apps.core.api import Lists, ResourceViewSet
from apps.core.http import today_of
from apps.core.templatetags.times import half_up
from apps.services.filters import ServiceFilter
from apps.services.models import Service, ServiceQuerySet
from apps.toil.figures import SUMMED_WEEKS
from apps.toil.periods import last_weeks
from apps.toil.products import ServiceToil, toil_of_services


class ServiceToilSerializer(serializers.Serializer[Service]):
    """What a service cost the team that owns it in the last 13 weeks. Other teams' and guests' time is in no share.
    For several services add up the seconds, and the capacity of each team once."""

    service = serializers.CharField(source="slug")
    team = serializers.CharField(source="owner_team.slug")
    toil_seconds = serializers.SerializerMethodField()
    others_seconds = serializers.SerializerMethodField()
    capacity_minutes = serializers.SerializerMethodField()
    pct = serializers.SerializerMethodField()

    def get_toil_seconds(self, row: Service) -> int:
        return self._cost(row).seconds

    def get_others_seconds(self, row: Service) -> int:
        return self._cost(row).others

    def get_capacity_minutes(self, row: Service) -> float:
        return float(self._cost(row).capacity_minutes)

    def get_pct(self, row: Service) -> float | None:
        exact = self._cost(row).share.exact
        return None if exact is None else float(half_up(exact, 2))

    def _cost(self, row: Service) -> ServiceToil:
        """Of the whole page at once."""
        known: dict[str, Any] = self.context  # type: ignore[assignment]
        if "costs" not in known:
            rows: Any = self.parent.instance if self.parent else [self.instance]
            known["costs"] = toil_of_services(
                list(rows), last_weeks(today_of(known["request"]), SUMMED_WEEKS)
            )
        found: ServiceToil = known["costs"][row.pk]
        return found


class ServiceToilViewSet(Lists, ResourceViewSet):
    """Toil by service."""

    serializer_class = ServiceToilSerializer
    filterset_class = ServiceFilter

    def queryset_of(self, user: Any) -> ServiceQuerySet:
        return Service.objects.visible_to(user).with_team()
