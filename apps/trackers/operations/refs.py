"""An item asks for an issue, or is tied to one that is there. What is asked for is written down with the item's own
transaction; whoever speaks to the tracker does so later, from the row."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.action_items.models import ActionItem
from apps.audit.operations import record
from apps.core.changes import lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.trackers.clients import Client, client_for
from apps.trackers.models import Connection, ExternalRef, RefState
from apps.trackers.policies import can_link, can_use

NOT_YOURS = "Who may edit the item puts it into a tracker."
IS_PRIVATE = (
    "This item belongs to a private incident. Confirm that its text may be read by everybody who reads {}."
)
TAKEN = "This issue is linked to another action item already."


@transaction.atomic
def ask_for_issue(
    item: ActionItem, *, connection: Connection, confirm_private: bool = False, by: User, now: datetime
) -> ExternalRef:
    """Owe it one issue. Asked again, for the same tracker, it is the same one."""
    row = lock(item)
    require(can_link(by, row), NOT_YOURS)
    require(can_use(by, connection), "This tracker belongs to another team, or is paused.")
    known = ExternalRef.objects.filter(item=row).select_related("connection", "item").first()
    if known is not None and known.is_ours and known.connection_id == connection.pk:
        return known
    _check_free(row, known)
    if not row.is_live:
        raise Conflict(f"{row.key} is {row.get_status_display().lower()}: there is nothing left to follow.")
    if is_private(row) and not confirm_private:
        raise ValidationError({"confirm_private": IS_PRIVATE.format(connection.project)})
    ref = ExternalRef(item=row, connection=connection, asked_by=by, asked_at=now, not_before=now)
    ref.with_private = is_private(row)
    ref.save()
    told = {"tracker": [None, connection.name]} | ({"with_private": [None, True]} if ref.with_private else {})
    record("tracker_link.asked", ref, by=by, changes=told)
    return ref


@transaction.atomic
def link_issue(item: ActionItem, *, url: str, by: User, now: datetime) -> ExternalRef:
    """Tie it to an issue of a connected project. Its text stays its authors'; it is looked up within seconds."""
    row = lock(item)
    require(can_link(by, row), NOT_YOURS)
    known = ExternalRef.objects.filter(item=row).select_related("connection", "item").first()
    connection, client, number = _found(url, by, now)
    if known is not None and known.connection_id == connection.pk and known.number == number:
        return known
    _check_free(row, known)
    ref = ExternalRef(item=row, connection=connection, asked_by=by, asked_at=now, not_before=now)
    ref.state, ref.is_ours, ref.look_asked = RefState.LINKED, False, True
    ref.number, ref.url, ref.key = number, client.address_of(number), client.key_of(number)
    ref.pushed_version = row.version
    _save(ref)
    record("tracker_link.linked", ref, by=by, changes={"issue": [None, ref.key]})
    return ref


def _check_free(item: ActionItem, known: ExternalRef | None) -> None:
    if known is not None:
        where = known.key or (known.connection.name if known.connection else "a tracker")
        raise Conflict(f"{item.key} is followed in {where} already. Take that link away first.")


def _found(url: str, by: User, now: datetime) -> tuple[Connection, Client, str]:
    for connection in Connection.objects.usable_by(by):
        client = client_for(connection.place(), now=now)
        number = client.number_of(url)
        if number:
            return connection, client, number
    raise ValidationError({"url": "This is no issue of a project that is connected here."})


def _save(ref: ExternalRef) -> None:
    try:
        with transaction.atomic():
            ref.save()
    except IntegrityError as error:
        raise ValidationError({"url": TAKEN}) from error


@transaction.atomic
def unlink(ref: ExternalRef, *, by: User) -> None:
    """The issue stays as it is. What was still to be created is not, unless the tracker is doing so this moment."""
    item = lock(ref.item)
    row = lock(ref)
    require(can_link(by, item), NOT_YOURS)
    row.item = item
    told = {"issue": [row.key or "to be created", None]}
    record("tracker_link.unlinked", row, by=by, changes=told)
    row.delete()


@transaction.atomic
def look_again(ref: ExternalRef, *, by: User, now: datetime) -> ExternalRef:
    """Ask the tracker within seconds how the issue is, or try at once what had to wait."""
    row = lock(ref)
    require(can_link(by, ref.item), NOT_YOURS)
    if row.connection_id is None:
        raise Conflict("Its tracker is no longer connected: this is a plain link now.")
    ExternalRef.objects.filter(pk=row.pk).update(not_before=now, look_asked=not row.is_wanted)
    row.refresh_from_db()
    return row


def is_private(item: ActionItem) -> bool:
    return item.incident is not None and item.incident.is_private
