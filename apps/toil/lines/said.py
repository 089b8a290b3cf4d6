"""What is said once a line is logged, on a page and in a terminal."""

from __future__ import annotations

from apps.core.templatetags.times import duration
from apps.toil.models import ToilEntry
from apps.toil.percent import Share


def logged_words(entry: ToilEntry, share: Share) -> str:
    """`share` is that of its week."""
    team = entry.team
    found = f"Its week: {share.shown(team.toil_cap_pct)} toil."
    if share.exact is None:
        found = "Nobody has working hours for it in that week, so there is no share of toil yet."
    return f"Logged {duration(entry.seconds)} for {team.name}. {found}"
