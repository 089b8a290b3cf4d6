"""Opening a private incident to somebody for a time, taking that back, and the record of admins who read it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import Membership, Team, User
from apps.audit.operations import record
from apps.core import once
from apps.core.changes import Diff, apply_changes, lock, plain
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.incidents.models import EntryKind, Incident, IncidentGrant
from apps.incidents.operations.timeline import log_entry
from apps.incidents.policies import can_share, took_part
from apps.notifications.operations import outbox_row, queue_emails

LONGEST = timedelta(days=366)
MAIL_LIVES = timedelta(days=7)
ONLY = "Who declared it, its commander and admins decide who else reads it."


@transaction.atomic
def grant_access(
    incident: Incident,
    *,
    person: User | None = None,
    team: Team | None = None,
    ends_at: datetime,
    reason: str = "",
    by: User,
    now: datetime,
) -> IncidentGrant:
    """Open it to one person or one team until `ends_at`. Who has access already gets the new end."""
    row = lock(incident)
    require(can_share(by, row), ONLY)
    if not row.is_private:
        raise Conflict("It is not private: everybody who signs in reads it.")
    _check_receiver(row, person, team)
    _check_end(ends_at, now)
    running = row.grants.running(now).to_whom(person, team).first()
    if running:
        return _change(running, ends_at=ends_at, reason=reason.strip(), by=by, now=now)
    grant = IncidentGrant(
        incident=row,
        person=person,
        team=team,
        ends_at=ends_at,
        reason=reason.strip(),
        granted_by=by,
        granted_at=now,
    )
    grant.clean_fields(exclude=["ended_by"])
    grant.save(force_insert=True)
    _tell(grant, f"{grant.receiver} may read this until {ends_at:%d %b %Y %H:%M} UTC", by=by, now=now)
    diff = {"ends_at": [None, plain(ends_at)], "reason": [None, grant.reason]}
    record("incident.access_granted", grant, by=by, changes=diff)
    _mail(grant, by=by, now=now)
    return grant


def _mail(grant: IncidentGrant, *, by: User, now: datetime) -> None:
    """At once and once to each who reads it from now on; for who joins the team later it is there already."""
    queue_emails(
        [
            outbox_row(
                person,
                kind="access_given",
                once_per=f"access-{grant.uuid}-{person.pk}",
                not_before=now,
                expires_at=min(grant.ends_at, now + MAIL_LIVES),
                payload={"grant": str(grant.uuid)},
            )
            for person in _receivers(grant, now)
            if person.pk != by.pk and not took_part(person, grant.incident)
        ]
    )


def _receivers(grant: IncidentGrant, now: datetime) -> list[User]:
    if grant.person:
        return [grant.person]
    rows = Membership.objects.on(now.date()).filter(team=grant.team_id, user__is_active=True)
    return [row.user for row in rows.select_related("user")]


@transaction.atomic
def revoke_access(grant: IncidentGrant, *, by: User, now: datetime) -> IncidentGrant:
    """It ends now, if it has not ended yet; the page keeps who had access until when."""
    lock(grant.incident)
    row = lock(grant)
    require(can_share(by, row.incident), ONLY)
    if row.ends_at <= now:
        return row
    diff = apply_changes(row, {"ends_at": now, "ended_by": by})
    _tell(row, f"{row.receiver} may no longer read this", by=by, now=now)
    record("incident.access_revoked", row, by=by, changes=diff)
    return row


def note_reading(incidents: Iterable[Incident], *, by: User, now: datetime) -> None:
    """An admin opened private incidents, or what hangs on them: in the trail once for each admin, incident and
    day (UTC). A title in a list, a search or an export is no reading."""
    for incident in incidents:
        if incident.is_private and by.is_org_admin:
            _note_one(incident, by=by, now=now)


@transaction.atomic
def _note_one(incident: Incident, *, by: User, now: datetime) -> None:
    _, is_first = once.claim(by, f"read:{incident.key}:{now:%Y-%m-%d}", body="")
    if is_first:
        record("incident.private_read", incident, by=by)


def _check_receiver(incident: Incident, person: User | None, team: Team | None) -> None:
    if (person is None) == (team is None):
        raise ValidationError({"person": "Choose a person or a team, not both."})
    if person is None:
        return
    if not person.is_active or person.is_system:
        raise ValidationError({"person": f"{person} cannot sign in."})
    if took_part(person, incident):
        raise ValidationError({"person": f"{person} reads it already."})


def _check_end(ends_at: datetime, now: datetime) -> None:
    if ends_at <= now:
        raise ValidationError({"ends_at": "This has passed. Choose a time to come, in UTC."})
    if ends_at > now + LONGEST:
        raise ValidationError({"ends_at": "Access lasts a year at most. It can be given again."})


def _change(
    grant: IncidentGrant, *, ends_at: datetime, reason: str, by: User, now: datetime
) -> IncidentGrant:
    diff: Diff = apply_changes(grant, {"ends_at": ends_at, "reason": reason or grant.reason})
    if diff:
        _tell(grant, f"{grant.receiver} may read this until {ends_at:%d %b %Y %H:%M} UTC", by=by, now=now)
        record("incident.access_changed", grant, by=by, changes=diff)
    return grant


def _tell(grant: IncidentGrant, words: str, *, by: User, now: datetime) -> None:
    log_entry(grant.incident, EntryKind.CHANGE, words, at=now, by=by)
