"""`{% public_version %}` beside the text: what strangers read, and the way to it for who writes or approves."""

from typing import Any

from django import template

from apps.postmortems.policies import can_read_public_draft
from apps.postmortems.public_page import is_shown, report_of, stored_version
from apps.postmortems.public_rule import why_not_public

register = template.Library()


@register.inclusion_tag("postmortems/_public.html", takes_context=True)
def public_version(context: Any) -> dict[str, Any]:
    postmortem, user = context["postmortem"], context["request"].user
    report = report_of(postmortem)
    found = {"postmortem": postmortem, "report": report, "is_shown": is_shown(report)}
    may_read = can_read_public_draft(user, postmortem)
    version = stored_version(postmortem) if may_read else None
    may_begin = may_read and version is None and not why_not_public(postmortem)
    return found | {"version": version, "may_begin": may_begin}
