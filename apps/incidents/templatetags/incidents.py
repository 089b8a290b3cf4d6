"""`{% load incidents %}`: times of a timeline, in UTC."""

import uuid
from datetime import UTC, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.templatetags.marks import glyph, icon
from apps.core.templatetags.times import duration
from apps.incidents.models import Incident

register = template.Library()


@register.simple_tag
def moment(at: datetime, now: datetime) -> SafeString:
    """14:31 on the same day in UTC, 4 Nov 14:31 in the same year, else with the year."""
    exact, today = at.astimezone(UTC), now.astimezone(UTC)
    day = "" if exact.date() == today.date() else f"{exact.day}\u00a0{exact:%b} "
    year = "" if exact.year == today.year else f"{exact:%Y} "
    return format_html(
        '<time datetime="{}" title="{}">{}{}{}</time>',
        f"{exact:%Y-%m-%dT%H:%M:%SZ}",
        f"{exact:%Y-%m-%d %H:%M:%S} UTC",
        day,
        year,
        f"{exact:%H:%M}",
    )


@register.simple_tag
def lasted(incident: Incident, now: datetime) -> str:
    return duration(incident.lasted(now))


@register.simple_tag
def between(start: datetime, end: datetime) -> str:
    return duration(end - start)


@register.simple_tag
def step_glyph(state: str) -> SafeString:
    """The ring fills as work goes on."""
    return glyph({"done": "tick", "now": "half"}.get(state, "ring"))


@register.simple_tag
def entry_icon(kind: str) -> SafeString:
    return icon({"role": "user", "change": "flag"}.get(kind, "bell"))


@register.simple_tag
def new_once() -> str:
    """What makes a form count once, however often it is sent."""
    return uuid.uuid4().hex
