"""JSON Schema of the portable form, version 1. A change that old readers would not understand is version 2."""

from __future__ import annotations

from typing import Any

from apps.incidents.models import MilestoneKind, MilestoneSource
from apps.postmortems.models import Certainty, LessonKind, LessonPhase, Measure, SectionKind, TriggerCategory
from apps.postmortems.portable.form import FORMAT, VERSION

Schema = dict[str, Any]


def _text(most: int | None = None, **more: Any) -> Schema:
    return {"type": "string", **({"maxLength": most} if most else {}), **more}


def _one_of(choices: Any, *, or_none: bool = False) -> Schema:
    return {"enum": [*([""] if or_none else []), *(value for value, _ in choices)]}


def _row(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


def _list(row: Schema, *, least: int = 0) -> Schema:
    return {"type": "array", "items": row, **({"minItems": least} if least else {})}


MOMENT = {"type": "string", "format": "date-time"}
MOMENT_OR_NULL = {"type": ["string", "null"], "format": "date-time"}
SLUG = _text(60, pattern="^[-a-zA-Z0-9_]+$")

SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A postmortem as one Ballast portal gives it to another",
    **_row(
        format={"const": FORMAT},
        version={"const": VERSION},
        uuid=_text(120, minLength=1, description="The same wherever the document goes."),
        url=_text(500, description="Where it was written."),
        title=_text(200, minLength=1),
        published_at=MOMENT_OR_NULL,
        tags=_list(_text(60)),
        services=_list(_row(slug=SLUG, name=_text(80), team=SLUG, team_name=_text(80))),
        incidents=_list(
            _row(
                id=_text(120, minLength=1),
                title=_text(200),
                summary=_text(10_000),
                severity={"type": "integer", "minimum": 1, "maximum": 4},
                started_at=MOMENT,
                services=_list(SLUG),
                milestones=_list(
                    _row(
                        kind=_one_of(MilestoneKind.choices),
                        at=MOMENT_OR_NULL,
                        precision_minutes={"type": "integer", "minimum": 0},
                        note=_text(),
                        source=_one_of(MilestoneSource.choices),
                    )
                ),
            ),
            least=1,
        ),
        trigger=_row(category=_one_of(TriggerCategory.choices, or_none=True), text=_text(2000)),
        factors=_list(_row(category=SLUG, text=_text(2000), is_mitigator={"type": "boolean"})),
        lessons=_list(
            _row(
                kind=_one_of(LessonKind.choices),
                phase=_one_of(LessonPhase.choices, or_none=True),
                text=_text(2000),
            )
        ),
        impact=_list(
            _row(
                measure=_one_of(Measure.choices),
                name=_text(60),
                certainty=_one_of(Certainty.choices),
                value={"type": ["string", "null"], "pattern": r"^[0-9]{1,15}(\.[0-9]{1,3})?$"},
                unit=_text(30),
                method=_text(1000),
            )
        ),
        sections=_list(
            _row(
                slug=SLUG,
                title=_text(120),
                kind=_one_of(SectionKind.choices),
                body=_text(100_000),
                blocks=_list(_row(kind=SLUG, text=_text())),
            )
        ),
    ),
}
