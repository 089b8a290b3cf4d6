"""One document of the caller's own, no list."""

from django.urls import path

from apps.reminders.api.views import DigestViewSet

urlpatterns = [
    path("digest/", DigestViewSet.as_view({"get": "retrieve"}), name="digest"),
    path("digest/send/", DigestViewSet.as_view({"post": "send"}), name="digest-send"),
]
