"""Giving slices their label again, where an entry said something else without being sliced again."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import transaction

from apps.core.engines import Among
from apps.toil.models import ToilSlice

if TYPE_CHECKING:
    from apps.toil.periods import Period

MOST = 2000
"""At a time: without a label a slice is only slower to sum up."""


@transaction.atomic(savepoint=False)
def label_again(teams: Collection[int], period: Period) -> int:
    """How many. They are locked before their entries are read: what changes an entry meanwhile waits to take the label
    away again. What somebody is changing is left for the next time, so that nobody waits here while others wait for
    it."""
    behind = ToilSlice.objects.filter(Among("team", teams), label=None).between(period.start, period.end)
    free = behind.order_by("pk").select_for_update(skip_locked=True)
    pks = list(free.values_list("pk", flat=True)[:MOST])
    rows = list(ToilSlice.objects.filter(Among("pk", pks)).select_related("entry")) if pks else []
    for row in rows:
        row.label = row.entry.label
    ToilSlice.objects.bulk_update(rows, ["label"], batch_size=500)
    return len(rows)
