"""What changed from one published version to another, section by section."""

from __future__ import annotations

from typing import NamedTuple

from apps.postmortems.differences import Piece, differences
from apps.postmortems.document import Reading, Row, published_readings
from apps.postmortems.models import PublishedSnapshot


class SectionChange(NamedTuple):
    """`kind` is changed, added or removed."""

    slug: str
    title: str
    kind: str
    pieces: list[Piece]


def changes_between(old: PublishedSnapshot | None, new: PublishedSnapshot) -> list[SectionChange]:
    """The sections that differ, in the order of the new version; the title first, sections that went last. Since
    None, before the first version, all of it is new."""
    before, after = _texts(old) if old else {}, _texts(new)
    slugs = [*after, *(slug for slug in before if slug not in after)]
    return [
        _change(slug, before.get(slug), after.get(slug)) for slug in slugs if _differ(before, after, slug)
    ]


def _texts(snapshot: PublishedSnapshot) -> dict[str, tuple[str, str]]:
    """{slug: (title, text)} of what has a text."""
    readings = published_readings(snapshot.content)
    found = {reading.slug: (reading.title, in_words(reading)) for reading in readings}
    return {"title": ("Title", snapshot.title)} | {slug: pair for slug, pair in found.items() if pair[1]}


def _differ(before: dict[str, tuple[str, str]], after: dict[str, tuple[str, str]], slug: str) -> bool:
    return before.get(slug, ("", ""))[1] != after.get(slug, ("", ""))[1]


def _change(slug: str, old: tuple[str, str] | None, new: tuple[str, str] | None) -> SectionChange:
    kind = "changed" if old and new else "added" if new else "removed"
    title = (new or old or ("", ""))[0]
    return SectionChange(slug, title, kind, differences(old[1] if old else "", new[1] if new else ""))


def in_words(reading: Reading) -> str:
    """The section with what hangs on it, a line for each row."""
    lines = [_impact(row) for row in reading.impact]
    if reading.trigger and (reading.trigger["category"] or reading.trigger["text"]):
        lines.append(f"Trigger: {_said(reading.trigger)}")
    lines += [f"Factor: {_said(row)}" for row in reading.factors]
    lines += [f"Mitigator: {_said(row)}" for row in reading.mitigators]
    lines += [f"- {row['text']}" for group in reading.lessons for row in group.rows]
    lines += [str(block["text"]).strip() for block in reading.blocks]
    return "\n".join(filter(None, [reading.body.strip(), *lines]))


def _impact(row: Row) -> str:
    number = f"{row['shown']} {row['unit']}, {row['certainty']}" if row["value"] is not None else row["shown"]
    return f"{row['label']}: {number}" + (f" ({row['method']})" if row["method"] else "")


def _said(row: Row) -> str:
    return ": ".join(filter(None, [row["name"], row["text"]]))
