"""Who may do what to an action item. Fields and today's memberships, no queries."""

from apps.accounts.models import User
from apps.action_items.models import ActionItem, BulkChange, ItemComment, Recurrence, SavedView
from apps.incidents.models import Incident
from apps.incidents.policies import can_respond


def can_configure(user: User) -> bool:
    """Which due dates are usual, and what follows an end."""
    return user.is_org_admin and user.may_write


def can_add_action_item(user: User) -> bool:
    return user.may_write


def can_edit_action_item(user: User, item: ActionItem) -> bool:
    """Who wrote it down, who owns it, the team that it belongs to, and admins."""
    if not user.may_write:
        return False
    is_named = user.pk in {item.created_by_id, item.owner_id}
    return user.is_org_admin or is_named or (item.team_id is not None and user.belongs_to(item.team_id))


def can_verify_action_item(user: User, item: ActionItem) -> bool:
    """Anybody who may write; of a P0 or P1 neither its owner nor who marked it done: a second pair of eyes."""
    return user.may_write and not (item.is_urgent and user.pk in {item.owner_id, item.done_by_id})


def can_judge_effect(user: User, item: ActionItem) -> bool:
    """Whether it helped says who owns it, who leads its team, or an admin."""
    if not user.may_write:
        return False
    return user.pk == item.owner_id or user.is_org_admin or user.leads(item.team_id)


def can_snooze_action_item(user: User, item: ActionItem) -> bool:
    return user.may_write and user.pk == item.owner_id


def can_drop_action_item(user: User, item: ActionItem) -> bool:
    """P0 and P1 are given up by a lead of the item's team or an admin, never by the owner alone."""
    if not can_edit_action_item(user, item):
        return False
    return not item.is_urgent or (
        user.pk != item.owner_id and (user.is_org_admin or user.leads(item.team_id))
    )


def can_own_action_item(user: User) -> bool:
    return user.is_active and user.may_write and not user.is_system


def can_undo_bulk_change(user: User, change: BulkChange) -> bool:
    return user.may_write and user.pk == change.by_id


def can_edit_view(user: User, view: SavedView) -> bool:
    return user.is_active and user.pk == view.owner_id


def can_delete_view(user: User, view: SavedView) -> bool:
    """Who saved it, and a lead of the team that sees it."""
    return can_edit_view(user, view) or (
        user.may_write and view.team_id is not None and user.leads(view.team_id)
    )


def can_mark_recurrence(user: User, incident: Incident) -> bool:
    """Whoever responds to the incident; the item may be anybody's."""
    return can_respond(user, incident)


def can_undo_recurrence(user: User, row: Recurrence) -> bool:
    """Who marked it, who responds to the incident, and who leads the team of the item."""
    if not user.may_write:
        return False
    return user.pk == row.by_id or user.leads(row.action_item.team_id) or can_respond(user, row.incident)


def can_comment(user: User, item: ActionItem) -> bool:
    """Everybody who sees the item and may write at all; the doors find those items."""
    return user.may_write


def can_edit_comment(user: User, comment: ItemComment) -> bool:
    return user.may_write and user.pk == comment.author_id


def can_remove_comment(user: User, comment: ItemComment) -> bool:
    return can_edit_comment(user, comment) or (user.is_org_admin and user.may_write)
