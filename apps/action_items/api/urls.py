"""What hangs on an item as resources of their own, and the policy, which is one document and no list."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from apps.action_items.api.comments import ItemCommentViewSet
from apps.action_items.api.policy import ActionItemPolicyViewSet
from apps.action_items.api.ties import ChecklistStepViewSet

OF_ONE = r"action-items/(?P<item>[^/]+)"
router = SimpleRouter()
router.register(rf"{OF_ONE}/checklist", ChecklistStepViewSet, "checklist-step")
router.register(rf"{OF_ONE}/comments", ItemCommentViewSet, "item-comment")

urlpatterns = [
    *router.urls,
    path(
        "action-item-policy/",
        ActionItemPolicyViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="action-item-policy",
    ),
]
