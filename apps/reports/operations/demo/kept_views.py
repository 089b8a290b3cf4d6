"""Views of action items that the people one signs in as have saved, one of them for their team."""

from __future__ import annotations

from apps.accounts.models import User
from apps.action_items.models import SavedView
from apps.reports.operations.demo.stage import Stage

VIEWS = (
    ("lead@ballast.example", "Payments, in work", "status=in_progress&status=open&team=payments", True, True),
    (
        "lead@ballast.example",
        "P0 and P1 by owner",
        "group=owner&priority=P0&priority=P1&status=committed",
        False,
        False,
    ),
    ("member@ballast.example", "Mine, stuck", "owner=me&status=blocked", False, False),
)


def make_kept_views(stage: Stage) -> None:
    team = stage.squads["payments"].pk if "payments" in stage.squads else None
    for email, name, query, is_board, is_shared in VIEWS:
        owner = User.objects.get(email=email)
        SavedView.objects.create(
            uuid=stage.chance(f"view {name}").uuid(),
            owner=owner,
            name=name,
            query=query,
            is_board=is_board,
            team_id=team if is_shared else None,
        )
