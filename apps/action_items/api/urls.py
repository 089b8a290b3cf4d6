"""What the router cannot spell: the policy is one document, no list."""

from django.urls import path

from apps.action_items.api.policy import ActionItemPolicyViewSet

urlpatterns = [
    path(
        "action-item-policy/",
        ActionItemPolicyViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="action-item-policy",
    ),
]
