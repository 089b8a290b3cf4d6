"""What the demo's texts are made of. Braces are filled in: {service}, {other}, {place}, {peak}, {rest}, {many},
{noun}, {version}, {older}, {team}."""

from __future__ import annotations

from typing import NamedTuple

from apps.action_items.models import Kind
from apps.incidents.models import EntryKind
from apps.toil.models import Category, Trigger

UPDATE, NOTE, DECISION, ACTION = EntryKind.UPDATE, EntryKind.NOTE, EntryKind.DECISION, EntryKind.ACTION
PREVENT, MITIGATE, DETECT, PROCESS = Kind.PREVENT, Kind.MITIGATE, Kind.DETECT, Kind.PROCESS
INVESTIGATE, REPAIR = Kind.INVESTIGATE, Kind.REPAIR


class Step(NamedTuple):
    """One line that a responder wrote while it was going on."""

    kind: EntryKind
    text: str


class Promise(NamedTuple):
    """One follow-up, with an end state that can be checked."""

    kind: Kind
    title: str
    done_when: str


class Plot(NamedTuple):
    """One way in which a service breaks. `needs` is the tag of services it can happen to; empty fits all."""

    slug: str
    tail: str
    needs: str
    tags: tuple[str, ...]
    trigger: str
    factors: tuple[str, ...]
    detected: str
    steps: tuple[Step, ...]
    mitigated: str
    tried: str
    repaired: str
    well: tuple[str, ...]
    poorly: tuple[str, ...]
    lucky: str
    surprise: str
    lesson: str
    items: tuple[Promise, ...]


class Product(NamedTuple):
    """A service of the demo. Symptoms are clauses that begin a title; `noun` is what goes wrong for users."""

    slug: str
    name: str
    team: str
    tier: int
    about: str
    noun: str
    tags: tuple[str, ...]
    symptoms: tuple[str, ...]
    hard: tuple[str, ...] = ()
    soft: tuple[str, ...] = ()


class Chore(NamedTuple):
    """A recurring source of toil. `weight` is how often it comes up, `minutes` how long it takes."""

    text: str
    category: Category
    trigger: Trigger
    weight: int
    minutes: int
    service: str = ""
