"""`{% writing_aid section text %}` beside an editor: hints on the text, asked for again when typing pauses."""

from typing import Any

from django import template

from apps.postmortems.aid import hints_on
from apps.postmortems.models import Section

register = template.Library()


@register.inclusion_tag("postmortems/_writing_aid.html")
def writing_aid(section: Section, text: str | None) -> dict[str, Any]:
    return {"section": section, "postmortem": section.postmortem, "hints": hints_on(section, text or "")}
