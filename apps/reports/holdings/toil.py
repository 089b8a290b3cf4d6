from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from apps.accounts.models import User
from apps.reports.holdings.holding import Held, Kind, still_theirs
from apps.toil.models import ToilSource
from apps.toil.operations import edit_source
from apps.toil.policies import can_keep_sources


class ToilSources:
    """Sources of toil that somebody looks after."""

    kind = Kind.TOIL_SOURCE

    def held(self, person: User, by: User) -> Iterator[Held]:
        rows = ToilSource.objects.visible_to(by).current().filter(owner=person).with_names()
        for row in rows.order_by("name", "pk"):
            facts, may = (
                f"{row.team.name}, {row.get_status_display().lower()}",
                can_keep_sources(by, row.team),
            )
            yield Held(self.kind, row.slug, row.name, facts, row.get_absolute_url(), may)

    def give(self, person: User, key: str, *, to: User, by: User, now: datetime) -> None:
        rows = ToilSource.objects.visible_to(by).filter(owner=person)
        row = still_theirs(rows.filter(slug=key).first(), person)
        edit_source(row, changes={"owner": to}, seen=row.version, by=by)
