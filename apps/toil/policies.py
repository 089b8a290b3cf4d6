"""Who may write about whose time."""

from __future__ import annotations

from apps.accounts.models import Team, User
from apps.accounts.policies import can_edit_team
from apps.toil.models import ToilEntry, ToilImport
from apps.toil.readers import teams_read_by


def can_log(user: User, person: User, team: Team) -> bool:
    """One's own time for any team (a guest's hours are shown too); for others, those who lead the team."""
    return user.may_write and (user.pk == person.pk or user.leads(team.pk) or user.is_org_admin)


def can_read_entries(user: User, team: Team) -> bool:
    """Who did what for the team, and who changed its closed weeks, with names: its leads, where the team lets them."""
    return team.pk in teams_read_by(user)


def can_edit_entry(user: User, entry: ToilEntry) -> bool:
    is_own = user.pk == entry.person_id
    return user.may_write and (is_own or user.is_org_admin or entry.team_id in teams_read_by(user))


def can_answer(user: User, entry: ToilEntry) -> bool:
    """Whether it was so: nobody else was there."""
    return user.may_write and user.pk == entry.person_id


def can_confirm_week(user: User, person: User) -> bool:
    """Nobody else knows whether all of it is logged."""
    return user.may_write and user.pk == person.pk


def can_read_load(user: User, team: Team) -> bool:
    """How much lies on whoever has most, without a name: for who can spread it."""
    return user.leads(team.pk)


def can_keep_sources(user: User, team: Team) -> bool:
    return user.may_write and (user.is_org_admin or user.belongs_to(team.pk))


def can_keep_some_source(user: User) -> bool:
    return user.may_write and (user.is_org_admin or bool(user.team_ids))


def can_import(user: User) -> bool:
    return user.may_write and user.is_org_admin


def can_name_incident(user: User, entry: ToilEntry) -> bool:
    """Whether the key of the entry's incident may be shown: of a private one only to who wrote it there."""
    if entry.incident is None:
        return False
    return not entry.incident.is_private or user.pk == entry.person_id or user.is_org_admin


def can_name_item(user: User, entry: ToilEntry) -> bool:
    """The same for the action item: of a private incident only to who wrote it there."""
    if entry.item is None:
        return False
    incident = entry.item.incident
    return not (incident and incident.is_private) or user.pk == entry.person_id or user.is_org_admin


def can_import_for(user: User, team: Team) -> bool:
    """A file that holds other people's time."""
    return user.may_write and (user.leads(team.pk) or user.is_org_admin)


def can_start_import(user: User, batch: ToilImport) -> bool:
    return user.may_write and user.pk == batch.person_id


def can_read_rows(user: User, batch: ToilImport) -> bool:
    """What was wrong with which row of the file, and whose rows were left out."""
    return user.pk == batch.person_id or batch.team_id in teams_read_by(user)


def can_undo_import(user: User, batch: ToilImport) -> bool:
    is_own = user.pk == batch.person_id and not batch.for_others
    return user.may_write and (is_own or user.leads(batch.team_id) or user.is_org_admin)


def can_explain_labels(user: User, team: Team) -> bool:
    return can_keep_sources(user, team)


def can_plan_budget(user: User, team: Team) -> bool:
    """What a team does about its cap, for those who set the cap."""
    return can_edit_team(user, team)


def can_answer_survey(user: User, person: User) -> bool:
    """Nobody else knows."""
    return user.may_write and user.pk == person.pk


def can_keep_recurring(user: User, person: User) -> bool:
    return user.may_write and user.pk == person.pk
