from apps.intake.models.alert import Alert, Storm
from apps.intake.models.delivery import WAITING, Delivery, DeliveryStatus, Outcome
from apps.intake.models.integration import Integration, Kind, Rule, new_key
from apps.intake.models.volume import Volume

__all__ = [
    "WAITING",
    "Alert",
    "Delivery",
    "DeliveryStatus",
    "Integration",
    "Kind",
    "Outcome",
    "Rule",
    "Storm",
    "Volume",
    "new_key",
]
