"""The API's table of contents."""

from django.contrib.auth.decorators import login_required
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from apps.action_items.api.views import ActionItemViewSet
from apps.postmortems.api.views import PostmortemViewSet
from apps.services.api.views import ServiceViewSet

router = SimpleRouter()
router.register("action-items", ActionItemViewSet, "action-item")
router.register("postmortems", PostmortemViewSet, "postmortem")
router.register("services", ServiceViewSet, "service")

urlpatterns = [
    path("v1/", include((router.urls, "api"), namespace="api")),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path(
        "docs/",
        login_required(SpectacularSwaggerSplitView.as_view(url_name="api_schema")),
        name="api_docs",
    ),
]
