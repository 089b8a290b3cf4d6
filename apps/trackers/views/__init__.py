from apps.trackers.views.connections import (
    connection_detail,
    connection_edit,
    connection_list,
    connection_new,
)
from apps.trackers.views.items import item, item_create, item_link, item_look, item_unlink, link_list
from apps.trackers.views.steps import (
    connection_remove,
    connection_secret,
    connection_switch,
    connection_try,
)

__all__ = [
    "connection_detail",
    "connection_edit",
    "connection_list",
    "connection_new",
    "connection_remove",
    "connection_secret",
    "connection_switch",
    "connection_try",
    "item",
    "item_create",
    "item_link",
    "item_look",
    "item_unlink",
    "link_list",
]
