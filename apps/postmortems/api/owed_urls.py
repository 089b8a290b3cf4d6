"""What the router cannot spell: the policy is one document, no list."""

from django.urls import path

from apps.postmortems.api.owed import PostmortemPolicyViewSet

urlpatterns = [
    path(
        "postmortem-policy/",
        PostmortemPolicyViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="postmortem-policy",
    ),
]
