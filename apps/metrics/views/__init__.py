from apps.metrics.views.overview import overview
from apps.metrics.views.patterns import patterns_page

__all__ = ["overview", "patterns_page"]
