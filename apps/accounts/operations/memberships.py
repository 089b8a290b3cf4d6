"""Dated memberships: the past is never rewritten, a change begins a new row.

Every operation locks the person first, so that two of them cannot make overlapping rows.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import Membership, Team, User
from apps.accounts.operations.capacity import latest, note_change
from apps.accounts.policies import can_edit_team
from apps.audit.operations import record
from apps.core.changes import Diff, apply_changes, plain
from apps.core.permissions import require

ONLY_LEADS = "Only leads of the team and admins change who belongs to it."
FIELDS = ("role", "allocation_pct", "counts_capacity")
SHOWN = (*FIELDS, "valid_from", "valid_to")


@transaction.atomic
def add_member(team: Team, *, person: User, valid_from: date, by: User, **fields: Any) -> Membership:
    require(can_edit_team(by, team), ONLY_LEADS)
    user = User.objects.locked().get(pk=person.pk)
    if not user.is_active:
        raise ValidationError({"person": f"{user} is deactivated."})
    row = Membership(user=user, team=team, valid_from=valid_from, **fields)
    _add(row)
    record("membership.added", row, by=by, changes=_fresh(row))
    note_change(user, since=row.valid_from, until=row.valid_to)
    return row


@transaction.atomic
def change_member(membership: Membership, *, since: date, by: User, **fields: Any) -> Membership:
    """Another role or allocation from a day on. On the first day of the row it corrects the row itself."""
    row = _locked(membership)
    require(can_edit_team(by, row.team), ONLY_LEADS)
    if not row.covers(since):
        raise ValidationError({"since": "This is not a day of the membership."})
    wanted = {name: fields[name] for name in FIELDS if name in fields}
    after, diff = _from_day(row, since, wanted)
    if diff:
        record("membership.changed", after, by=by, changes={**diff, "since": [None, since.isoformat()]})
        note_change(after.user, since=since, until=after.valid_to)
    return after


def _from_day(row: Membership, since: date, wanted: dict[str, Any]) -> tuple[Membership, Diff]:
    diff = {name: [plain(getattr(row, name)), plain(value)] for name, value in wanted.items()}
    diff = {name: pair for name, pair in diff.items() if pair[0] != pair[1]}
    if not diff:
        return row, {}
    if row.valid_from == since:
        apply_changes(row, wanted)
        return row, diff
    values = {name: getattr(row, name) for name in FIELDS} | wanted
    after = Membership(user=row.user, team=row.team, valid_from=since, valid_to=row.valid_to, **values)
    apply_changes(row, {"valid_to": since})
    _add(after)
    return after, diff


@transaction.atomic
def end_membership(membership: Membership, *, valid_to: date | None, by: User) -> Membership:
    """`valid_to` is the first day without it; None makes it open again."""
    row = _locked(membership)
    require(can_edit_team(by, row.team), ONLY_LEADS)
    before = row.valid_to
    row.valid_to = valid_to
    row.full_clean()
    _check_free(row)
    row.valid_to = before
    diff = apply_changes(row, {"valid_to": valid_to})
    if diff:
        record("membership.ended", row, by=by, changes=diff)
        since = min(day for day in (before, valid_to) if day)
        note_change(row.user, since=since, until=latest(before, valid_to))
    return row


def _locked(membership: Membership) -> Membership:
    User.objects.locked().get(pk=membership.user_id)
    return Membership.objects.select_related("user", "team").get(pk=membership.pk)


def _add(row: Membership) -> None:
    row.full_clean()
    _check_free(row)
    row.save()


def _check_free(row: Membership) -> None:
    others = Membership.objects.filter(user=row.user, team=row.team).exclude(pk=row.pk)
    clash = others.between(row.valid_from, row.valid_to or date.max).first()
    if clash:
        until = f"to {clash.last_on}" if clash.last_on else "on"
        text = f"{row.user} belongs to {row.team} from {clash.valid_from} {until} already."
        raise ValidationError({"valid_from": text})


def _fresh(row: Membership) -> Diff:
    return {name: [None, plain(getattr(row, name))] for name in SHOWN}
