"""A chart with the way to its file: `{% chart figure.chart panel=panel.name chart=figure.name %}`."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from apps.core.charts import Chart
from apps.core.templatetags.links import query

register = template.Library()


@register.simple_tag(takes_context=True, name="chart")
def draw(context: Context, drawn: Chart, *, titled: bool = False, **where: Any) -> SafeString:
    """`where` names it in the page's address, beside `format=svg`."""
    address = context["request"].path + query(context, format="svg", **where)
    return drawn.on_page(address, is_titled=titled)
