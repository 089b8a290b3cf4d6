"""`{% load ui %}`: every tag and filter of the product, gathered from the modules beside this one."""

from collections.abc import Callable

from django import template
from django.utils.safestring import SafeString

from apps.core import markdown as markdown_renderer
from apps.core.templatetags import fields, links, marks, people, times

register = template.Library()

PLAIN: tuple[Callable[..., SafeString], ...] = (
    marks.icon,
    marks.severity_badge,
    marks.state_badge,
    marks.priority_badge,
    marks.kind_badge,
    marks.due_badge,
    times.short_time,
    times.utc_time,
    times.clock,
    times.short_date,
    fields.control,
)
WITH_CONTEXT: tuple[Callable[..., str], ...] = (
    links.query,
    links.query_with,
    links.query_without,
    links.sort_link,
    links.sort_header,
    links.nav_item,
    people.avatar,
    people.person,
    people.typed_by,
)
for plain in PLAIN:
    register.simple_tag(plain)
for with_context in WITH_CONTEXT:
    register.simple_tag(with_context, takes_context=True)

register.filter("duration", times.duration)
register.filter("spent", times.spent)
register.filter("hours", times.hours)
register.filter("pct", times.pct)
register.filter("shape", fields.shape)
register.filter("is_chosen", fields.is_chosen)
register.filter("has_value", fields.has_value)
register.filter("chosen_labels", fields.chosen_labels)
register.filter("in_words", fields.in_words)


@register.filter
def markdown(text: str | None) -> SafeString:
    return markdown_renderer.render(text or "")
