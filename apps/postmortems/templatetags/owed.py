"""How late an owed postmortem is, in words."""

from datetime import date

from django import template
from django.utils.safestring import SafeString

from apps.core.templatetags.marks import due_badge
from apps.postmortems.models import PostmortemObligation

register = template.Library()


@register.simple_tag
def owed_badge(row: PostmortemObligation, today: date) -> SafeString:
    """Of what comes next: the draft while there is none, then publishing."""
    return due_badge(row.next_due, today)
