from apps.intake.models.alert import Alert, AlertQuerySet, AlertVote, Storm
from apps.intake.models.delivery import WAITING, Delivery, DeliveryStatus, Outcome
from apps.intake.models.integration import Integration, Kind, Rule, new_key
from apps.intake.models.volume import Volume

__all__ = [
    "WAITING",
    "Alert",
    "AlertQuerySet",
    "AlertVote",
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
