from apps.action_items.operations.dates import default_due, redate
from apps.action_items.operations.items import add_action_item, assign, edit_action_item
from apps.action_items.operations.moves import transition
from apps.action_items.operations.recurring import mark_recurrence, say_it_came_back, undo_recurrence

__all__ = [
    "add_action_item",
    "assign",
    "default_due",
    "edit_action_item",
    "mark_recurrence",
    "redate",
    "say_it_came_back",
    "transition",
    "undo_recurrence",
]
