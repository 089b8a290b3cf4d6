"""What the router cannot spell: the preferences are one document, no list."""

from django.urls import path

from apps.notifications.api.views import PreferencesViewSet

urlpatterns = [
    path(
        "notification-preferences/",
        PreferencesViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="notification-preferences",
    ),
]
