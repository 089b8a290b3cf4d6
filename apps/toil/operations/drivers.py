"""What drives toil: its name and what it belongs to, and its values day by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import Team, User
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, lock, plain
from apps.core.permissions import require
from apps.services.models import Service
from apps.toil.drivers.lines import checked
from apps.toil.models import Driver, DriverValue, ToilSource
from apps.toil.policies import can_keep_sources

EDITABLE = ("name", "unit", "team", "service", "source")
NOT_YOURS = "Members of the team and admins keep what drives its toil."
RELATIONS = ["team", "service", "source", "created_by"]
NOT_ONE = "Choose a service or a source, one of them."
MOST_DAYS = 10_000


@transaction.atomic
def add_driver(
    *,
    name: str,
    unit: str,
    team: Team,
    service: Service | None = None,
    source: ToilSource | None = None,
    by: User,
) -> Driver:
    """Of a service, for all of its sources, or of one source."""
    require(can_keep_sources(by, team), NOT_YOURS)
    _check_place(service, source)
    _check_team(source, team)
    row = Driver(name=name, unit=unit, team=team, service=service, source=source, created_by=by)
    row.clean_fields(exclude=RELATIONS)
    row.save(force_insert=True)
    told = {"name": name, "unit": unit, "team": team, "service": service, "source": source}
    record(
        "toil_driver.added",
        row,
        by=by,
        changes={key: [None, plain(value)] for key, value in told.items() if value},
    )
    return row


@transaction.atomic
def edit_driver(driver: Driver, *, changes: Mapping[str, Any], seen: int | None = None, by: User) -> Driver:
    row = lock(driver)
    require(can_keep_sources(by, row.team), NOT_YOURS)
    check_version(row, seen)
    wanted = {name: changes[name] for name in EDITABLE if name in changes}
    if "team" in wanted:
        require(can_keep_sources(by, wanted["team"]), NOT_YOURS)
    _check_place(*(wanted.get(name, getattr(row, name)) for name in ("service", "source")))
    if any(wanted.get(name, getattr(row, name)) != getattr(row, name) for name in ("source", "team")):
        _check_team(wanted.get("source", row.source), wanted.get("team", row.team))
    diff = apply_changes(row, wanted)
    if diff:
        record("toil_driver.edited", row, by=by, changes=diff)
    return row


@transaction.atomic
def put_driver_values(driver: Driver, values: Mapping[date, Decimal | None], *, by: User) -> Driver:
    """Each day gets its value, None takes it away; days that are not named stay as they are. What is the same already
    is no change."""
    row = lock(driver)
    require(can_keep_sources(by, row.team), NOT_YOURS)
    before = dict(row.values.filter(day__in=values).values_list("day", "value"))
    changed = {day: value for day, value in values.items() if before.get(day) != value}
    _check_values(row, changed, before)
    row.values.filter(day__in=[day for day, value in changed.items() if value is None]).delete()
    DriverValue.objects.bulk_create(
        [
            DriverValue(driver=row, day=day, value=value)
            for day, value in changed.items()
            if value is not None
        ],
        update_conflicts=True,
        unique_fields=["driver", "day"],
        update_fields=["value"],
    )
    if changed:
        record("toil_driver.values_put", row, by=by, changes=_told(changed, before))
    return row


@transaction.atomic
def remove_driver(driver: Driver, *, seen: int | None = None, by: User) -> None:
    """With all of its values, whose number stays in the audit trail."""
    row = lock(driver)
    require(can_keep_sources(by, row.team), NOT_YOURS)
    check_version(row, seen)
    told = {name: [plain(getattr(row, name)), None] for name in EDITABLE if getattr(row, name)}
    record("toil_driver.removed", row, by=by, changes={**told, "values": [row.values.count(), None]})
    row.delete()


def _check_place(service: Service | None, source: ToilSource | None) -> None:
    if (service is None) == (source is None):
        raise ValidationError({"source": NOT_ONE})


def _check_team(source: ToilSource | None, team: Team) -> None:
    """What a source grows with is said on its page, so that it is for its own team to say."""
    if source is not None and source.team_id != team.pk:
        raise ValidationError(
            {"source": f"This is a source of {source.team}. A driver of it is kept by them."}
        )


def _check_values(
    row: Driver, changed: Mapping[date, Decimal | None], before: Mapping[date, Decimal]
) -> None:
    for day, value in changed.items():
        try:
            if value is not None:
                checked(value)
        except ValueError as error:
            raise ValidationError({"values": f"{day}: {error}"}) from error
    new = sum(value is not None and day not in before for day, value in changed.items())
    if new and row.values.count() + new > MOST_DAYS:
        raise ValidationError({"values": f"A driver has at most {MOST_DAYS:,} values."})


def _told(changed: Mapping[date, Decimal | None], before: Mapping[date, Decimal]) -> dict[str, Any]:
    days = sorted(changed)
    told: dict[str, Any] = {
        "days": [None, len(days)],
        "first": [None, plain(days[0])],
        "last": [None, plain(days[-1])],
    }
    if len(days) == 1:
        told["value"] = [plain(before.get(days[0])), plain(changed[days[0]])]
    return told
