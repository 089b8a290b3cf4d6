"""A document as it is read: each section with its text and with what hangs on it. The living draft and a published
version are read in the same shape, so that one template shows both and a version freezes what was shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.dateparse import parse_datetime

from apps.postmortems.models import (
    Block,
    Factor,
    FactorCategories,
    ImpactValue,
    Lesson,
    LessonKind,
    LessonPhase,
    Postmortem,
    Section,
    SectionKind,
    TriggerCategory,
)

Row = dict[str, Any]
FURTHER = {"slug": "further", "title": "Further findings", "kind": "", "body": ""}


@dataclass(slots=True)
class LessonList:
    kind: str
    label: str
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """One section. `trigger` is None where it does not belong; lists hold rows as `parts_of` gives them."""

    slug: str
    title: str
    kind: str
    body: str
    guidance: str = ""
    is_required: bool = False
    version: int = 0
    impact: list[Row] = field(default_factory=list)
    trigger: Row | None = None
    factors: list[Row] = field(default_factory=list)
    mitigators: list[Row] = field(default_factory=list)
    lessons: list[LessonList] = field(default_factory=list)
    blocks: list[Row] = field(default_factory=list)

    @property
    def has_parts(self) -> bool:
        said = self.trigger is not None and bool(self.trigger["category"] or self.trigger["text"])
        listed = any(each.rows for each in self.lessons)
        return bool(said or self.impact or self.factors or self.mitigators or listed)

    @property
    def drawn(self) -> list[Row]:
        """Blocks that say something."""
        return [block for block in self.blocks if block["text"]]

    @property
    def is_empty(self) -> bool:
        return not self.body.strip() and not self.has_parts and not self.drawn

    @property
    def is_missing(self) -> bool:
        """Required, and nobody has said anything yet; what was drawn from the incidents does not count."""
        return self.is_required and not self.body.strip() and not self.has_parts


def parts_of(postmortem: Postmortem) -> dict[str, Any]:
    """{"trigger": row, "factors": rows, "lessons": rows, "impact": rows} in plain values: what a version freezes."""
    prefetch_related_objects([postmortem], "factors", "lessons", "impact_values")
    factors = list(postmortem.factors.all())
    names = FactorCategories.objects.current().names if factors else {}
    return {
        "trigger": trigger_row(postmortem.trigger_category, postmortem.trigger_text),
        "factors": [factor_row(row, names) for row in factors],
        "lessons": [lesson_row(row) for row in postmortem.lessons.all()],
        "impact": [impact_row(row) for row in postmortem.impact_values.all()],
    }


def trigger_row(category: str, text: str) -> Row:
    return {"category": category, "name": dict(TriggerCategory.choices).get(category, ""), "text": text}


def factor_row(row: Factor, names: Mapping[str, str]) -> Row:
    name = names.get(row.category, row.category)
    return {"category": row.category, "name": name, "text": row.text, "is_mitigator": row.is_mitigator}


def lesson_row(row: Lesson) -> Row:
    return {"kind": row.kind, "phase": row.phase, "text": row.text}


def impact_row(row: ImpactValue) -> Row:
    return {
        "measure": row.measure,
        "label": row.label,
        "certainty": row.certainty,
        "value": None if row.value is None else row.shown.replace(",", ""),
        "shown": row.shown,
        "unit": row.unit,
        "method": row.method,
    }


def _with_ids(postmortem: Postmortem) -> dict[str, Any]:
    """The same, each row with the id that its form is found by."""
    parts = parts_of(postmortem)
    lists = (("factors", "factors"), ("lessons", "lessons"), ("impact", "impact_values"))
    for name, relation in lists:
        rows = getattr(postmortem, relation).all()
        parts[name] = [said | {"id": str(row.uuid)} for said, row in zip(parts[name], rows, strict=True)]
    return parts


def readings_of(postmortem: Postmortem, sections: Iterable[Section] | None = None) -> list[Reading]:
    """The draft, in order. With `sections` only those, each with what belongs to it."""
    prefetch_related_objects([postmortem], "sections__blocks")
    rows = list(postmortem.sections.all())
    found = put_together([_plain(row) for row in rows], _with_ids(postmortem))
    wanted = {row.slug for row in sections} if sections is not None else None
    return [each for each in found if wanted is None or each.slug in wanted]


def published_readings(content: Mapping[str, Any]) -> list[Reading]:
    """A published version, in order; one from before there were lists has none."""
    return put_together(content["sections"], content)


def missing_titles(postmortem: Postmortem) -> list[str]:
    """Titles of the required sections that are still empty."""
    return [each.title for each in readings_of(postmortem) if each.is_missing]


def _plain(row: Section) -> Row:
    names = ("slug", "title", "kind", "body", "guidance", "is_required", "version")
    return {name: getattr(row, name) for name in names} | {"blocks": blocks_of(row)}


def sections_of(postmortem: Postmortem) -> list[Row]:
    """The sections as a version freezes them."""
    names = ("slug", "title", "kind", "body")
    rows = postmortem.sections.prefetch_related("blocks")
    return [{name: getattr(row, name) for name in names} | {"blocks": blocks_of(row)} for row in rows]


def blocks_of(section: Section) -> list[Row]:
    return [block_row(block) for block in section.blocks.all()]


def block_row(block: Block) -> Row:
    drawn_at = block.drawn_at.astimezone(UTC).isoformat()
    return {"kind": block.kind, "title": block.get_kind_display(), "text": block.text, "drawn_at": drawn_at}


def put_together(sections: Sequence[Mapping[str, Any]], parts: Mapping[str, Any]) -> list[Reading]:
    """Each list goes to the first section of its kind; what has no section comes last, under a title of its own."""
    found = [_reading(section) for section in sections]
    rest = _reading(FURTHER)
    homes = _homes(found)
    homes.get(SectionKind.IMPACT, rest).impact = list(parts.get("impact", []))
    _put_causes(homes.get(SectionKind.FACTORS, rest), parts)
    for kind, label in LessonKind.choices:
        home = homes.get(kind) or homes.get(SectionKind.LESSONS, rest)
        rows = [_with_phase(row) for row in parts.get("lessons", []) if row["kind"] == kind]
        if rows or home is not rest:
            home.lessons.append(LessonList(kind, str(label), rows))
    return [*found, rest] if rest.has_parts else found


def _reading(section: Mapping[str, Any]) -> Reading:
    names = ("slug", "title", "body", "guidance", "is_required", "version")
    known = {name: section[name] for name in names if name in section}
    blocks = [row | {"at": parse_datetime(row["drawn_at"])} for row in section.get("blocks", [])]
    return Reading(kind=section.get("kind", SectionKind.TEXT), blocks=blocks, **known)


def _homes(found: Iterable[Reading]) -> dict[str, Reading]:
    homes: dict[str, Reading] = {}
    for each in found:
        homes.setdefault(each.kind, each)
    return homes


def _put_causes(home: Reading, parts: Mapping[str, Any]) -> None:
    home.trigger = parts.get("trigger")
    rows = parts.get("factors", [])
    home.factors = [row for row in rows if not row["is_mitigator"]]
    home.mitigators = [row for row in rows if row["is_mitigator"]]


def _with_phase(row: Row) -> Row:
    return row | {"phase_label": str(LessonPhase(row["phase"]).label) if row["phase"] else ""}
