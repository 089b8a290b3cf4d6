"""Of whom of many people something is asked at all, by statements put together once. What it is takes more to read, and
on most days most people owe nothing."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from apps.core.engines import Among
from apps.core.prepared import Given, Prepared
from apps.postmortems.models import Nudge, ObligationStatus, PostmortemStatus, ReadingDuty, Reviewer

if TYPE_CHECKING:
    from django.db.models import QuerySet


def who_is_asked(people: Collection[int]) -> set[int]:
    """Those of these people that a review or a text to read may wait for."""
    return {pk for (pk,) in REVIEWING.rows(list(people))}


def who_owes(people: Collection[int]) -> set[int]:
    """Those who are reminded of a postmortem that is owed, by them or by somebody of their team."""
    return {pk for (pk,) in OWING.rows(list(people))}


def _reviewing(people: Given) -> QuerySet[Any, Any]:
    asked = Reviewer.objects.filter(Among("person", people), postmortem__status=PostmortemStatus.IN_REVIEW)
    told = ReadingDuty.objects.filter(Among("person", people), acknowledged_at__isnull=True)
    return asked.order_by().values_list("person").union(told.order_by().values_list("person"))


def _owing(people: Given) -> QuerySet[Any, Any]:
    rows = Nudge.objects.filter(Among("person", people), obligation__status=ObligationStatus.OWED)
    return rows.order_by().values_list("person").distinct()


REVIEWING, OWING = Prepared(_reviewing), Prepared(_owing)
