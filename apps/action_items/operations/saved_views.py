"""Keeping ways to look at the list, and sharing them with a team."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.action_items.models import SavedView
from apps.action_items.models.saved_view import MOST_VIEWS
from apps.action_items.policies import can_delete_view, can_edit_view
from apps.audit.operations import record
from apps.core.changes import apply_changes, lock, plain
from apps.core.permissions import require

if TYPE_CHECKING:
    from apps.accounts.models import Team
    from apps.incidents.models import Incident

EDITABLE = ("name", "team", "query", "incident", "is_board")


@transaction.atomic
def save_view(
    *,
    name: str,
    query: str,
    incident: Incident | None = None,
    team: Team | None = None,
    is_board: bool = False,
    by: User,
) -> SavedView:
    """A view of one's own, or shared with a team that one is in. `query` and `incident` are what `read_query` gave."""
    require(by.is_active)
    _lock_owner(by.pk)
    if SavedView.objects.filter(owner=by).count() >= MOST_VIEWS:
        raise ValidationError(f"You have {MOST_VIEWS} views already. Delete one first.")
    view = SavedView(owner=by, name=name, query=query, incident=incident, team=team, is_board=is_board)
    _check_team(view, by)
    _check_name(view)
    view.full_clean(exclude={"owner", "team", "incident"})
    view.save()
    told = {field: [None, plain(getattr(view, field))] for field in EDITABLE if getattr(view, field)}
    record("view.saved", view, by=by, changes=told)
    return view


@transaction.atomic
def edit_view(view: SavedView, *, changes: Mapping[str, Any], by: User) -> SavedView:
    _lock_owner(view.owner_id)
    row = lock(view)
    require(can_edit_view(by, row), "A view is changed by who saved it.")
    wanted = SavedView(
        pk=row.pk, owner=row.owner, **{name: changes[name] for name in EDITABLE if name in changes}
    )
    _check_name(wanted)
    diff = apply_changes(row, {name: changes[name] for name in EDITABLE if name in changes})
    if "team" in diff:
        _check_team(row, by)
    if diff:
        record("view.edited", row, by=by, changes=diff)
    return row


@transaction.atomic
def delete_view(view: SavedView, *, by: User) -> None:
    row = lock(view)
    require(
        can_delete_view(by, row),
        "A view is deleted by who saved it, or a lead of the team it is shared with.",
    )
    record("view.deleted", row, by=by, changes={"name": [row.name, None]})
    row.delete()


def _lock_owner(pk: int) -> None:
    """Two views of one person are counted and named one after the other."""
    User.objects.select_for_update(of=("self",)).get(pk=pk)


def _check_name(view: SavedView) -> None:
    same = SavedView.objects.filter(owner=view.owner, name=view.name).exclude(pk=view.pk)
    if same.exists():
        raise ValidationError({"name": "You have a view of this name already."})


def _check_team(view: SavedView, by: User) -> None:
    if view.team is not None and not by.belongs_to(view.team.pk):
        raise ValidationError({"team": "A view is shared with a team that you are in."})
