from apps.trackers.models.connection import Connection, ConnectionQuerySet, validate_base_url
from apps.trackers.models.delivery import HookDelivery, Outcome
from apps.trackers.models.ref import ExternalRef, ExternalRefQuerySet, RefState, new_marker

__all__ = [
    "Connection",
    "ConnectionQuerySet",
    "ExternalRef",
    "ExternalRefQuerySet",
    "HookDelivery",
    "Outcome",
    "RefState",
    "new_marker",
    "validate_base_url",
]
