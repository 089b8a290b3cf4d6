from django.urls import include, path
from rest_framework import routers, serializers, viewsets

from benchmarks.yardstick.models import Incident, Service


class ServiceSerializer(serializers.ModelSerializer):
    class Meta:
        model = Service
        fields = ["id", "name", "slug", "tier", "team"]


class IncidentSerializer(serializers.ModelSerializer):
    service = ServiceSerializer()

    class Meta:
        model = Incident
        fields = "__all__"


class IncidentViewSet(viewsets.ModelViewSet):
    queryset = Incident.objects.select_related("service")
    serializer_class = IncidentSerializer
    filterset_fields = ["status", "severity"]


router = routers.DefaultRouter()
router.register("incidents", IncidentViewSet)
urlpatterns = [path("", include(router.urls))]
