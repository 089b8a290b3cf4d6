"""What drives the demo's toil, and what of it was renamed: one source grows with its service, one scales well."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from apps.reports.operations.demo.stage import Stage
from apps.reports.operations.demo.trail import Event
from apps.toil.models import Driver, DriverValue, ToilEntry, ToilSource, WorkKind
from apps.toil.periods import WEEK, monday_of

MONTH = timedelta(days=28)
MONTHS, YEAR, WINDOW = 15, 52, 8
LATE_EVERY, LATE_BY = 23, timedelta(days=9)
RENAMED_EVERY, RENAMED_AFTER = 2, timedelta(days=3)


class Number(NamedTuple):
    """A driver of a source's service. `elasticity` is what the year is to show; `least` is how much it grew in it."""

    source: str
    name: str
    unit: str
    now: int
    elasticity: float
    least: float


NUMBERS = (
    Number("merchant-access-grants", "Merchants", "merchants", 1840, 0.3, 1.6),
    Number("fix-a-price-on-request", "Products in the catalogue", "products", 64_200, 1.0, 1.15),
    Number("reset-a-lost-second-factor", "Customers with an account", "customers", 412_000, 0.2, 1.4),
)


def make_drivers(stage: Stage) -> None:
    for number in NUMBERS:
        source = ToilSource.objects.select_related("service").filter(slug=number.source).first()
        if source and source.service:
            _make(stage, number, source)


def _make(stage: Stage, number: Number, source: ToilSource) -> None:
    by = stage.squads[source.team.slug].on(stage.today)[0].user
    chance = stage.chance(f"what drives {source.slug}")
    place = {"team": source.team, "service": source.service, "created_by": by}
    driver = Driver.objects.create(uuid=chance.uuid(), name=number.name, unit=number.unit, **place)
    monthly = _growth(stage, number, source) ** (1 / 13)
    values = [
        DriverValue(driver=driver, day=stage.today - MONTH * n, value=Decimal(round(number.now / monthly**n)))
        for n in range(MONTHS)
    ]
    DriverValue.objects.bulk_create(values)
    Driver.objects.filter(pk=driver.pk).update(created_at=stage.start, updated_at=stage.now)


def _growth(stage: Stage, number: Number, source: ToilSource) -> float:
    """Of a year: as much as makes the work of the year look as it is to look."""
    end = monday_of(stage.today)
    first, last = (_seconds(source, start) for start in (end - WEEK * YEAR, end - WEEK * WINDOW))
    worked = max(1.02, last / first) if first else 1.0
    return float(
        max(number.least, worked ** (1 / number.elasticity)) if number.elasticity >= 1 else number.least
    )


def _seconds(source: ToilSource, start: date) -> int:
    rows = ToilEntry.objects.filter(source=source).between(start, start + WEEK * WINDOW)
    return sum(rows.values_list("seconds", flat=True))


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
