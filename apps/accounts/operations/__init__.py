"""The only code that writes people, teams, memberships, schedules, absences and tokens."""

from apps.accounts.operations.holidays import read_missing_holidays
from apps.accounts.operations.memberships import add_member, change_member, end_membership
from apps.accounts.operations.passwords import person_of_key, request_password_reset, reset_keys, set_password
from apps.accounts.operations.people import (
    add_person,
    deactivate_person,
    edit_person,
    edit_profile,
    invite_person,
    reactivate_person,
)
from apps.accounts.operations.schedules import add_absence, remove_absence, set_schedule
from apps.accounts.operations.teams import add_team, edit_team
from apps.accounts.operations.tokens import create_token, note_use, revoke_token

__all__ = [
    "add_absence",
    "add_member",
    "add_person",
    "add_team",
    "change_member",
    "create_token",
    "deactivate_person",
    "edit_person",
    "edit_profile",
    "edit_team",
    "end_membership",
    "invite_person",
    "note_use",
    "person_of_key",
    "reactivate_person",
    "read_missing_holidays",
    "remove_absence",
    "request_password_reset",
    "reset_keys",
    "revoke_token",
    "set_password",
    "set_schedule",
]
