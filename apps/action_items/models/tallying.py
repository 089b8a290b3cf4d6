"""The numbers beside the tabs of the list and the board, and those of the line above them: one statement, put together
once. It takes longer to write down than to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps.accounts.models import User
from apps.action_items.models.item import ActionItem
from apps.action_items.models.queryset import end_of_week
from apps.core.counting import counts_of
from apps.core.engines import Among
from apps.core.prepared import First, Given, Prepared
from apps.incidents.models import hidden_first, reader

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from apps.action_items.models.queryset import ActionItemQuerySet

NAMES = ("committed", "overdue", "week", "mine", "teams", "nobody", "left", "all")


def tally(user: User, now: datetime, today: date) -> dict[str, int]:
    """Of what the person may see, each up to 1,000."""
    days = (today, end_of_week(today), sorted(user.team_ids))
    seen = reader(user, now)
    found = OF_ADMIN.rows(user.pk, *days) if user.is_org_admin else OF_READER.rows(*seen, *days)
    counts = dict(zip(NAMES, found[0] if found else [0] * len(NAMES), strict=True))
    return counts | {"unowned": counts["nobody"] + counts["left"]}


def _counted(
    rows: ActionItemQuerySet, me: Given, today: Given, sunday: Given, teams: Given
) -> QuerySet[Any, Any]:
    promised, has_left = rows.committed(), User.objects.filter(is_active=False).values("pk")
    return counts_of(
        [
            promised,
            promised.filter(due_on__lt=today),
            promised.filter(due_on__range=(today, sunday)),
            promised.filter(owner=me),
            promised.filter(Among("team", teams)),
            rows.live().filter(owner__isnull=True),  # together they are `unowned`; an index knows each alone
            rows.live().filter(owner__in=has_left),
            rows,
        ]
    )


def _of_reader(
    me: Given, now: Given, day: Given, today: Given, sunday: Given, teams: Given
) -> QuerySet[Any, Any]:
    return _counted(ActionItem.objects.beside_hidden(), me, today, sunday, teams)


def _of_admin(me: Given, today: Given, sunday: Given, teams: Given) -> QuerySet[Any, Any]:
    return _counted(ActionItem.objects.all(), me, today, sunday, teams)


def _hidden(me: Given, now: Given, day: Given, *_: Given) -> First:
    return hidden_first(me, now, day)


OF_READER, OF_ADMIN = Prepared(_of_reader, first=_hidden), Prepared(_of_admin)
