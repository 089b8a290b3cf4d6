"""`{% comments section.slug %}` below a section: its threads, and a form for who may comment."""

from typing import Any

from django import template

from apps.postmortems.talk import talk_about

register = template.Library()


@register.inclusion_tag("postmortems/_comments.html", takes_context=True)
def comments(context: Any, slug: str) -> dict[str, Any]:
    request = context["request"]
    talk = talk_about(context["postmortem"], slug, request.user)
    return talk | {"csrf_token": context.get("csrf_token"), "request": request}
