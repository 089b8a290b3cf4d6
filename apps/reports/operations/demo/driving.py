"""What drives the demo's toil, what of it was renamed, and what was logged late."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from apps.reports.operations.demo.stage import Stage
from apps.reports.operations.demo.trail import Event
from apps.toil.models import Driver, DriverValue, ToilSource, WorkKind

MONTHS = 15
LATE_EVERY, LATE_BY = 23, timedelta(days=9)
RENAMED_EVERY, RENAMED_AFTER = 2, timedelta(days=3)


class Number(NamedTuple):
    """A driver of a source's service, and how many times it grew within a year."""

    source: str
    name: str
    unit: str
    now: int
    growth: float


NUMBERS = (
    Number("merchant-access-grants", "Merchants", "merchants", 1840, 1.6),
    Number("correct-stock-of-one-product", "Products in the catalogue", "products", 64_200, 1.25),
    Number("reset-a-lost-second-factor", "Customers with an account", "customers", 412_000, 1.4),
)


def make_drivers(stage: Stage) -> None:
    for number in NUMBERS:
        source = ToilSource.objects.select_related("service", "team").filter(slug=number.source).first()
        if source and source.service:
            _make(stage, number, source)


def _make(stage: Stage, number: Number, source: ToilSource) -> None:
    by = stage.squads[source.team.slug].on(stage.today)[0].user
    place = {"team": source.team, "service": source.service, "created_by": by}
    name = stage.chance(f"what drives {source.slug}").uuid()
    driver = Driver.objects.create(uuid=name, name=number.name, unit=number.unit, **place)
    firsts = [_first_of_month(stage.today, n) for n in range(MONTHS)]
    DriverValue.objects.bulk_create(
        DriverValue(driver=driver, day=day, value=Decimal(round(number.now / number.growth ** (n / 12))))
        for n, day in enumerate(firsts)
    )
    Driver.objects.filter(pk=driver.pk).update(created_at=stage.start, updated_at=stage.now)


def _first_of_month(day: date, before: int) -> date:
    months = day.year * 12 + day.month - 1 - before
    return date(months // 12, months % 12 + 1, 1)


def written_at(uuid: UUID, day_over: datetime, now: datetime) -> datetime:
    """When an entry was logged: on its day, and of some only the week after."""
    is_late = uuid.int % LATE_EVERY == 0
    return min(day_over + LATE_BY * is_late, now)


def tell_renaming(stage: Stage, uuid: UUID, kind: WorkKind, *, at: datetime, by: int) -> None:
    """Some of what is other operational work was toil when it was logged."""
    if kind == WorkKind.OPS_OTHER and uuid.int % RENAMED_EVERY == 0:
        moment = min(at + RENAMED_AFTER, stage.now)
        renamed = {"kind": [WorkKind.TOIL.value, WorkKind.OPS_OTHER.value]}
        stage.trail.add(Event(moment, "toil_entry.edited", "toilentry", str(uuid), by, "", renamed))
