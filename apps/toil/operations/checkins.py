"""The weekly check-in: what is logged is all there is. Only the person can say so, and take it back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import Team, User
from apps.audit.operations import record
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.core.templatetags.times import spent
from apps.toil.checkins.own import opens_on
from apps.toil.figures import capacity_of_person
from apps.toil.models import ToilSlice, WeekCheckin
from apps.toil.operations.marks import mark_weeks
from apps.toil.periods import week_name, week_of
from apps.toil.policies import can_confirm_week

NOT_YOURS = "Only the person can say that their week is complete."


@transaction.atomic
def confirm_week(
    *, person: User, team: Team, monday: date, nothing_to_add: bool = False, by: User, now: datetime
) -> WeekCheckin:
    """Count this week of the person as complete. Saying it again changes nothing, and a later entry does not take it
    back: who adds what they forgot knows more, not less.

    `nothing_to_add` says that no toil is logged, and must be said then: an empty week is confirmed on purpose only.
    """
    require(can_confirm_week(by, person), NOT_YOURS)
    monday = week_of(monday).start
    _check_time(person, team, monday, now)
    _check_empty(person, team, monday, nothing_to_add=nothing_to_add)
    values = {"nothing_to_add": nothing_to_add, "confirmed_at": now}
    row, is_new = WeekCheckin.objects.get_or_create(person=person, team=team, monday=monday, defaults=values)
    if is_new:
        record("toil_week.confirmed", row, by=by, changes={"nothing_to_add": [None, nothing_to_add]})
        mark_weeks({(team.pk, monday)}, by)
    return row


@transaction.atomic
def withdraw_checkin(checkin: WeekCheckin, *, by: User) -> WeekCheckin:
    """The week counts as unconfirmed again. Withdrawing it twice is harmless."""
    require(can_confirm_week(by, checkin.person), NOT_YOURS)
    row = WeekCheckin.objects.with_names().select_for_update(of=("self",)).filter(pk=checkin.pk).first()
    if row is None:
        return checkin
    record("toil_week.withdrawn", row, by=by, changes={"nothing_to_add": [row.nothing_to_add, None]})
    mark_weeks({(row.team_id, row.monday)}, by)
    row.delete()
    return row


def _check_time(person: User, team: Team, monday: date, now: datetime) -> None:
    days = capacity_of_person(person, week_of(monday), team)
    if not days:
        text = f"{person} did not count for {team} in {week_name(monday)}, so there is nothing to confirm."
        raise ValidationError({"week": text})
    today, opens = now.astimezone(person.zone).date(), opens_on(days, monday)
    if today < opens:
        text = f"{week_name(monday)} can be confirmed from {opens:%A} {opens.day} {opens:%B} on."
        raise ValidationError({"week": text})


def _check_empty(person: User, team: Team, monday: date, *, nothing_to_add: bool) -> None:
    rows = ToilSlice.objects.of_person(person, monday, monday + timedelta(days=7)).filter(team=team).toil()
    seconds = sum(rows.values_list("attributed", flat=True))
    if nothing_to_add and seconds:
        raise Conflict(f"{spent(seconds)} of toil are logged for that week by now. Look at it again first.")
    if not nothing_to_add and not seconds:
        text = "Nothing is logged for that week. Say that there was nothing, or log it first."
        raise ValidationError({"nothing_to_add": text})
