"""Who reads single entries besides the person whose time it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.accounts.models import User


def teams_read_by(user: User) -> list[int]:
    """Teams that somebody leads and that let their leads read entries with names. Of other teams there are sums."""
    return [row.team_id for row in user.memberships_now if row.role == "lead" and row.team.leads_read_entries]


def teams_whose_leads_read(user: User) -> list[str]:
    """Names of somebody's teams whose leads read what is logged for them, for the pages that tell its person so."""
    return [team.name for team in user.current_teams if team.leads_read_entries]
