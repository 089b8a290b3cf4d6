from apps.webhooks.models.delivery import Attempt, Delivery, DeliveryQuerySet, DeliveryStatus
from apps.webhooks.models.endpoint import Endpoint, EndpointQuerySet, Format, validate_called

__all__ = [
    "Attempt",
    "Delivery",
    "DeliveryQuerySet",
    "DeliveryStatus",
    "Endpoint",
    "EndpointQuerySet",
    "Format",
    "validate_called",
]
