"""What became of items that were merged into others."""

from __future__ import annotations

from django.db.models import BigIntegerField, Func


class MergedInto(Func):
    """The primary key of the item that one was merged into, and so on to the last; its own where it was not. An item
    names another as long as it is merged, so undoing that undoes this."""

    template = (
        "(WITH RECURSIVE followed(id, onward) AS ("
        "SELECT id, duplicate_of_id FROM action_items_actionitem WHERE id = %(expressions)s "
        "UNION SELECT item.id, item.duplicate_of_id FROM action_items_actionitem item "
        "JOIN followed ON item.id = followed.onward"
        ") SELECT id FROM followed WHERE onward IS NULL)"
    )
    output_field = BigIntegerField()
