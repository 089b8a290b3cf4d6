"""What a digest names of action items, of all its readers at once: a few columns, by statements put together once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import F, OuterRef, Q, Subquery

from apps.action_items.models import TELLING, ActionItem, Kind, Reminder, Snooze, Stage, slip_words
from apps.core.engines import Among
from apps.core.keys import page_of
from apps.core.prepared import Given, Prepared

if TYPE_CHECKING:
    from django.db.models import QuerySet

ITEM = (
    *("pk", "key", "title", "kind", "priority", "owner", "due_on", "effectiveness_check_on"),
    *("slip_count", "slipped_days", "blocked_by", "incident", "incident__key", "incident__is_private"),
)
OWNER = ("owner__name", "owner__email", "owner__is_active")


class Named(NamedTuple):
    """One action item, as `ITEM` reads it. A promise has `due_on` (the database says so), and until when it is snoozed
    and when its service's lead was told first; a question `check_on`. Without an incident, what is its is None."""

    pk: int
    key: str
    title: str
    kind: str
    priority: int
    owner_id: int | None
    due_on: date
    check_on: date
    slip_count: int
    slipped_days: int
    blocked_by: str
    incident_id: int | None
    incident_key: str | None
    is_private: bool | None
    asleep_until: date | None = None
    told_on: date | None = None

    @property
    def private_incident(self) -> int | None:
        """Whose readers alone may read of it."""
        return self.incident_id if self.is_private else None

    @property
    def path(self) -> str:
        return page_of("action_items:detail", self.key)

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def slip_text(self) -> str:
        return slip_words(self.slip_count, self.slipped_days)


class Question(NamedTuple):
    """What somebody is asked about another's promise, or as a lead, on a date of theirs."""

    person_id: int
    day: date
    stage: str
    owner: str
    owner_is_active: bool
    item: Named


def promises_to_name(people: Collection[int], until: date, staged: Collection[int]) -> list[Named]:
    """What these people promised and is due by `until`, or is among `staged`: the oldest date first. Whether they may
    still see what is private is asked elsewhere, for all of them."""
    return [Named(*row) for row in PROMISED.rows(list(people), until, list(staged))]


def checks_to_name(people: Collection[int], until: date) -> list[Named]:
    """What these people kept and of which it is asked by `until` whether it helped."""
    return [Named(*row) for row in CHECKED.rows(list(people), until)]


def asked_of_others(people: Collection[int], first: date, last: date) -> list[Question]:
    """What these people are asked about promises of somebody else, or as a lead, from the first to the last day."""
    return [
        Question(person, day, stage, name or email, bool(is_active), Named(*item))
        for person, day, stage, name, email, is_active, *item in ASKED.rows(list(people), first, last)
    ]


def staged_for_owners(people: Collection[int], first: date, last: date) -> set[tuple[int, date, int]]:
    """(owner, day, item) of what the ledger says to owners on these days."""
    return set(STAGED.rows(list(people), first, last))


def _promised(people: Given, until: Given, staged: Given) -> QuerySet[Any, Any]:
    dates = {"item": OuterRef("pk"), "due_version": OuterRef("due_version")}
    asleep = Snooze.objects.filter(**dates).order_by("-until").values("until")[:1]
    told = Reminder.objects.filter(**dates, state__in=TELLING, stage=Stage.E2)
    told_on = told.order_by("local_date").values("local_date")[:1]
    rows = ActionItem.objects.committed().filter(Among("owner", people))
    rows = rows.filter(Q(due_on__lte=until) | Q(Among("pk", staged))).order_by("due_on", "priority", "number")
    return rows.values_list(*ITEM, Subquery(asleep), Subquery(told_on))


def _checked(people: Given, until: Any) -> QuerySet[Any, Any]:
    rows = ActionItem.objects.checks_due(until).filter(Among("owner", people))
    return rows.order_by("effectiveness_check_on", "number").values_list(*ITEM)


def _asked(people: Given, first: Given, last: Given) -> QuerySet[Any, Any]:
    rows = Reminder.objects.asked_of_others(people, first, last)
    columns = [f"item__{name}" for name in (*OWNER, *ITEM)]
    rows = rows.order_by("item__due_on", "item__number", "pk")
    return rows.values_list("recipient", "local_date", "stage", *columns)


def _staged(people: Given, first: Given, last: Given) -> QuerySet[Any, Any]:
    rows = Reminder.objects.told(people, first, last).filter(item__owner=F("recipient"))
    return rows.order_by().values_list("recipient", "local_date", "item")


PROMISED, CHECKED = Prepared(_promised), Prepared(_checked)
ASKED, STAGED = Prepared(_asked), Prepared(_staged)
