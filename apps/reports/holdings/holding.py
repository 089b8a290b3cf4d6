"""What the page of somebody who leaves asks of each app."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db import models

from apps.core.errors import Conflict

if TYPE_CHECKING:
    from apps.accounts.models import User


class Kind(models.TextChoices):
    """In the order in which they are shown and given."""

    ROLE = "incident_role", "Roles in open incidents"
    ACTION_ITEM = "action_item", "Action items"
    OWED = "owed_postmortem", "Owed postmortems"
    POSTMORTEM = "postmortem", "Postmortems in work"
    REVIEW = "review", "Reviews"
    TOIL_SOURCE = "toil_source", "Toil sources"
    CAP_PLAN = "cap_plan", "Plans to come below a cap"


@dataclass(frozen=True, slots=True)
class Held:
    """One row that is somebody's. `key` names it among its kind; `facts` are what one needs to know to give it away.
    `may_give`: whoever looks may do so; of what is private a mail names the key alone."""

    kind: Kind
    key: str
    title: str
    facts: str
    url: str
    may_give: bool
    is_private: bool = False

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.key}"


class Source(Protocol):
    """`held` are rows of `person` that `by` may see. `give` calls the row's own operation, which asks for the rights of
    `by`, and raises Conflict for what is not theirs any more."""

    kind: Kind

    def held(self, person: User, by: User) -> Iterable[Held]: ...

    def give(self, person: User, key: str, *, to: User, by: User, now: datetime) -> None: ...


def still_theirs(row: Any, person: User) -> Any:
    if row is None:
        raise Conflict(f"It is not {person}’s any more.")
    return row
