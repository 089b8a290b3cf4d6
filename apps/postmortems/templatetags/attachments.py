"""`{% attachments %}` below the sections: what supports the text, and a way to add to it for who may write."""

from typing import Any

from django import template

from apps.postmortems.models import Attachment, PostmortemStatus
from apps.postmortems.policies import can_write

register = template.Library()


@register.inclusion_tag("postmortems/_attachments.html", takes_context=True)
def attachments(context: Any) -> dict[str, Any]:
    postmortem, user = context["postmortem"], context["request"].user
    files = list(Attachment.objects.of(postmortem).with_people())
    for row in files:
        row.postmortem = postmortem
    writes = can_write(user, postmortem)
    may_attach = writes and postmortem.status != PostmortemStatus.PUBLISHED
    return {"postmortem": postmortem, "files": files, "may_attach": may_attach, "may_write": writes}
