from django.urls import path

from apps.trackers.api.hooks import TrackerHookView
from apps.trackers.api.items import ItemTrackerLookView, ItemTrackerView

urlpatterns = [
    path("tracker-hooks/<uuid:uuid>/", TrackerHookView.as_view(), name="tracker-hook"),
    path("action-items/<str:key>/tracker/", ItemTrackerView.as_view(), name="action-item-tracker"),
    path(
        "action-items/<str:key>/tracker/look/", ItemTrackerLookView.as_view(), name="action-item-tracker-look"
    ),
]
