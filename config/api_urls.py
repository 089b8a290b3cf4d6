"""The API's table of contents."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

router = SimpleRouter()

urlpatterns = [
    path("v1/", include((router.urls, "api"), namespace="api")),
]
