"""Who may do what to an incident. A row that came without its roles and services costs one query for each."""

from django.utils import timezone

from apps.accounts.models import User
from apps.incidents.models import Incident, IncidentLink, TimelineEntry


def can_declare(user: User) -> bool:
    """Anybody but an auditor: a threshold here costs minutes there."""
    return user.may_write


def can_configure(user: User) -> bool:
    """How severities are judged, how often updates are due, which fields there are."""
    return user.is_org_admin and user.may_write


def took_part(user: User, incident: Incident) -> bool:
    """Declared it, has or had a role in it; admins always do."""
    return user.is_org_admin or user.pk in incident.participant_ids


def can_see(user: User, incident: Incident) -> bool:
    """The same answer for one row as `visible_to` gives for many."""
    if not incident.is_private or took_part(user, incident):
        return True
    return incident.grants.held_by(user, timezone.now()).exists()


def can_post(user: User, incident: Incident) -> bool:
    """Write into the timeline."""
    return user.may_write and can_see(user, incident)


def can_take_role(user: User, incident: Incident) -> bool:
    """Take a role that nobody has. In a private incident a role opens it for good, so access with an end takes none."""
    return user.may_write and (not incident.is_private or took_part(user, incident))


def can_respond(user: User, incident: Incident) -> bool:
    """Move, edit, set milestones, give roles to others: who took part, and of what is not private those who own
    a service. Access alone reads and writes along."""
    if not user.may_write:
        return False
    is_ours = not incident.is_private and bool(user.team_ids & incident.owner_team_ids)
    return is_ours or took_part(user, incident)


def can_publish(user: User, incident: Incident) -> bool:
    """Speak to the outside: responders, of what is not private."""
    return can_respond(user, incident) and not incident.is_private


def can_hide(user: User, incident: Incident) -> bool:
    """Make it private: only who would still see it afterwards."""
    return user.may_write and took_part(user, incident)


def can_share(user: User, incident: Incident) -> bool:
    """Give others access to a private incident and take it back: who declared it, who commands it, and admins."""
    named = {incident.declared_by_id, incident.commander_id}
    return user.may_write and (user.is_org_admin or user.pk in named)


def can_edit_entry(user: User, entry: TimelineEntry) -> bool:
    """Its author, and everybody who responds."""
    if not entry.is_by_a_person:
        return False
    if entry.author_id == user.pk:
        return can_post(user, entry.incident)
    return can_respond(user, entry.incident)


def can_hand_over_for(user: User, person: User) -> bool:
    """All roles of somebody who leaves: themselves, the leads of a team of theirs, and admins."""
    is_theirs = user.pk == person.pk or any(map(user.leads, person.team_ids))
    return user.may_write and (user.is_org_admin or is_theirs)


def can_unmerge(user: User, incident: Incident) -> bool:
    return user.is_org_admin


def can_unlink(user: User, link: IncidentLink) -> bool:
    """Who responds to either end, and sees both."""
    ends = (link.from_incident, link.to_incident)
    return all(can_see(user, end) for end in ends) and any(can_respond(user, end) for end in ends)
