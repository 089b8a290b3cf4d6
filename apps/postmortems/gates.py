"""What a text must have before it is published: G1 to G4, every required section, no open blocking comment.

Source of G1 to G4: SRE workbook, chapter 10, as design R3 reads it. Gates may be excepted, the rest may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import User
from apps.action_items.models import ActionItem, Kind, Priority, Status
from apps.action_items.wording import is_aimed_at_people
from apps.incidents.models import ImpactLevel, ImpactWindow, IncidentKind
from apps.postmortems.document import readings_of
from apps.postmortems.models import Comment, Gate, GateException, ImpactValue, Postmortem, SectionKind

DROPPED = (Status.WONT_DO, Status.DUPLICATE)
HURT = (IncidentKind.REAL, IncidentKind.BACKFILLED)
EXPLAINED = 40  # characters that say how one knows that something is unknown
UNKNOWN = re.compile(r"\bunknown\b|\bnot known\b", re.IGNORECASE)


class Lack(NamedTuple):
    """One thing that is missing, and where it is mended if the reader may go there. `name` is a gate, or
    "sections" or "comments"."""

    name: str
    message: str
    url: str


class GateState(NamedTuple):
    gate: Gate
    lacks: list[Lack]
    exception: GateException | None  # of this version
    notes: tuple[str, ...] = ()  # what the writing aid says of it, which closes nothing

    @property
    def code(self) -> str:
        return self.gate.upper()

    @property
    def label(self) -> str:
        return str(self.gate.label)

    @property
    def is_closed(self) -> bool:
        return bool(self.lacks) and self.exception is None

    @property
    def status(self) -> str:
        return "not_met" if self.is_closed else "excepted" if self.lacks else "met"


def next_version(row: Postmortem) -> int:
    return (row.published_version or 0) + 1


def gates_of(row: Postmortem, reader: User) -> list[GateState]:
    """Each gate in order, open or not. What it says does not depend on the reader, how it names items does."""
    items = _items_of(row)
    named = set(ActionItem.objects.visible_to(reader).filter(postmortems=row).values_list("pk", flat=True))
    exceptions = {each.gate: each for each in row.exceptions.filter(version=next_version(row))}
    lacks = {
        Gate.G1: _promises(row, items),
        Gate.G2: _commitments(items, named),
        Gate.G3: _kinds(row, items),
        Gate.G4: _impact(row),
    }
    notes = {Gate.G3: tuple(_aimed_at_people(items, named))}
    return [GateState(gate, lacks[gate], exceptions.get(gate), notes.get(gate, ())) for gate in Gate]


def _items_of(row: Postmortem) -> list[ActionItem]:
    """Not given up; one of a private incident only in the postmortem of that incident."""
    open_to_all = Q(incident__isnull=True) | Q(incident__is_private=False)
    own = row.incidents.values("pk")
    items = row.action_items.filter(open_to_all | Q(incident__in=own)).exclude(status__in=DROPPED)
    return list(items.order_by("number"))


def lacks_of(row: Postmortem, gates: Iterable[GateState]) -> list[Lack]:
    """Everything that keeps it from being published, in the order in which it is read."""
    empty = [
        Lack("sections", f"“{section.title}” is still empty.", _section_url(row, section.slug))
        for section in readings_of(row)
        if section.is_missing
    ]
    waiting = Comment.objects.of(row).unresolved_blocking().with_people()
    open_comments = [
        Lack(
            "comments", f"A comment on “{each.section.title}” waits to be resolved.", each.get_absolute_url()
        )
        for each in waiting
    ]
    return empty + open_comments + [lack for gate in gates if gate.is_closed for lack in gate.lacks]


def hurt_users(row: Postmortem) -> bool:
    """One of its incidents was real, and its impact windows say that users noticed."""
    windows = ImpactWindow.objects.filter(incident__postmortems=row, incident__kind__in=HURT)
    return windows.exclude(level=ImpactLevel.OPERATIONAL).exists()


def _promises(row: Postmortem, items: list[ActionItem]) -> list[Lack]:
    urgent = any(item.priority <= Priority.P1 and item.status != Status.PROPOSED for item in items)
    if urgent or not hurt_users(row):
        return []
    return [
        Lack(Gate.G1, "Users were affected, and no P0 or P1 action item is promised.", _new_item_url(row))
    ]


def _commitments(items: list[ActionItem], named: set[int]) -> list[Lack]:
    found = []
    for item in items:
        wanted = {"owner": item.owner_id, "due date": item.due_on, "end state": item.done_when.strip()}
        missing = " and no ".join(words for words, value in wanted.items() if not value)
        if missing:
            is_named = item.pk in named
            name = item.key if is_named else "An action item that you may not see"
            url = reverse("action_items:edit", args=[item.key]) if is_named else ""
            found.append(Lack(Gate.G2, f"{name} has no {missing}.", url))
    return found


def _kinds(row: Postmortem, items: list[ActionItem]) -> list[Lack]:
    """Without any action item it is G1 that speaks."""
    kinds = {item.kind for item in items}
    alone = kinds == {Kind.MITIGATE}
    if not kinds or (kinds & {Kind.PREVENT, Kind.MITIGATE} and not alone):
        return []
    said = "Every action item mitigates: none keeps it from happening again, or shows it sooner."
    message = said if alone else "No action item prevents or mitigates."
    return [Lack(Gate.G3, message, _new_item_url(row))]


def _aimed_at_people(items: list[ActionItem], named: set[int]) -> Iterator[str]:
    """Where nothing else would keep it from happening again."""
    cures = [item for item in items if item.kind in {Kind.PREVENT, Kind.MITIGATE}]
    if cures and all(is_aimed_at_people(item.title) for item in cures):
        names = [item.key for item in cures if item.pk in named] or ["Every action item"]
        yield f"{', '.join(names)}: aimed at people. The change that holds is one in the system around them."


def _impact(row: Postmortem) -> list[Lack]:
    """Each measure that is expected has a number or the word unknown, and what is unknown says how one knows.
    Where no measure is expected or given, the text has a number, or the word unknown with some words on it."""
    values = list(row.impact_values.all())
    if not values and not row.expected_measures:
        return _impact_in_words(row)
    new = reverse("postmortems:impact_value_new", args=[row.key])
    unsaid = [
        Lack(Gate.G4, f"Nothing is said about “{name}”. “Unknown” is an answer.", new)
        for name in row.unsaid_impact
    ]
    return unsaid + [
        Lack(Gate.G4, f"“{value.label}” is unknown: say how that was found.", _value_url(row, value))
        for value in values
        if value.value is None and not value.method.strip()
    ]


def _impact_in_words(row: Postmortem) -> list[Lack]:
    section = row.sections.filter(kind=SectionKind.IMPACT).first()
    body = section.body.strip() if section else ""
    is_explained = UNKNOWN.search(body) and len(body) >= EXPLAINED
    if not section or not body or re.search(r"\d", body) or is_explained:
        return []
    message = "The impact has no number. Give one, or say that it is unknown and how that was found."
    return [Lack(Gate.G4, message, _section_url(row, section.slug))]


def _value_url(row: Postmortem, value: ImpactValue) -> str:
    return reverse("postmortems:impact_value_edit", args=[row.key, value.uuid])


def _section_url(row: Postmortem, slug: str) -> str:
    return reverse("postmortems:section_edit", args=[row.key, slug])


def _new_item_url(row: Postmortem) -> str:
    return reverse("postmortems:action_item_new", args=[row.key])
