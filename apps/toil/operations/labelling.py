"""Giving slices their label again, where an entry said something else without being sliced again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.toil.models import ToilSlice

if TYPE_CHECKING:
    from apps.accounts.models import Team
    from apps.toil.periods import Period

MOST = 2000
"""At a time: without a label a slice is only slower to sum up."""


def label_again(team: Team, period: Period) -> None:
    """Of those whose entries have one. They are locked before their entries are read: what changes an entry meanwhile
    waits to take the label away again."""
    behind = ToilSlice.objects.filter(team=team, label=None, entry__incident=None, entry__item=None)
    near = behind.between(period.start, period.end).order_by("pk").select_for_update(of=("self",))
    pks = list(near.values_list("pk", flat=True)[:MOST])
    if not pks:
        return
    rows = list(ToilSlice.objects.filter(pk__in=pks).select_related("entry"))
    for row in rows:
        row.label = row.entry.label
    ToilSlice.objects.bulk_update(rows, ["label"], batch_size=500)
