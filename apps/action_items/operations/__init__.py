from apps.action_items.operations.dates import default_due, redate
from apps.action_items.operations.items import add_action_item, assign, edit_action_item
from apps.action_items.operations.moves import transition

__all__ = ["add_action_item", "assign", "default_due", "edit_action_item", "redate", "transition"]
