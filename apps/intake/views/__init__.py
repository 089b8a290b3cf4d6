from apps.intake.views.alerts import alert_list, alert_vote
from apps.intake.views.deliveries import delivery_detail, delivery_list, delivery_replay
from apps.intake.views.integrations import (
    integration_detail,
    integration_edit,
    integration_list,
    integration_new,
    integration_rotate,
    integration_switch,
)

__all__ = [
    "alert_list",
    "alert_vote",
    "delivery_detail",
    "delivery_list",
    "delivery_replay",
    "integration_detail",
    "integration_edit",
    "integration_list",
    "integration_new",
    "integration_rotate",
    "integration_switch",
]
