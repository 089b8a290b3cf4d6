from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from apps.accounts.models import Team, User
from apps.accounts.operations.people import RESERVED, save_new
from apps.accounts.policies import can_add_team, can_edit_team
from apps.audit.operations import record
from apps.core.changes import apply_changes, lock, plain
from apps.core.permissions import require
from apps.core.validators import refuse_reserved

FIELDS = (
    *("name", "description", "toil_cap_pct", "cap_applies_to"),
    *("nudges_checkins", "leads_read_entries"),
)


@transaction.atomic
def add_team(*, name: str, slug: str, by: User, **fields: Any) -> Team:
    require(can_add_team(by), "Only admins add teams.")
    team = Team(name=name, slug=slug, **fields)
    team.full_clean()
    refuse_reserved(slug, RESERVED)
    save_new(team, {"slug": "A team with this name was added this moment."})
    values = {"name": name, "slug": slug, **fields}
    record("team.added", team, by=by, changes={key: [None, plain(value)] for key, value in values.items()})
    return team


@transaction.atomic
def edit_team(team: Team, *, changes: Mapping[str, Any], by: User) -> Team:
    row = lock(team)
    require(can_edit_team(by, row), "Only leads of the team and admins change it.")
    diff = apply_changes(row, {name: changes[name] for name in FIELDS if name in changes})
    if diff:
        record("team.edited", row, by=by, changes=diff)
    return row
