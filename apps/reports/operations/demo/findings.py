"""What hangs on a postmortem beside its texts: trigger, factors, lessons, impact values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from apps.incidents.models import IncidentKind
from apps.postmortems.document import factor_row, impact_row, lesson_row, trigger_row
from apps.postmortems.models import SHIPPED_CATEGORIES, Factor, ImpactValue, Lesson, Part
from apps.reports.operations.demo.cases import Case
from apps.reports.operations.demo.stage import Stage
from apps.reports.operations.demo.words.causes import CAUSES

LISTED = ("factors", "well", "poorly", "lucky", "surprises")
"""Sections that say what they say in rows."""
NAMES = {each["slug"]: each["name"] for each in SHIPPED_CATEGORIES}
PHASES = ("outage", "recovery")


class Findings:
    """Of one case, as far as its sections are written: `texts` is {slug: text}."""

    def __init__(self, case: Case, texts: dict[str, str]) -> None:
        self.case = case
        self.is_written = {slug for slug in (*LISTED, "impact") if texts.get(slug)}
        self.factors = list(self._factors())
        self.lessons = list(self._lessons())
        self.values = list(self._values())

    @property
    def trigger(self) -> dict[str, str]:
        """The fields of the postmortem itself."""
        if "factors" not in self.is_written:
            return {}
        plot = self.case.plan.plot
        return {"trigger_category": CAUSES[plot.slug][0], "trigger_text": self._fill(plot.trigger)}

    @property
    def measures(self) -> list[str]:
        return [] if self.case.plan.kind == IncidentKind.NEAR_MISS else ["users", "revenue"]

    @property
    def frozen(self) -> dict[str, Any]:
        """As a published version holds them."""
        trigger = self.trigger
        return {
            "trigger": trigger_row(trigger.get("trigger_category", ""), trigger.get("trigger_text", "")),
            "factors": [factor_row(row, NAMES) for row in self.factors],
            "lessons": [lesson_row(row) for row in self.lessons],
            "impact": [impact_row(row) for row in self.values],
        }

    def store(self, stage: Stage, pk: int, *, at: datetime) -> None:
        chance = stage.chance(f"findings {self.case.key}")
        lists: tuple[list[Any], ...] = (self.factors, self.lessons, self.values)
        for rows in lists:
            for position, row in enumerate(rows, start=1):
                fields = {name: getattr(row, name) for name in _own(row)}
                stage.loader.add(
                    type(row),
                    **fields,
                    uuid=chance.uuid(),
                    postmortem_id=pk,
                    position=position,
                    created_at=at,
                    updated_at=at,
                )

    def _fill(self, text: str) -> str:
        facts = self.case.plan.facts
        quoted = {"service": f"`{facts.service}`", "other": f"`{facts.other}`"}
        return text.format(**facts._asdict() | quoted)

    def _factors(self) -> Iterator[Factor]:
        if "factors" not in self.is_written:
            return
        plot = self.case.plan.plot
        for category, text in zip(CAUSES[plot.slug][1], plot.factors, strict=True):
            yield Factor(category=category, text=self._fill(text))
        if "well" in self.is_written:
            yield Factor(category="process", text=self._fill(plot.well[0]), is_mitigator=True)

    def _lessons(self) -> Iterator[Lesson]:
        plot = self.case.plan.plot
        told: Iterable[tuple[str, str, tuple[str, ...]]] = (
            ("well", "well", plot.well),
            ("poorly", "poorly", plot.poorly),
            ("lucky", "lucky", (plot.lucky,)),
            ("surprises", "surprise", (plot.surprise,)),
        )
        for slug, kind, texts in told:
            for place, text in enumerate(texts if slug in self.is_written else ()):
                phase = PHASES[place % 2] if kind == "poorly" else ""
                yield Lesson(kind=kind, phase=phase, text=self._fill(text))

    def _values(self) -> Iterator[ImpactValue]:
        plan = self.case.plan
        if "impact" not in self.is_written or not self.measures:
            return
        many = int(plan.facts.many.replace(",", ""))
        customers = max(1, many // 40) * 10
        yield ImpactValue(
            measure="users",
            certainty="estimated",
            value=Decimal(customers),
            unit="customers",
            method="Distinct sessions in a sample of one request in ten, times ten. It may be off by a fifth.",
        )
        if plan.severity <= 2:
            method = "Orders that were begun and not finished within an hour, at the mean value of that day."
            lost = {"certainty": "estimated", "value": Decimal(customers * 7), "unit": "EUR"}
            yield ImpactValue(measure="revenue", method=method, **lost)
        else:
            yield ImpactValue(
                measure="revenue", certainty="unknown", method="Nobody could tell from the data."
            )
        yield ImpactValue(
            measure="requests",
            certainty="measured",
            value=Decimal(many),
            unit=plan.facts.noun[:30],
            method="Counted in the logs of the edge.",
        )


def _own(row: Part) -> list[str]:
    shared = {field.name for field in Part._meta.fields} | {"id", "postmortem"}
    return [field.name for field in row._meta.fields if field.name not in shared]
