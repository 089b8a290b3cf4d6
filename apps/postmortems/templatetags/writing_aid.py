"""Beside an editor: hints on the text, asked for again when typing pauses. `{% writing_aid section text %}` for a
section, `{% words_aid postmortem form %}` for a factor or a lesson."""

from typing import Any

from django import forms, template
from django.urls import reverse

from apps.postmortems.aid import hints_about, hints_on
from apps.postmortems.models import Postmortem, Section

register = template.Library()


@register.inclusion_tag("postmortems/_writing_aid.html")
def writing_aid(section: Section, text: str | None) -> dict[str, Any]:
    url = reverse("postmortems:section_hints", args=[section.postmortem.key, section.slug])
    field = f"#id_{section.slug}_text"
    hints = hints_on(section, text or "")
    return {"name": section.slug, "url": url, "fields": field, "hints": hints, "is_below_a_section": True}


@register.inclusion_tag("postmortems/_writing_aid.html")
def words_aid(postmortem: Postmortem, form: forms.Form) -> dict[str, Any]:
    """Nothing for a form without words of one's own."""
    if "text" not in form.fields:
        return {"url": ""}
    hints = hints_about(postmortem, form["text"].value() or "", kind=_kind(form))
    url = reverse("postmortems:hints", args=[postmortem.key])
    return {"name": "words", "url": url, "fields": "#id_text, #id_kind", "hints": hints}


def _kind(form: forms.Form) -> str:
    return str(form["kind"].value() or "") if "kind" in form.fields else ""
