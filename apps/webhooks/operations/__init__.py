from apps.webhooks.operations.delivery import deliver_due
from apps.webhooks.operations.endpoints import (
    add_endpoint,
    edit_endpoint,
    present_secret,
    remove_endpoint,
    replace_secret,
    send_test,
)
from apps.webhooks.operations.planning import plan_deliveries
from apps.webhooks.operations.replaying import forget_old, replay, replay_dead

__all__ = [
    "add_endpoint",
    "deliver_due",
    "edit_endpoint",
    "forget_old",
    "plan_deliveries",
    "present_secret",
    "remove_endpoint",
    "replace_secret",
    "replay",
    "replay_dead",
    "send_test",
]
