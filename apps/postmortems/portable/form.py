"""A postmortem in a form that another portal can take over: plain values, in a fixed order, nobody's name in it.

`schema.json` beside this file describes the same to programs. What a portal gives out by itself (PM-3, who owns it,
when it was last touched) is left out, so that a document that was taken over is given out as it came.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from apps.core.validators import UNSTORABLE
from apps.incidents.models import Incident
from apps.postmortems.content import text_of
from apps.postmortems.models import Postmortem, PostmortemStatus

FORMAT, VERSION = "ballast-postmortem", 1
ROWS = ("trigger", "factors", "lessons", "impact")

# Names and kinds of what a document holds; a list says what its rows are, `None` that nothing may stand there too.
SHAPE: dict[str, Any] = {
    "format": str,
    "version": int,
    "uuid": str,
    "url": str,
    "title": str,
    "published_at": (str, None),
    "tags": [str],
    "services": [{"slug": str, "name": str, "team": str, "team_name": str}],
    "incidents": [
        {
            "id": str,
            "title": str,
            "summary": str,
            "severity": int,
            "started_at": str,
            "services": [str],
            "milestones": [
                {"kind": str, "at": (str, None), "precision_minutes": int, "note": str, "source": str}
            ],
        }
    ],
    "trigger": {"category": str, "text": str},
    "factors": [{"category": str, "text": str, "is_mitigator": bool}],
    "lessons": [{"kind": str, "phase": str, "text": str}],
    "impact": [
        {"measure": str, "name": str, "certainty": str, "value": (str, None), "unit": str, "method": str}
    ],
    "sections": [
        {"slug": str, "title": str, "kind": str, "body": str, "blocks": [{"kind": str, "text": str}]}
    ],
}


def portable(postmortem: Postmortem, *, is_final: bool | None = None) -> dict[str, Any]:
    """The published version, or the draft; as its state is where nothing is said of it. `postmortem` is a row of
    `for_reader`, so that of its incidents only those are told which the reader may see."""
    is_published = postmortem.status == PostmortemStatus.PUBLISHED
    content = _content(postmortem, is_final=is_published if is_final is None else is_final)
    incidents: list[Incident] = getattr(postmortem, "seen_incidents", [])
    parts = {name: content.get(name) for name in ROWS}
    trigger = parts["trigger"] or {"category": "", "text": ""}
    return {
        "format": FORMAT,
        "version": VERSION,
        "uuid": identity(postmortem),
        "url": postmortem.source_url or f"{settings.BASE_URL}{postmortem.get_absolute_url()}",
        "title": content["title"],
        "published_at": _moment(postmortem.published_at) if content["is_published"] else None,
        "tags": sorted(tag.name for tag in postmortem.tags.all()),
        "services": [_service(service) for service in postmortem.services],
        "incidents": [_incident(incident) for incident in incidents],
        "trigger": _some(trigger, "category", "text"),
        "factors": [_some(row, "category", "text", "is_mitigator") for row in parts["factors"] or []],
        "lessons": [_some(row, "kind", "phase", "text") for row in parts["lessons"] or []],
        "impact": [_impact(row) for row in parts["impact"] or []],
        "sections": [_section(row) for row in content["sections"]],
    }


def identity(postmortem: Postmortem) -> str:
    """The same wherever the document went; made from its address where it was written."""
    address = f"{settings.BASE_URL}/postmortems/{postmortem.key}/"
    return postmortem.external_id or str(uuid.uuid5(uuid.NAMESPACE_URL, address))


def _content(postmortem: Postmortem, *, is_final: bool) -> dict[str, Any]:
    """The published version or the draft, in the shape of a version."""
    if postmortem.published_version and is_final:
        snapshot = postmortem.snapshots.get(version=postmortem.published_version)
        return {**snapshot.content, "title": snapshot.title, "is_published": True}
    return {**text_of(postmortem), "is_published": False}


def _some(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _section(row: dict[str, Any]) -> dict[str, Any]:
    blocks = [_some(block, "kind", "text") for block in row.get("blocks", [])]
    return {
        **_some(row, "slug", "title"),
        "kind": row.get("kind", "text"),
        "body": row["body"],
        "blocks": blocks,
    }


def _impact(row: dict[str, Any]) -> dict[str, Any]:
    name = row["label"] if row["measure"] == "other" else ""
    return {"measure": row["measure"], "name": name, **_some(row, "certainty", "value", "unit", "method")}


def _service(service: Any) -> dict[str, str]:
    team = service.owner_team
    return {"slug": service.slug, "name": service.name, "team": team.slug, "team_name": team.name}


def _incident(incident: Incident) -> dict[str, Any]:
    milestones = sorted(incident.milestones.all(), key=lambda one: (one.kind, one.pk))
    return {
        "id": incident.external_id or f"{settings.BASE_URL}/incidents/{incident.key}/",
        "title": incident.title,
        "summary": incident.summary,
        "severity": incident.severity,
        "started_at": _moment(incident.started_at),
        "services": sorted(service.slug for service in incident.services.all()),
        "milestones": [
            {
                "kind": one.kind,
                "at": _moment(one.at),
                "precision_minutes": one.precision_minutes,
                "note": one.note,
                "source": one.source,
            }
            for one in milestones
        ],
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def check_shape(value: Any, shape: Any = None, at: str = "") -> Iterable[str]:
    """What is wrong, as "sections[2].body is not a text"; nothing when all is well. `shape` is SHAPE by default."""
    shape = SHAPE if shape is None else shape
    if isinstance(shape, tuple):
        if value is not None:
            yield from check_shape(value, shape[0], at)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{at} is not a list"
        else:
            for place, each in enumerate(value):
                yield from check_shape(each, shape[0], f"{at}[{place}]")
    elif isinstance(shape, dict):
        yield from _check_names(value, shape, at)
    else:
        yield from _check_plain(value, shape, at)


WORDS = {str: "a text", int: "a whole number", bool: "true or false"}


def _check_plain(value: Any, shape: type, at: str) -> Iterable[str]:
    if not isinstance(value, shape) or (shape is int and isinstance(value, bool)):
        yield f"{at} is not {WORDS[shape]}"
    elif isinstance(value, str) and UNSTORABLE.search(value):
        yield f"{at} holds a character that cannot be stored"


def _check_names(value: Any, shape: dict[str, Any], at: str) -> Iterable[str]:
    if not isinstance(value, dict):
        yield f"{at or 'the document'} has no names and values"
        return
    before = f"{at}." if at else ""
    yield from (f"{before}{name} is missing" for name in shape if name not in value)
    yield from (f"{before}{name} is not known" for name in value if name not in shape)
    for name in shape:
        if name in value:
            yield from check_shape(value[name], shape[name], f"{before}{name}")
