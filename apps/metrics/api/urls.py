"""What the router cannot spell: figures are no resource with rows of their own."""

from django.urls import path

from apps.metrics.api.commitments import CommitmentsView
from apps.metrics.api.patterns import PatternsView
from apps.metrics.api.views import MetricsPanelView, MetricsView

urlpatterns = [
    path("metrics/", MetricsView.as_view(), name="metrics"),
    path("metrics/commitments/", CommitmentsView.as_view(), name="metrics-commitments"),
    path("metrics/patterns/", PatternsView.as_view(), name="metrics-patterns"),
    path("metrics/<slug:panel>/", MetricsPanelView.as_view(), name="metrics-panel"),
]
