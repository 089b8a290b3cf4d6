from collections.abc import Iterable

from apps.accounts.models import User
from apps.incidents.models import Incident, Role
from apps.incidents.policies import can_respond, can_see
from apps.postmortems.models import (
    Comment,
    GateException,
    Postmortem,
    PostmortemObligation,
    PublicVersion,
)


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


def can_choose_reviewers(user: User, postmortem: Postmortem) -> bool:
    """Its owner, and admins. Who is chosen is the rule's business."""
    return user.may_write and (user.is_org_admin or user.pk == postmortem.owner_id)


def can_choose_readers(user: User, postmortem: Postmortem) -> bool:
    """Its owner alone, who alone learns who has read it."""
    return user.may_write and user.pk == postmortem.owner_id


def can_except(user: User, postmortem: Postmortem) -> bool:
    """Let it through a gate: a lead of a team that owns an affected service, or an admin; never its owner."""
    if not user.may_write or user.pk == postmortem.owner_id:
        return False
    return user.is_org_admin or any(user.leads(team) for team in postmortem.owning_team_ids)


def can_take_back(user: User, exception: GateException) -> bool:
    """Who granted it, and admins."""
    return user.may_write and (user.is_org_admin or user.pk == exception.approver_id)


def can_own(user: User) -> bool:
    return user.may_write


def can_detach(user: User, incidents: Iterable[Incident]) -> bool:
    """A private incident keeps its postmortem private, so only admins take it off."""
    return user.is_org_admin or not any(incident.is_private for incident in incidents)


def can_configure(user: User) -> bool:
    """When a postmortem is owed and by when, which templates there are, and which categories of factors."""
    return user.is_org_admin and user.may_write


def can_import(user: User) -> bool:
    """Files bring teams and services with them, and texts that nobody here has reviewed arrive as published."""
    return user.is_org_admin and user.may_write


def can_request_postmortem(user: User, incident: Incident) -> bool:
    """Anybody who sees the incident: any stakeholder may ask."""
    return user.may_write and can_see(user, incident)


def can_waive(user: User, obligation: PostmortemObligation) -> bool:
    """A lead of a team that owns an affected service, or an admin; never who commands or commanded the incident."""
    incident = obligation.incident
    if not user.may_write or not can_see(user, incident):
        return False
    led = {role.person_id for role in incident.roles.all() if role.role == Role.COMMANDER}
    if user.pk in led | {incident.commander_id}:
        return False
    return user.is_org_admin or any(map(user.leads, incident.owner_team_ids))


def can_give_obligation(user: User, obligation: PostmortemObligation) -> bool:
    """Who responds to the incident, and who was to see to it."""
    return can_respond(user, obligation.incident) or (user.may_write and user.pk == obligation.owner_id)


def can_comment(user: User, postmortem: Postmortem) -> bool:
    """Everybody who sees the document and may write at all; the doors find those documents."""
    return user.may_write


def can_block(user: User, postmortem: Postmortem) -> bool:
    """Who may decide the review says what has to be settled before publication."""
    return can_review(user, postmortem)


def can_edit_comment(user: User, comment: Comment) -> bool:
    return user.may_write and user.pk == comment.author_id


def can_remove_comment(user: User, comment: Comment) -> bool:
    return can_edit_comment(user, comment) or (user.is_org_admin and user.may_write)


def can_resolve(user: User, comment: Comment) -> bool:
    """Who writes the document, and who began the thread. One that blocks is settled by who may review: nobody
    clears their own way."""
    postmortem = comment.section.postmortem
    if comment.is_blocking:
        return can_review(user, postmortem)
    return can_write(user, postmortem) or (user.may_write and user.pk == comment.author_id)


def can_remove_frozen(user: User) -> bool:
    """What a published version shows stays, but for a secret that nobody meant to publish."""
    return user.is_org_admin and user.may_write


def can_answer_for_public(user: User) -> bool:
    """Say that a text may be read by everybody: a lead of any team, or an admin; who wrote it is asked besides."""
    return user.may_write and (user.is_org_admin or any(row.role == "lead" for row in user.memberships_now))


def can_read_public_draft(user: User, postmortem: Postmortem) -> bool:
    """What is not published yet is between those who write it and those who may approve it."""
    return can_write(user, postmortem) or can_answer_for_public(user)


def can_approve_public(user: User, version: PublicVersion) -> bool:
    """Nobody approves words of their own."""
    return can_answer_for_public(user) and user.pk not in version.writer_ids
