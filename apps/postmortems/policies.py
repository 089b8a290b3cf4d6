from collections.abc import Iterable

from apps.accounts.models import User
from apps.incidents.models import Incident
from apps.postmortems.models import Postmortem


def can_draft(user: User) -> bool:
    """Anybody who may write starts a postmortem of incidents they may see; the doors find those."""
    return user.may_write


def can_write(user: User, postmortem: Postmortem) -> bool:
    """Its owner, the teams of the affected services, those who responded, and admins."""
    if not user.may_write:
        return False
    return (
        user.is_org_admin
        or user.pk == postmortem.owner_id
        or not postmortem.owning_team_ids.isdisjoint(user.team_ids)
        or user.pk in postmortem.responder_ids
    )


def can_review(user: User, postmortem: Postmortem) -> bool:
    """Everybody who may write but the owner and who sent it to review: nobody approves their own text."""
    return user.may_write and user.pk not in {postmortem.owner_id, postmortem.submitted_by_id}


def can_own(user: User) -> bool:
    return user.may_write


def can_detach(user: User, incidents: Iterable[Incident]) -> bool:
    """A private incident keeps its postmortem private, so only admins take it off."""
    return user.is_org_admin or not any(incident.is_private for incident in incidents)


def can_configure(user: User) -> bool:
    """Which templates there are, and which categories of factors."""
    return user.is_org_admin and user.may_write
