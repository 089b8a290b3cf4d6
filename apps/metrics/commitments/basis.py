"""What every panel of commitments is made from, and what all their figures leave out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.metrics.commitments.reading import Readings
from apps.metrics.commitments.scope import Scope
from apps.metrics.figures import Exclusion, Figure, Unit
from apps.metrics.intervals.asking import Asking
from apps.metrics.panels.basis import share_of

FEWEST = 5  # of fewer promises no spread and no share of a group is shown
TOO_FEW_PEOPLE = "Fewer than three people own these: it would be a figure of a person."
TOO_FEW = f"Fewer than {FEWEST}: too few to show how they spread."


@dataclass(frozen=True, slots=True)
class Basis:
    scope: Scope
    found: Readings
    asking: Asking

    @property
    def counted(self) -> int:
        return self.found.flow.open_at_start + self.found.flow.eras["now"].promised

    @property
    def counted_before(self) -> int:
        return self.found.flow.open_before + self.found.flow.eras["before"].promised

    def not_counted(self) -> list[Exclusion]:
        made, counts = self.scope.days("promised"), self.found.left_out
        return [
            Exclusion(
                "proposals: nobody has promised them",
                counts["proposed"],
                self.scope.seen_query(status="proposed"),
            ),
            Exclusion(
                "duplicates: counted as the item that they repeat",
                counts["duplicate"],
                self.scope.seen_query(status="duplicate", **made),
            ),
            Exclusion(
                "of drills and tests", counts["practice"], self.scope.seen_query(practice="true", **made)
            ),
        ]

    def share(
        self, name: str, label: str, now: tuple[int, int], before: tuple[int, int], **more: Any
    ) -> Figure:
        """With a Wilson interval; of so few people that it would be about one of them, not at all."""
        figure = share_of(self.asking, name, label, now, before, **more)
        figure.excluded += self.not_counted()
        if self.found.has_few_people:
            figure.value = figure.part = figure.interval = figure.change = None
            figure.note = TOO_FEW_PEOPLE
        return figure

    def count(self, name: str, label: str, count: int, before: int | None, **more: Any) -> Figure:
        """Counted, not estimated: promises come in batches, so that no interval of chance would be honest."""
        note = "" if before is None else f"{before:,} in the period before"
        return Figure(name, label, Unit.COUNT, count, count, note=note, excluded=self.not_counted(), **more)

    def hides_spread(self, count: int) -> str:
        """Why a distribution is not shown, empty when it is."""
        if self.found.has_few_people:
            return TOO_FEW_PEOPLE
        return TOO_FEW if count < FEWEST else ""
