"""What hangs on a postmortem as resources of their own, and what is one document, no list."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from apps.postmortems.api.attachments import AttachmentViewSet
from apps.postmortems.api.comments import CommentViewSet
from apps.postmortems.api.findings import (
    FactorCategoriesViewSet,
    FactorViewSet,
    ImpactValueViewSet,
    LessonViewSet,
)
from apps.postmortems.api.public_version import PublicVersionViewSet
from apps.postmortems.api.readers import FeedViewSet
from apps.postmortems.api.templates import TemplateViewSet

OF_ONE = r"postmortems/(?P<postmortem>[^/]+)"
router = SimpleRouter()
router.register(rf"{OF_ONE}/attachments", AttachmentViewSet, "attachment")
router.register(rf"{OF_ONE}/comments", CommentViewSet, "comment")
router.register(rf"{OF_ONE}/factors", FactorViewSet, "factor")
router.register(rf"{OF_ONE}/lessons", LessonViewSet, "lesson")
router.register(rf"{OF_ONE}/impact-values", ImpactValueViewSet, "impact-value")

urlpatterns = [
    *router.urls,
    path(
        "postmortems/<slug:key>/public-version/",
        PublicVersionViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="public-version",
    ),
    path(
        "postmortems/<slug:key>/public-version/transitions/",
        PublicVersionViewSet.as_view({"post": "transitions"}),
        name="public-version-transitions",
    ),
    path(
        "postmortems/<slug:key>/public-version/hints/",
        PublicVersionViewSet.as_view({"get": "hints"}),
        name="public-version-hints",
    ),
    path(
        "postmortems/<slug:key>/public-version/export/",
        PublicVersionViewSet.as_view({"get": "export"}),
        name="public-version-export",
    ),
    path(
        "postmortem-feed/",
        FeedViewSet.as_view({"get": "retrieve", "post": "create", "delete": "destroy"}),
        name="postmortem-feed",
    ),
    path(
        "factor-categories/",
        FactorCategoriesViewSet.as_view({"get": "retrieve", "put": "update"}),
        name="factor-categories",
    ),
    path(
        "postmortem-templates/",
        TemplateViewSet.as_view({"get": "list", "post": "create"}),
        name="postmortem-template-list",
    ),
    path(
        "postmortem-templates/<slug:slug>/",
        TemplateViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="postmortem-template-detail",
    ),
]
