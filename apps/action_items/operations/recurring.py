"""An incident came back: which open item would have helped? It is raised, its leads are told, the fact is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.action_items.models import ActionItem, Priority, Recurrence
from apps.action_items.operations.telling import leads_of
from apps.action_items.policies import can_mark_recurrence, can_undo_recurrence
from apps.audit.operations import record
from apps.core.changes import Diff, apply_changes, lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.incidents.models import Incident, IncidentStatus, LinkKind
from apps.incidents.operations import link_incidents, lock_both
from apps.notifications.operations import outbox_row, queue_emails

if TYPE_CHECKING:
    from apps.accounts.models import User

KIND = "recurrence"
MAIL_LIVES = timedelta(days=7)
LONGEST_REASON = 500


@transaction.atomic
def mark_recurrence(
    incident: Incident, *, of: Incident, item: ActionItem, by: User, now: datetime
) -> Recurrence:
    """Say that `incident` is `of` again and that `item`, still open, would have helped. Said twice it is one fact."""
    incident, of = lock_both(incident, of)
    require(
        can_mark_recurrence(by, incident),
        "Only responders say that an incident came back. Take a role first.",
    )
    if incident.status == IncidentStatus.MERGED:
        raise Conflict("This incident was merged. Say it of the one it went into.")
    say_it_came_back(incident, of=of, by=by, now=now)
    row = lock(item)
    known = Recurrence.objects.standing().filter(incident=incident, action_item=row).first()
    if known:
        return known
    _check_item(row, incident, by=by)
    fact = Recurrence(incident=incident, action_item=row, by=by, at=now, priority_before=row.priority)
    fact.days_overdue = row.days_overdue(_day_of(incident, row))
    fact.save(force_insert=True)
    raised = apply_changes(row, {"priority": Priority.P1}) if row.priority > Priority.P1 else {}
    _tell("marked", fact, raised, by=by)
    _mail_leads(fact, but=by, now=now)
    return fact


def say_it_came_back(incident: Incident, *, of: Incident, by: User, now: datetime) -> None:
    """The link between the two, unless it is there."""
    if not incident.links_out.filter(to_incident=of, kind=LinkKind.RECURRENCE_OF).exists():
        link_incidents(incident, to=of, kind=LinkKind.RECURRENCE_OF, by=by, now=now)


def _check_item(row: ActionItem, incident: Incident, *, by: User) -> None:
    if not ActionItem.objects.visible_to(by).filter(pk=row.pk).exists():
        raise ValidationError({"item": "Name an action item that you may see."})
    if row.incident_id == incident.pk:
        raise ValidationError({"item": f"{row.key} was promised after this incident: it could not help yet."})
    if not row.is_live:
        raise ValidationError({"item": f"{row.key} is {row.get_status_display().lower()}, not open."})


def _day_of(incident: Incident, item: ActionItem) -> date:
    """The day on which it began, where the owner is: that is where due dates end."""
    return incident.started_at.astimezone(item.owner.zone if item.owner else UTC).date()


def _mail_leads(fact: Recurrence, *, but: User, now: datetime) -> None:
    """Once per recurrence and person; what they may not see is not in it."""
    queue_emails(
        [
            outbox_row(
                person,
                kind=KIND,
                once_per=f"{KIND}-{fact.uuid}-{person.pk}",
                not_before=now,
                expires_at=now + MAIL_LIVES,
                payload={"recurrence": str(fact.uuid)},
            )
            for person in _leads(fact.action_item, now)
            if person.pk != but.pk and Recurrence.objects.visible_to(person).filter(pk=fact.pk).exists()
        ]
    )


def _leads(item: ActionItem, now: datetime) -> list[User]:
    """Those of its team; without any, its owner."""
    return leads_of(item, now) or [person for person in [item.owner] if person and person.is_active]


@transaction.atomic
def undo_recurrence(fact: Recurrence, *, reason: str, by: User, now: datetime) -> Recurrence:
    """It would not have helped after all. The item gets its priority back, unless somebody changed it meanwhile
    or it would have helped elsewhere too; the link between the incidents stays."""
    item, row = lock(fact.action_item), lock(fact)
    require(can_undo_recurrence(by, row), "Only who said it, responders, or the item's lead take it back.")
    if row.undone_at:
        raise Conflict("This was taken back already.")
    said = reason.strip()
    if not said or len(said) > LONGEST_REASON:
        raise ValidationError({"reason": f"Say why, in at most {LONGEST_REASON} characters."})
    apply_changes(row, {"undone_at": now, "undone_by": by, "undo_reason": said})
    _tell("undone", row, _give_back(row, item), by=by, reason=said)
    return row


def _give_back(row: Recurrence, item: ActionItem) -> Diff:
    if row.priority_before <= Priority.P1:
        return {}
    other = item.recurrences.standing().order_by("pk").first()
    if other:
        apply_changes(other, {"priority_before": row.priority_before})
        return {}
    return apply_changes(item, {"priority": row.priority_before}) if item.priority == Priority.P1 else {}


def _tell(verb: str, fact: Recurrence, raised: Diff, *, by: User, reason: str = "") -> None:
    """One event at each end, in its own scope and without the other's key: either may become private later."""
    said: Diff = {"recurrence": [None, str(fact.uuid)]} | ({"reason": [None, reason]} if reason else {})
    record(f"incident.recurrence_{verb}", fact.incident, by=by, changes=said)
    record(f"action_item.recurrence_{verb}", fact.action_item, by=by, changes=said | raised)
