from apps.trackers.operations.connections import (
    add_connection,
    edit_connection,
    present_hook_secret,
    remove_connection,
    replace_hook_secret,
    switch_connection,
    try_connection,
)
from apps.trackers.operations.hooks import forget_old, receive_hook, sender_of
from apps.trackers.operations.refs import ask_for_issue, link_issue, look_again, unlink
from apps.trackers.operations.syncing import sync_due

__all__ = [
    "add_connection",
    "ask_for_issue",
    "edit_connection",
    "forget_old",
    "link_issue",
    "look_again",
    "present_hook_secret",
    "receive_hook",
    "remove_connection",
    "replace_hook_secret",
    "sender_of",
    "switch_connection",
    "sync_due",
    "try_connection",
    "unlink",
]
