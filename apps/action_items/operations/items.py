"""Writing action items down, correcting them, and giving them to somebody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.action_items.models import ActionItem, Kind, Priority, Source, Status
from apps.action_items.operations.dates import refresh_reminder, upcoming_reminder
from apps.action_items.operations.following import tell_followers
from apps.action_items.operations.telling import tell_owner
from apps.action_items.policies import can_add_action_item, can_edit_action_item, can_own_action_item
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, difference, lock, plain
from apps.core.errors import Conflict
from apps.core.keys import next_key
from apps.core.permissions import require
from apps.incidents.models import Incident

if TYPE_CHECKING:
    from apps.accounts.models import Team, User
    from apps.services.models import Service

EDITABLE = (
    "title",
    "description",
    "done_when",
    "kind",
    "priority",
    "owner",
    "team",
    "service",
    "incident",
    "due_on",
)


@transaction.atomic
def add_action_item(
    *,
    title: str,
    description: str = "",
    done_when: str = "",
    kind: str = Kind.PREVENT,
    priority: int = Priority.P2,
    owner: User | None = None,
    team: Team | None = None,
    service: Service | None = None,
    incident: Incident | None = None,
    source: str | None = None,
    due_on: date | None = None,
    commit: bool = False,
    by: User,
    now: datetime,
) -> ActionItem:
    """A new item, proposed; with `commit` promised at once, which needs an owner, a date and an end state."""
    require(can_add_action_item(by), "You can read action items, but not add any.")
    item = ActionItem(title=title, description=description, done_when=done_when, kind=kind, priority=priority)
    item.owner, item.service, item.incident, item.due_on = owner, service, incident, due_on
    item.team = team or (service.owner_team if service else None)
    item.source = source or (Source.INCIDENT if incident else Source.MANUAL)
    item.created_by, item.status_since = by, now
    check_owner(item)
    if commit:
        for name, value in promise(item, now=now).items():
            setattr(item, name, value)
        item.status = Status.OPEN
    item.clean_fields(exclude={"number", "key", "owner", "team", "service", "incident", "created_by"})
    item.next_reminder_at = upcoming_reminder(item, now=now)
    item.number, item.key = next_key("ACT")
    item.save()
    known = ("status", *EDITABLE)
    told = {
        name: [None, plain(getattr(item, name))] for name in known if getattr(item, name) not in (None, "")
    }
    record("action_item.added", item, by=by, changes=told)
    tell_owner(item, by=by, now=now)
    return item


def promise(item: ActionItem, *, now: datetime) -> dict[str, Any]:
    """What committing sets. Raises ValidationError that names everything still missing."""
    missing = {
        "owner": "Say who will see to it." if item.owner is None else "",
        "due_on": "Give the date it is promised for." if item.due_on is None else "",
        "done_when": "Say how everybody can tell that it is done." if not item.done_when.strip() else "",
    }
    if any(missing.values()):
        raise ValidationError({name: text for name, text in missing.items() if text})
    return {"first_due_on": item.first_due_on or item.due_on, "committed_at": now}


def check_owner(item: ActionItem) -> None:
    """An owner can act on the item and see what it hangs on."""
    if item.owner is None:
        return
    if not can_own_action_item(item.owner):
        raise ValidationError({"owner": f"{item.owner} cannot own action items."})
    incident = item.incident
    if (
        incident
        and incident.is_private
        and not Incident.objects.visible_to(item.owner).filter(pk=incident.pk)
    ):
        raise ValidationError({"owner": f"{item.owner} may not see the incident. Choose somebody who may."})


@transaction.atomic
def edit_action_item(
    item: ActionItem, *, changes: Mapping[str, Any], seen: int | None = None, by: User, now: datetime
) -> ActionItem:
    """Change fields. A promised date does not move here: see `redate`."""
    return _change(item, changes, verb="action_item.edited", seen=seen, by=by, now=now)


@transaction.atomic
def assign(
    item: ActionItem,
    *,
    owner: User | None,
    is_told: bool = True,
    seen: int | None = None,
    by: User,
    now: datetime,
) -> ActionItem:
    """Hand the item over; what is promised always has an owner. `is_told` False: the caller tells them of it."""
    verb = "action_item.assigned"
    return _change(item, {"owner": owner}, verb=verb, is_told=is_told, seen=seen, by=by, now=now)


def _change(
    item: ActionItem,
    changes: Mapping[str, Any],
    *,
    verb: str,
    is_told: bool = True,
    seen: int | None,
    by: User,
    now: datetime,
) -> ActionItem:
    row = lock(item)
    require(can_edit_action_item(by, row))
    check_version(row, seen)
    wanted = {name: changes[name] for name in EDITABLE if name in changes}
    changed, former = set(difference(row, wanted)), row.owner_id
    _check_promise_kept(row, wanted, changed)
    if changed & {"owner", "due_on"}:
        wanted["due_version"] = row.due_version + 1
    diff = apply_changes(row, wanted)
    if changed & {"owner", "incident"}:
        check_owner(row)
    if "owner" in changed:
        refresh_reminder(row, now=now)
        _tell_of_owner(row, former, is_told=is_told, by=by, now=now)
    if diff:
        record(verb, row, by=by, changes=diff)
    return row


def _tell_of_owner(row: ActionItem, former: int | None, *, is_told: bool, by: User, now: datetime) -> None:
    told = tell_owner(row, by=by, now=now) if is_told else {row.owner_id, former}
    about, occasion = {"owner": row.owner_id}, f"owner-{row.due_version}"
    tell_followers(row, "given", occasion, about, also=[former], but=told, by=by, now=now)


def _check_promise_kept(row: ActionItem, wanted: Mapping[str, Any], changed: set[str]) -> None:
    if row.status == Status.PROPOSED:
        return
    if "owner" in changed and not row.is_committed:
        raise Conflict(
            f"{row.key} is {row.get_status_display().lower()}: its owner stays.", allowed=row.next_statuses
        )
    errors = {}
    if "due_on" in changed:
        errors["due_on"] = "A promised date moves with a reason. Use “Move due date”."
    if "owner" in changed and wanted["owner"] is None:
        errors["owner"] = "A promised item keeps an owner. Hand it over to somebody."
    if "done_when" in changed and row.is_committed and not wanted["done_when"].strip():
        errors["done_when"] = "A promised item says how everybody can tell that it is done."
    if errors:
        raise ValidationError(errors)
