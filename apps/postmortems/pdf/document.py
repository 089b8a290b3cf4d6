"""What a postmortem on paper holds: what its page shows to readers, for the one who asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from apps.accounts.models import User
from apps.action_items.models import ActionItem
from apps.incidents.models import Incident, Severity
from apps.postmortems.document import Reading, published_readings, readings_of
from apps.postmortems.models import Postmortem
from apps.postmortems.pdf.blocks import Node, blocks_of, bullets, paragraph, strong, table, text
from apps.postmortems.pdf.pictures import enclose_pictures

TONES = {1: "danger", 2: "danger", 3: "warn", 4: "plain"}


def document_of(
    postmortem: Postmortem, user: User, *, is_final: bool = False, now: datetime
) -> dict[str, Any]:
    """For the typesetter: the published version, or the draft. `postmortem` is a row of `for_reader`."""
    title, readings = _text_of(postmortem) if is_final else (postmortem.title, readings_of(postmortem))
    sections = [
        {"title": reading.title, "blocks": list(_section(reading))}
        for reading in readings
        if not reading.is_empty
    ]
    promised = _promises(postmortem, user)
    return {
        "key": postmortem.key,
        "kind": "Postmortem",
        "title": title,
        "running": title,
        "keywords": [postmortem.key, *(tag.name for tag in postmortem.tags.all())],
        "chips": list(_chips(postmortem, is_final=is_final)),
        "facts": [{"label": label, "value": value} for label, value in _facts(postmortem, is_final=is_final)],
        "sections": [*sections, *([{"title": "Action items", "blocks": [promised]}] if promised else [])],
        "footer": f"Ballast, {_moment(now)}",
        "pictures": enclose_pictures(sections, user),
    }


def _text_of(postmortem: Postmortem) -> tuple[str, list[Reading]]:
    snapshot = postmortem.snapshots.get(version=postmortem.published_version or 0)
    return snapshot.title, published_readings(snapshot.content)


def _incidents(postmortem: Postmortem) -> list[Incident]:
    return getattr(postmortem, "seen_incidents", [])


def _chips(postmortem: Postmortem, *, is_final: bool) -> Iterator[dict[str, str]]:
    worst = min((incident.severity for incident in _incidents(postmortem)), default=None)
    if worst:
        yield {"label": str(Severity(worst).label), "tone": TONES[worst]}
    if is_final:
        yield {"label": f"Published, version {postmortem.published_version}", "tone": "ok"}
    else:
        yield {"label": str(postmortem.get_status_display()), "tone": "plain"}
    if any(incident.is_private for incident in _incidents(postmortem)):
        yield {"label": "Private", "tone": "danger"}


def _facts(postmortem: Postmortem, *, is_final: bool) -> Iterator[tuple[str, str]]:
    for incident in _incidents(postmortem):
        ended = f" to {_moment(incident.resolved_at)}" if incident.resolved_at else ""
        yield incident.key, f"{incident.title}. {_moment(incident.started_at)}{ended}"
    if postmortem.services:
        yield "Services", ", ".join(service.name for service in postmortem.services)
    yield "Owner", postmortem.owner.name
    if is_final and postmortem.published_at:
        yield "Published", _moment(postmortem.published_at)
    else:
        yield "As of", _moment(postmortem.updated_at)
    if postmortem.source_url:
        yield "Source", postmortem.source_url


def _section(reading: Reading) -> Iterator[Node]:
    if reading.body.strip():
        yield from blocks_of(reading.body)
    for block in reading.drawn:
        yield from blocks_of(block["text"])
    if reading.impact:
        rows = [
            [
                row["label"],
                f"{row['shown']} {row['unit']}".strip(),
                f"{row['certainty'].capitalize()}. {row['method']}".strip(),
            ]
            for row in reading.impact
        ]
        yield table(["Impact", "Value", "How it is known"], rows)
    if reading.trigger and (reading.trigger["category"] or reading.trigger["text"]):
        yield paragraph(strong(f"Trigger: {reading.trigger['name']} "), text(reading.trigger["text"]))
    if reading.factors:
        yield bullets([[strong(f"{row['name']}. "), text(row["text"])] for row in reading.factors])
    if reading.mitigators:
        yield paragraph(strong("What kept it from being worse"))
        yield bullets([[strong(f"{row['name']}. "), text(row["text"])] for row in reading.mitigators])
    yield from _lessons(reading)


def _lessons(reading: Reading) -> Iterator[Node]:
    for lessons in reading.lessons:
        if lessons.rows:
            if len(reading.lessons) > 1:
                yield paragraph(strong(lessons.label))
            yield bullets([[text(row["text"])] for row in lessons.rows])


def _promises(postmortem: Postmortem, user: User) -> Node | None:
    """As far as the reader may see them."""
    seen = ActionItem.objects.visible_to(user).filter(postmortems=postmortem).with_people().order_by("number")
    rows = [
        [
            item.key,
            item.title,
            str(item.owner or "Nobody yet"),
            item.get_priority_display(),
            str(item.due_on or ""),
            str(item.get_status_display()),
        ]
        for item in seen
    ]
    return table(["Key", "Promise", "Owner", "Priority", "Due", "State"], rows) if rows else None


def _moment(at: datetime) -> str:
    exact = at.astimezone(UTC)
    return f"{exact.day} {exact:%b %Y %H:%M} UTC"
