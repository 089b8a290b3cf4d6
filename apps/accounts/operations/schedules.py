"""Weekly hours and leave. A new schedule ends the former one, so no two of a person ever overlap."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.holidays.places import check_place
from apps.accounts.models import Absence, User, WorkSchedule
from apps.accounts.operations.capacity import note_change
from apps.accounts.policies import can_plan_for
from apps.audit.operations import hide_scope, record
from apps.core.changes import Diff, apply_changes, difference, plain
from apps.core.permissions import require

DAY = timedelta(days=1)
NOT_YOURS = "Only the person, a lead of their team or an admin plans this."
PLACE = ("country", "subdivision")
FIELDS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "window_start", "window_end", *PLACE)


@transaction.atomic
def set_schedule(person: User, *, valid_from: date, by: User, **fields: Any) -> WorkSchedule:
    """These hours from a day on, until the next schedule that is planned already, if any. Where somebody works, and
    so which public holidays apply, stays as it was when it is not said."""
    user = User.objects.locked().get(pk=person.pk)
    require(can_plan_for(by, user), NOT_YOURS)
    current = WorkSchedule.objects.filter(user=user).on(valid_from).first()
    if current and not set(PLACE) & set(fields):
        fields |= {name: getattr(current, name) for name in PLACE}
    row = WorkSchedule(user=user, valid_from=valid_from, valid_to=_end(user, current, valid_from), **fields)
    check_place(*row.place)
    if row.window_end <= row.window_start:
        raise ValidationError({"window_end": "The working day must end after it begins."})
    row.full_clean()
    row, diff = _replace(current, row)
    if diff:
        hide_scope(row.audit_scope)
        record("schedule.set", row, by=by, changes=diff)
        note_change(user, since=row.valid_from, until=row.valid_to)
    return row


def _end(user: User, current: WorkSchedule | None, valid_from: date) -> date | None:
    if current:
        return current.valid_to
    later = WorkSchedule.objects.filter(user=user, valid_from__gt=valid_from).order_by("valid_from").first()
    return later.valid_from if later else None


def _replace(current: WorkSchedule | None, row: WorkSchedule) -> tuple[WorkSchedule, Diff]:
    values = {name: getattr(row, name) for name in FIELDS}
    if current is None:
        row.save()
        return row, {name: [None, plain(value)] for name, value in values.items()}
    diff = difference(current, values)
    if current.valid_from == row.valid_from:
        return current, apply_changes(current, values)
    if diff:  # the same hours again need no new row
        apply_changes(current, {"valid_to": row.valid_from})
        row.save()
    return (row if diff else current), diff


@transaction.atomic
def add_absence(person: User, *, first_on: date, last_on: date, by: User, **fields: Any) -> Absence:
    """Whole days, half of each (`is_half`), or `minutes` of each. No day is taken off twice: beside whole days there
    is nothing else, parts of a day add up."""
    user = User.objects.locked().get(pk=person.pk)
    require(can_plan_for(by, user), NOT_YOURS)
    row = Absence(user=user, first_on=first_on, last_on=last_on, **fields)
    row.full_clean()
    _check_free(row)
    _check_stand_in(row)
    row.save()
    hide_scope(row.audit_scope)
    told = {name: [None, value] for name, value in _told(row).items()}
    record("absence.added", row, by=by, changes=told)
    note_change(user, since=row.first_on, until=row.last_on + DAY)
    return row


@transaction.atomic
def remove_absence(absence: Absence, *, by: User) -> Absence:
    user = User.objects.locked().get(pk=absence.user_id)
    require(can_plan_for(by, user), NOT_YOURS)
    row = Absence.objects.select_related("user", "delegate").filter(pk=absence.pk).first()
    if row is None:  # somebody was quicker; gone is what was wanted
        return absence
    record("absence.removed", row, by=by, changes={name: [value, None] for name, value in _told(row).items()})
    note_change(user, since=row.first_on, until=row.last_on + DAY)
    row.delete()
    return row


def _check_free(row: Absence) -> None:
    others = Absence.objects.filter(user=row.user).touching(row.first_on, row.last_on)
    clash = (others if row.is_whole else others.whole()).order_by("first_on").first()
    if clash:
        until = f" to {clash.last_on}" if clash.last_on > clash.first_on else ""
        raise ValidationError({"first_on": f"{row.user} is away on {clash.first_on}{until} already."})


def _check_stand_in(row: Absence) -> None:
    if row.delegate is None:
        return
    if row.delegate_id == row.user_id:
        raise ValidationError({"delegate": "Nobody stands in for themselves. Choose somebody else."})
    if not row.delegate.may_write or row.delegate.is_system:
        raise ValidationError({"delegate": f"{row.delegate} cannot take care of promises."})
    if not row.is_whole:
        raise ValidationError({"delegate": "On parts of days nobody stands in: reminders reach the person."})


def _told(row: Absence) -> dict[str, Any]:
    told = {"days": f"{row.first_on} to {row.last_on}", "minutes": row.minutes, "is_half": row.is_half}
    return told | ({"delegate": row.delegate.slug} if row.delegate else {})
