"""Questions across apps, each through the other apps' `visible_to`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.action_items.models import UNDATED, ActionItem, end_of_week
from apps.incidents.models import Incident
from apps.postmortems.models import Postmortem, PostmortemObligation
from apps.postmortems.search import asking
from apps.services.models import Service

FOUND_PER_KIND = 10
HITS = 5
COUNTED = 100


@dataclass(frozen=True)
class Found:
    """Up to ten rows of one kind, and whether the list named `list_name` has more."""

    title: str
    rows: list[Any]
    has_more: bool
    list_name: str


def search_everything(user: User, text: str) -> list[Found]:
    """What the person may see and the text names, kind by kind; kinds without a hit are left out."""
    kinds: list[tuple[str, str, QuerySet[Any]]] = [
        ("Incidents", "incidents:list", Incident.objects.visible_to(user).matching(text)),
        ("Action items", "action_items:list", ActionItem.objects.visible_to(user).matching(text)),
        ("Services", "services:list", Service.objects.visible_to(user).matching(text)),
    ]
    found = [_first(title, name, rows) for title, name, rows in kinds]
    return [kind for kind in found if kind.rows]


def search_postmortems(user: User, text: str) -> tuple[asking.Found, list[asking.Hit]]:
    """The best few by their text and the timelines of their incidents, also when a word is misspelt."""
    found = asking.search(text, Postmortem.objects.visible_to(user), user)
    return found, asking.hits(found, found.ids[:HITS], user)


def _first(title: str, list_name: str, rows: QuerySet[Any]) -> Found:
    hits = list(rows[: FOUND_PER_KIND + 1])
    return Found(title, hits[:FOUND_PER_KIND], len(hits) > FOUND_PER_KIND, list_name)


def row_with_key(user: User, key: str) -> Any | None:
    """The one row that the text names exactly (INC-12, PM-3, ACT-221), if the person may see it."""
    models: dict[str, Any] = {"INC": Incident, "PM": Postmortem, "ACT": ActionItem}
    model = models.get(key.partition("-")[0])
    return model.objects.visible_to(user).filter(key=key).first() if model else None


def open_incidents(user: User) -> QuerySet[Incident]:
    rows = Incident.objects.visible_to(user).open().select_related("commander")
    return rows.prefetch_related("services").order_by("severity", "-number")[:6]


@dataclass(frozen=True)
class Promised:
    """What somebody has promised: the first rows, and of at most a hundred how many are late, and due this week."""

    items: list[ActionItem]
    count: int
    late: int
    soon: int
    has_more: bool

    @property
    def late_goes_on(self) -> bool:
        return self.has_more and self.late == self.count

    @property
    def soon_goes_on(self) -> bool:
        return self.has_more and 0 < self.soon == self.count - self.late


def my_commitments(user: User, today: date, *, shown: int) -> Promised:
    """The most urgent first, as the list has them. Somebody may own thousands: an index gives the first hundred in
    order, and of those only the few that are shown are read whole."""
    rows = ActionItem.objects.visible_to(user).owned_by(user).committed()
    by_urgency = rows.filter(due_rank__lt=UNDATED).order_by("due_rank", "priority", "-pk")
    found = list(by_urgency.values_list("pk", "due_rank")[: COUNTED + 1])
    whole = ActionItem.objects.lean().in_bulk([pk for pk, _ in found[:shown]])
    days = [day for _, day in found[:COUNTED]]
    return Promised(
        items=[whole[pk] for pk, _ in found[:shown] if pk in whole],
        count=len(days),
        late=sum(1 for day in days if day < today),
        soon=sum(1 for day in days if today <= day <= end_of_week(today)),
        has_more=len(found) > COUNTED,
    )


def my_postmortems(user: User) -> QuerySet[Postmortem]:
    """What waits for me: my unfinished ones, and others' that I was asked to review."""
    rows = Postmortem.objects.visible_to(user).with_people()
    return rows.waiting_for(user).order_by("-number")[:8]


def my_owed(user: User) -> QuerySet[PostmortemObligation]:
    """Postmortems that fall to me and that nobody has begun."""
    rows = PostmortemObligation.objects.visible_to(user).owed().undrafted().filter(owner=user.pk)
    return rows.select_related("incident").order_by("due_draft", "pk")[:8]
