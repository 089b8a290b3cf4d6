from django.urls import path

from apps.reports.api.handing_over import HandingOverViewSet

urlpatterns = [
    path(
        "users/<slug:slug>/holdings/",
        HandingOverViewSet.as_view({"get": "retrieve"}),
        name="user-holdings",
    ),
    path(
        "users/<slug:slug>/hand-over/",
        HandingOverViewSet.as_view({"post": "create"}),
        name="user-hand-over",
    ),
]
