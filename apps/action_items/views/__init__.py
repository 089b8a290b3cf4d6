from apps.action_items.views.board import item_board
from apps.action_items.views.bulk import bulk_apply, bulk_change, bulk_edit, bulk_undo
from apps.action_items.views.calendars import calendar, calendar_close, calendars
from apps.action_items.views.effects import effect_list, item_effect
from apps.action_items.views.hints import item_hints
from apps.action_items.views.moves import item_assign, item_done, item_move, item_redate
from apps.action_items.views.pages import item_detail, item_edit, item_list, item_new
from apps.action_items.views.policy import item_policy, item_policy_edit, item_usual_date
from apps.action_items.views.recurrences import (
    recurrence_detail,
    recurrence_list,
    recurrence_new,
    recurrence_undo,
)
from apps.action_items.views.reminders import item_snooze
from apps.action_items.views.saved_views import saved_view, view_delete, view_edit, view_list, view_new
from apps.action_items.views.similar import similar_incidents

__all__ = [
    "bulk_apply",
    "bulk_change",
    "bulk_edit",
    "bulk_undo",
    "calendar",
    "calendar_close",
    "calendars",
    "effect_list",
    "item_assign",
    "item_board",
    "item_detail",
    "item_done",
    "item_edit",
    "item_effect",
    "item_hints",
    "item_list",
    "item_move",
    "item_new",
    "item_policy",
    "item_policy_edit",
    "item_redate",
    "item_snooze",
    "item_usual_date",
    "recurrence_detail",
    "recurrence_list",
    "recurrence_new",
    "recurrence_undo",
    "saved_view",
    "similar_incidents",
    "view_delete",
    "view_edit",
    "view_list",
    "view_new",
]
