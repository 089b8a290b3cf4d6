"""How late an owed postmortem is, in words."""

from collections.abc import Iterable
from datetime import date

from django import template
from django.utils.safestring import SafeString

from apps.core.templatetags.marks import due_badge
from apps.incidents.models import Incident
from apps.postmortems.models import PostmortemObligation

register = template.Library()


@register.simple_tag
def owed_badge(row: PostmortemObligation, today: date) -> SafeString:
    """Of what comes next: the draft while there is none, then publishing."""
    return due_badge(row.next_due, today)


@register.simple_tag
def owed_by(incidents: Iterable[Incident]) -> list[PostmortemObligation]:
    """What incidents that the reader sees still owe, the first due first: one query."""
    rows = PostmortemObligation.objects.owed().filter(incident__in=[one.pk for one in incidents])
    return list(rows.select_related("incident").order_by("due_publish", "pk"))
