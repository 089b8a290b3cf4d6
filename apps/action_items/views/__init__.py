from apps.action_items.views.board import item_board
from apps.action_items.views.bulk import bulk_apply, bulk_change, bulk_edit, bulk_undo
from apps.action_items.views.calendars import calendar, calendar_close, calendars
from apps.action_items.views.checklist import step_edit, step_move, step_new, step_remove, step_tick
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
from apps.action_items.views.reshaping import item_merge, item_split, item_unmerge, item_unsplit
from apps.action_items.views.saved_views import saved_view, view_delete, view_edit, view_list, view_new
from apps.action_items.views.similar import similar_incidents
from apps.action_items.views.talk import (
    comment_edit,
    comment_new,
    comment_remove,
    item_people,
    item_watch,
)
from apps.action_items.views.ties import dependency_new, dependency_remove

__all__ = [
    "bulk_apply",
    "bulk_change",
    "bulk_edit",
    "bulk_undo",
    "calendar",
    "calendar_close",
    "calendars",
    "comment_edit",
    "comment_new",
    "comment_remove",
    "dependency_new",
    "dependency_remove",
    "effect_list",
    "item_assign",
    "item_board",
    "item_detail",
    "item_done",
    "item_edit",
    "item_effect",
    "item_hints",
    "item_list",
    "item_merge",
    "item_move",
    "item_new",
    "item_people",
    "item_policy",
    "item_policy_edit",
    "item_redate",
    "item_snooze",
    "item_split",
    "item_unmerge",
    "item_unsplit",
    "item_usual_date",
    "item_watch",
    "recurrence_detail",
    "recurrence_list",
    "recurrence_new",
    "recurrence_undo",
    "saved_view",
    "similar_incidents",
    "step_edit",
    "step_move",
    "step_new",
    "step_remove",
    "step_tick",
    "view_delete",
    "view_edit",
    "view_list",
    "view_new",
]
