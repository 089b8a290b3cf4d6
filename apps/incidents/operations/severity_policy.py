"""Admins edit the matrix, the cadence of updates and the further roles, whole and under one version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, lock_shipped
from apps.core.permissions import require
from apps.incidents.models import (
    SHIPPED,
    TOLD_IN,
    UNSURE,
    Incident,
    IncidentKind,
    Role,
    Severity,
    SeverityPolicy,
)
from apps.incidents.policies import can_configure

MOST_ANSWERS = 10
LONGEST_NAME = 80
LONGEST_ROLE = 60
MINUTES = range(5, 10_081)


@transaction.atomic
def edit_severity_policy(
    *, changes: Mapping[str, Any], seen: int | None = None, by: User, now: datetime
) -> SeverityPolicy:
    """`impacts`, `conditions`, `cells`, `update_minutes`, `roles` as the model has them; what is left out stays.

    Due moments of open incidents move along with a changed cadence.
    """
    require(can_configure(by), "Only admins change how severities are judged.")
    row = lock_shipped(SeverityPolicy.objects.current(), SHIPPED)
    check_version(row, seen)
    before = dict(row.update_minutes)
    wanted = {name: changes[name] for name in SHIPPED if name in changes}
    _check({name: wanted.get(name, getattr(row, name)) for name in SHIPPED})
    diff = apply_changes(row, wanted)
    if diff:
        SeverityPolicy.objects.forget()
        _move_due_moments(before, row, now=now)
        record("severity_policy.edited", row, by=by, changes=diff)
    return row


def _check(whole: Mapping[str, Any]) -> None:
    impacts, conditions = (_check_answers(whole, axis) for axis in ("impacts", "conditions"))
    _check_roles(whole["roles"])
    cells = whole["cells"]
    if set(cells) != impacts or any(set(row) != conditions for row in cells.values()):
        raise ValidationError(
            {"cells": "Name a severity for every pair of impact and condition, and no other."}
        )
    if any(severity not in Severity.values for row in cells.values() for severity in row.values()):
        raise ValidationError({"cells": "A severity is a number from 1 to 4."})
    minutes = whole["update_minutes"]
    if set(minutes) != {str(severity) for severity in Severity.values}:
        raise ValidationError({"update_minutes": "Name the minutes, or null, for each of 1, 2, 3 and 4."})
    if any(every is not None and every not in MINUTES for every in minutes.values()):
        raise ValidationError({"update_minutes": "From 5 minutes to a week, or nothing at all."})


def _check_answers(whole: Mapping[str, Any], axis: str) -> set[str]:
    answers = whole[axis]
    slugs = [answer["slug"] for answer in answers]
    names = [answer["name"].strip() for answer in answers]
    if not 1 <= len(answers) <= MOST_ANSWERS:
        raise ValidationError({axis: f"From one to {MOST_ANSWERS} of them."})
    if len(set(slugs)) < len(slugs) or len({name.lower() for name in names}) < len(names):
        raise ValidationError({axis: "Two of them have the same name."})
    if UNSURE in slugs:
        raise ValidationError({axis: "“Unsure” is always offered and needs no row."})
    if not all(names) or any(len(name) > LONGEST_NAME for name in names):
        raise ValidationError({axis: f"Each needs a name of at most {LONGEST_NAME} characters."})
    return set(slugs)


def _check_roles(roles: list[dict[str, str]]) -> None:
    """Beside the usual ones, each under its own name."""
    slugs = [*Role.values, *(role["slug"] for role in roles)]
    names = [
        *(str(label).lower() for label in Role.labels),
        *(role["name"].strip().lower() for role in roles),
    ]
    if len(roles) > MOST_ANSWERS or not all(names) or any(len(name) > LONGEST_ROLE for name in names):
        raise ValidationError(
            {"roles": f"At most {MOST_ANSWERS}, with names of at most {LONGEST_ROLE} characters."}
        )
    if len(set(slugs)) < len(slugs) or len(set(names)) < len(names):
        raise ValidationError({"roles": "There is a role of this name already."})


def _move_due_moments(before: Mapping[str, Any], row: SeverityPolicy, *, now: datetime) -> None:
    """Earlier or later by the difference; what owed nothing yet counts from now."""
    moved = [one for one in Severity.values if before[str(one)] != row.minutes_of(one)]
    locked = _lock_open(moved)
    for severity in moved:
        old, new = before[str(severity)], row.minutes_of(severity)
        open_ones = Incident.objects.filter(severity=severity, pk__in=locked)
        if new is None:
            open_ones.update(update_due_at=None)
        elif old is None:
            open_ones.update(update_due_at=now + timedelta(minutes=new))
        else:
            open_ones.update(update_due_at=F("update_due_at") + timedelta(minutes=new - old))


def _lock_open(severities: list[int]) -> list[int]:
    """All at once and in the one order in which incidents are locked: an update by itself locks them as they lie in
    the table, and two at once would wait for each other."""
    told = Incident.objects.filter(severity__in=severities, status__in=TOLD_IN)
    told = told.exclude(kind=IncidentKind.BACKFILLED).select_for_update()
    return list(told.order_by("pk").values_list("pk", flat=True))
