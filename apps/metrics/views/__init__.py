from apps.metrics.views.commitments import commitments_page
from apps.metrics.views.overview import overview
from apps.metrics.views.patterns import patterns_page

__all__ = ["commitments_page", "overview", "patterns_page"]
