from apps.webhooks.views.deliveries import delivery_detail, delivery_list, delivery_replay, endpoint_replay
from apps.webhooks.views.endpoints import endpoint_detail, endpoint_edit, endpoint_list, endpoint_new
from apps.webhooks.views.steps import endpoint_remove, endpoint_secret, endpoint_test

__all__ = [
    "delivery_detail",
    "delivery_list",
    "delivery_replay",
    "endpoint_detail",
    "endpoint_edit",
    "endpoint_list",
    "endpoint_new",
    "endpoint_remove",
    "endpoint_replay",
    "endpoint_secret",
    "endpoint_test",
]
