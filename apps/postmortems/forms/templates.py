"""A template as one form: what it is for, and a row of fields for each section, with empty ones to add some."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import slugify

from apps.incidents.models import IncidentKind, Severity
from apps.postmortems.models import BlockKind, Measure, SectionKind, Template

NEW_ROWS = 2
MEASURES = [(value, label) for value, label in Measure.choices if value != Measure.OTHER]
ROW = ("title", "kind", "guidance", "is_required", "blocks", "place")


class TemplateForm(forms.Form):
    """Fields `title_0`, `kind_0`, ...; a section whose title is emptied goes. `template` is None for a new one."""

    name = forms.CharField(max_length=80)
    description = forms.CharField(max_length=300, required=False, label="What is it for?")
    severities = forms.TypedMultipleChoiceField(
        choices=Severity.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Proposed for incidents of severity",
    )
    kinds = forms.MultipleChoiceField(
        choices=IncidentKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Only for incidents of these kinds",
        help_text="None: for all kinds that no other template names.",
    )
    measures = forms.MultipleChoiceField(
        choices=MEASURES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="The impact has to say something about",
    )
    is_offered = forms.BooleanField(required=False, initial=True, label="Offered for new postmortems")

    def __init__(self, *args: Any, template: Template | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = template.sections if template else []
        self.size = len(self.known) + (NEW_ROWS if template else 6)
        if template:
            self.initial = {name: getattr(template, name) for name in self.base_fields}
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=template.version)
        else:
            self.fields["slug"] = forms.SlugField(
                max_length=40, label="Short name", help_text="For addresses and programs; it stays."
            )
        for place in range(self.size):
            self._add_row(place, self.known[place] if place < len(self.known) else None)

    def _add_row(self, place: int, section: dict[str, Any] | None) -> None:
        number = f"section {place + 1}"
        fields = {
            "title": forms.CharField(max_length=120, required=False, label=f"Title of {number}"),
            "kind": forms.ChoiceField(
                choices=SectionKind.choices, required=False, label=f"Beside the text of {number}"
            ),
            "guidance": forms.CharField(
                max_length=500,
                required=False,
                label=f"Guidance of {number}, in questions that begin with how and what",
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
            "is_required": forms.BooleanField(required=False, label="Needed before publishing"),
            "blocks": forms.MultipleChoiceField(
                choices=BlockKind.choices,
                required=False,
                label=f"Drawn from the incidents into {number}",
                widget=forms.CheckboxSelectMultiple,
            ),
            "place": forms.IntegerField(
                min_value=1, max_value=99, required=False, label=f"Place of {number}"
            ),
        }
        for name, field in fields.items():
            self.fields[f"{name}_{place}"] = field
            first = place + 1 if name == "place" else (section or {}).get(name)
            self.initial[f"{name}_{place}"] = first

    @property
    def plain_fields(self) -> list[BoundField]:
        return [self[name] for name in (*(["slug"] if "slug" in self.fields else []), *self.base_fields)]

    @property
    def rows(self) -> list[dict[str, BoundField]]:
        return [{name: self[f"{name}_{place}"] for name in ROW} for place in range(self.size)]

    def clean(self) -> dict[str, Any]:
        """`changes` as the operation takes them; a section keeps its short name under another title."""
        data = super().clean() or {}
        taken = {section["slug"] for section in self.known}
        found = []
        for place in range(self.size):
            title = " ".join(data.get(f"title_{place}", "").split())
            if title:
                slug = self.known[place]["slug"] if place < len(self.known) else _slug(title, taken)
                taken.add(slug)
                found.append(
                    (data.get(f"place_{place}") or place + 1, self._section(place, slug, title, data))
                )
        sections = [section for _, section in sorted(found, key=lambda pair: pair[0])]
        return data | {
            "changes": {name: data.get(name) for name in self.base_fields} | {"sections": sections}
        }

    def _section(self, place: int, slug: str, title: str, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "slug": slug,
            "title": title,
            "kind": data.get(f"kind_{place}") or SectionKind.TEXT.value,
            "guidance": data.get(f"guidance_{place}", "").strip(),
            "is_required": bool(data.get(f"is_required_{place}")),
            "blocks": list(data.get(f"blocks_{place}") or []),
        }


def _slug(title: str, taken: set[str]) -> str:
    short = slugify(title)[:36] or "section"
    return next(slug for n in range(1, 50) if (slug := short if n == 1 else f"{short}-{n}") not in taken)
