"""What a preview says, in the order in which people ask: who gets what, what cannot be given, what stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps.reports.holdings import Held, Kind

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.reports.operations import Step


@dataclass(frozen=True, slots=True)
class Preview:
    gets: list[tuple[User, list[Held]]]
    refused: list[Step]
    stays: list[Held]


def preview_of(steps: Iterable[Step], holdings: Mapping[Kind, list[Held]]) -> Preview:
    steps = list(steps)
    people = {step.to.pk: step.to for step in steps if not step.refusal}
    gets = [(to, [one.held for one in steps if one.to == to and not one.refusal]) for to in people.values()]
    chosen = {step.held.name for step in steps}
    stays = [held for rows in holdings.values() for held in rows if held.name not in chosen]
    return Preview(gets, [step for step in steps if step.refusal], stays)
