"""What was written into the table of a week, as wishes for its cells; what cannot be read is said at its cell."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.accounts.models import Team, User
from apps.action_items.models import ActionItem
from apps.incidents.models import Incident
from apps.services.models import Service
from apps.toil.grid.cells import SEVERAL, About, Time
from apps.toil.grid.table import ASKED, MOST_NEW_ROWS, MOST_OPEN_ROWS, Grid, Row
from apps.toil.lines.durations import Unreadable, expect_duration
from apps.toil.lines.reading import read_for, team_for
from apps.toil.models import Category, ToilSource, Trigger, WorkKind
from apps.toil.operations.grid import CellWish

NEW_ROWS = tuple(f"n{place}" for place in range(MOST_NEW_ROWS))
PLAIN = ("text", "kind", "category", "trigger")
CHOICES: dict[str, Any] = {"kind": WorkKind, "category": Category, "trigger": Trigger}
NO_TIME_HERE = "The time goes into the cell of its day."
ABOVE = "This work has a row above, with a time on this day. Change it there."
UNKNOWN = "This row is about something that is no longer there. Write it as a new row."


@dataclass(slots=True)
class Sent:
    """A row of the form. `typed` is None where the form had no field; `shown` is what stood in the cells."""

    name: str
    about: About | None
    typed: list[str | None]
    shown: list[str]
    asked: dict[str, str] = field(default_factory=dict)
    error: str = ""

    def field_of(self, weekday: int) -> str:
        return f"t-{self.name}-{weekday}"

    def is_changed(self, weekday: int) -> bool:
        typed = self.typed[weekday]
        return typed is not None and typed != text_of(self.shown[weekday])

    @property
    def is_new(self) -> bool:
        return self.name in NEW_ROWS

    @property
    def is_used(self) -> bool:
        """Whether somebody wrote into it."""
        is_asked = self.is_new and (self.asked.get("line") or self.asked.get("source"))
        return bool(is_asked) or any(map(self.is_changed, range(7)))


@dataclass(slots=True)
class Input:
    """`errors` are by field, and those of a whole new row by the name of the row."""

    rows: list[Sent]
    wishes: list[CellWish] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


def text_of(shown: str) -> str:
    """What a cell said, out of how its field remembers it."""
    return shown.partition(".")[2].partition(".")[2]


def read_input(sent: Mapping[str, str], user: User, grid: Grid, *, now: datetime) -> Input:
    rows = [*_known_rows(sent, user, grid), *(_new_row(sent, name, user, now) for name in NEW_ROWS)]
    found = Input(rows)
    for row in rows:
        if row.error and row.is_used:
            found.errors[row.name] = row.error
        _read_cells(row, grid, found)
    return found


def _read_cells(row: Sent, grid: Grid, found: Input) -> None:
    for weekday, day in enumerate(grid.period.days):
        if not row.is_changed(weekday):
            continue
        name = row.field_of(weekday)
        try:
            time = read_time(row.typed[weekday] or "")
        except Unreadable as error:
            found.errors[name] = str(error)
            continue
        shown = row.shown[weekday]
        if row.is_new and _stands_above(row, weekday, time, grid):
            found.errors[name] = ABOVE
        elif row.about and time != read_shown(shown):
            found.wishes.append(CellWish(name, row.about, day, time, shown))


def _stands_above(row: Sent, weekday: int, time: Time | None, grid: Grid) -> bool:
    above = grid.row(row.about) if row.about else None
    cell = above.cells[weekday] if above else None
    return cell is not None and bool(cell.pieces) and cell.time != time


def read_time(text: str) -> Time | None:
    """As in a line; nothing typed is no time. Raises Unreadable."""
    return expect_duration(text) if text else None


def read_shown(shown: str) -> Time | None:
    try:
        return read_time(text_of(shown))
    except Unreadable:  # not as this portal wrote it: then it is not what stands there either
        return None


def overlay(grid: Grid, found: Input) -> None:
    """Put what was typed over what stands in the table now, with what is wrong about it."""
    for sent in filter(lambda row: row.is_used, found.rows):
        row = (grid.row(sent.about) if sent.about and not sent.is_new else None) or _added(grid, sent)
        row.error = row.error or found.errors.get(sent.name, "")
        for weekday, cell in enumerate(row.cells):
            if sent.is_changed(weekday):
                cell.typed = sent.typed[weekday]
                cell.error = found.errors.get(sent.field_of(weekday), "")


def _added(grid: Grid, sent: Sent) -> Row:
    """A new row that is not stored yet stays one in which everything can be written again."""
    row = grid.new_row(None if sent.is_new else sent.about)
    row.asked = sent.asked
    grid.rows.append(row)
    return row


def _known_rows(sent: Mapping[str, str], user: User, grid: Grid) -> list[Sent]:
    """Those of the table as it is now stand for themselves; what others name is looked up."""
    raw = [(str(place), sent.get(f"what-{place}", "")) for place in range(MOST_OPEN_ROWS)]
    packed = [(name, _unpacked(text)) for name, text in raw if text]
    standing = [(row.about.packed(), row.about) for row in grid.rows if row.about]
    known = _Known(user, [found for _, found in packed if found not in [names for names, _ in standing]])
    rows = []
    for name, found in packed:
        about = next((about for names, about in standing if names == found), None) or known.about(found)
        rows.append(_sent(sent, name, about))
        rows[-1].asked = {part: found.get(part, "") for part in ASKED} | {"line": found.get("text", "")}
    return rows


def _sent(sent: Mapping[str, str], name: str, about: About | None) -> Sent:
    typed = [sent.get(f"t-{name}-{weekday}") for weekday in range(7)]
    shown = (sent.get(f"was-{name}", "").split(",") + [""] * 7)[:7]
    row = Sent(name, about, [text if text is None else text.strip()[:40] for text in typed], shown)
    row.typed = [None if was == SEVERAL else text for text, was in zip(row.typed, shown, strict=True)]
    row.error = "" if about else UNKNOWN
    return row


def _unpacked(text: str) -> Mapping[str, str]:
    """As this portal packed it; of anything else nothing, nor of what no database could look up."""
    try:
        found: dict[str, str] = json.loads(text[:2000])
        is_storable = b"\0" not in "".join(found.values()).encode()
    except (ValueError, RecursionError, AttributeError, TypeError):
        return {}
    return found if is_storable else {}


class _Known:
    """What rows name, looked up for all of them at once: five queries at most."""

    def __init__(self, user: User, packed: Iterable[Mapping[str, str]]) -> None:
        wanted: dict[str, set[str]] = {
            name: set() for name in ("team", "source", "service", "incident", "item")
        }
        for found in packed:
            for name, words in wanted.items():
                words.update(filter(None, [found.get(name, "")]))
        self.rows: dict[str, dict[str, Any]] = {
            "team": _by("slug", Team.objects.visible_to(user), wanted["team"]),
            "source": _by("slug", ToilSource.objects.visible_to(user), wanted["source"]),
            "service": _by("slug", Service.objects.visible_to(user), wanted["service"]),
            "incident": _by("key", Incident.objects.visible_to(user), wanted["incident"]),
            "item": _by("key", ActionItem.objects.visible_to(user), wanted["item"]),
        }

    def about(self, found: Mapping[str, str]) -> About | None:
        """None when one of the names is of nothing that the person sees."""
        named: dict[str, Any] = {
            name: self.rows[name].get(found[name]) for name in self.rows if found.get(name)
        }
        if "team" not in named or None in named.values():
            return None
        plain: dict[str, Any] = {name: found[name] for name in PLAIN if name in found}
        if any(plain.get(name, "") not in ("", *choices.values) for name, choices in CHOICES.items()):
            return None
        return About(**{"text": "", **plain, **named})


def _by(name: str, rows: Any, wanted: set[str]) -> dict[str, Any]:
    return {getattr(row, name): row for row in rows.filter(**{f"{name}__in": wanted})} if wanted else {}


def _new_row(sent: Mapping[str, str], name: str, user: User, now: datetime) -> Sent:
    row = _sent(sent, name, None)
    row.error = ""
    row.asked = {part: " ".join(sent.get(f"{part}-{name}", "").split())[:400] for part in ASKED}
    if not row.is_used:
        return row
    try:
        row.about = _asked(row.asked, user, now)
    except Unreadable as error:
        row.error = str(error)
    else:
        row.error = "" if any(row.typed) else "Write a time into one of its days, or empty the row."
    return row


def _asked(asked: Mapping[str, str], user: User, now: datetime) -> About:
    """A new row, read by the grammar of the line; a source that is chosen counts as if it was in the line."""
    said = dict(read_for(user, asked["line"], zone=user.zone, now=now).said) if asked["line"] else {}
    if {"seconds", "started_at", "local_date", "occurrences"} & set(said):
        raise Unreadable(NO_TIME_HERE)
    if asked["source"] and "source" not in said:
        said["source"] = _one(ToilSource.objects.visible_to(user).current(), asked["source"], "source")
    source: ToilSource | None = said.get("source")
    text = said.get("text") or (source.name if source else "")
    if not text:
        raise Unreadable("Say in a few words what it was, or choose a source.")
    kind = asked["kind"] if asked["kind"] in WorkKind.values else WorkKind.TOIL
    usual = {name: getattr(source, name) for name in ("service", "category", "trigger")} if source else {}
    names = ("service", "category", "trigger", "incident", "item", "link")
    more = {name: said[name] for name in names if name in said}
    return About(team=_team(asked, said, user), text=text, source=source, kind=kind, **usual | more)


def _team(asked: Mapping[str, str], said: dict[str, Any], user: User) -> Team:
    if asked["team"] and "team" not in said:
        said["team"] = _one(Team.objects.visible_to(user), asked["team"], "team")
    found = team_for(user, said)
    if found is None:
        raise Unreadable("Say for which team it was.")
    return found


def _one(rows: Any, slug: str, what: str) -> Any:
    found = rows.filter(slug=slug).first()
    if found is None:
        raise Unreadable(f"There is no such {what}.")
    return found
