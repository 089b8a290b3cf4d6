"""How much history there is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from apps.reports.operations.demo.words.people import MORE_TEAMS, TEAMS

LARGE = 5000  # more incidents than this are told in fewer lines each


@dataclass(frozen=True, slots=True)
class Sizes:
    incidents: int = 220
    postmortems: int = 70
    action_items: int = 300
    toil_entries: int = 36_000
    teams: int = len(TEAMS)
    open_share: float | None = None
    """Of the action items beyond those of incidents: how many are still to be done. None: as life has it."""

    @classmethod
    def of_scale(cls, scale: int = 1, **chosen: Any) -> Sizes:
        """`scale` times the history; whatever is chosen by name holds."""
        plain = cls()
        counted = ("incidents", "postmortems", "action_items", "toil_entries")
        scaled = {name: scale * getattr(plain, name) for name in counted}
        given = {name: value for name, value in chosen.items() if value is not None}
        made = replace(plain, **{**scaled, "teams": plain.teams + scale // 10, **given})
        return replace(made, teams=max(1, min(made.teams, len(TEAMS) + len(MORE_TEAMS))))

    @property
    def is_large(self) -> bool:
        return self.incidents > LARGE
