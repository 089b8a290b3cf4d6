"""What the router cannot spell: the policy is one document, no list."""

from django.urls import path

from apps.incidents.api.severity_policy import SeverityPolicyViewSet

urlpatterns = [
    path(
        "severity-policy/",
        SeverityPolicyViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="severity-policy",
    ),
]
