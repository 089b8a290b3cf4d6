"""Who may do what to an incident. A row that came without its roles and services costs one query for each."""

from apps.accounts.models import User
from apps.incidents.models import Incident, IncidentLink, TimelineEntry


def can_declare(user: User) -> bool:
    """Anybody but an auditor: a threshold here costs minutes there."""
    return user.may_write


def can_configure(user: User) -> bool:
    """How severities are judged, how often updates are due, which fields there are."""
    return user.is_org_admin and user.may_write


def can_see(user: User, incident: Incident) -> bool:
    return not incident.is_private or user.is_org_admin or user.pk in incident.participant_ids


def can_post(user: User, incident: Incident) -> bool:
    """Write into the timeline, take a role that nobody has."""
    return user.may_write and can_see(user, incident)


def can_respond(user: User, incident: Incident) -> bool:
    """Move, edit, set milestones, give roles to others: who declared it, has or had a role, or owns a service."""
    return can_post(user, incident) and (
        user.is_org_admin
        or incident.declared_by_id == user.pk
        or bool(user.team_ids & incident.owner_team_ids)
        or user.pk in incident.participant_ids
    )


def can_publish(user: User, incident: Incident) -> bool:
    """Speak to the outside: responders, of what is not private."""
    return can_respond(user, incident) and not incident.is_private


def can_hide(user: User, incident: Incident) -> bool:
    """Make it private: only who would still see it afterwards."""
    return can_respond(user, incident) and (user.is_org_admin or user.pk in incident.participant_ids)


def can_edit_entry(user: User, entry: TimelineEntry) -> bool:
    """Its author, and everybody who responds."""
    if not entry.is_by_a_person:
        return False
    if entry.author_id == user.pk:
        return can_post(user, entry.incident)
    return can_respond(user, entry.incident)


def can_unlink(user: User, link: IncidentLink) -> bool:
    """Who responds to either end, and sees both."""
    ends = (link.from_incident, link.to_incident)
    return all(can_see(user, end) for end in ends) and any(can_respond(user, end) for end in ends)
