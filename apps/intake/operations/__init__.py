from apps.intake.operations.claims import forget_old, replay_delivery
from apps.intake.operations.integrations import (
    add_integration,
    edit_integration,
    rotate_key,
    switch_integration,
)
from apps.intake.operations.processing import process_due
from apps.intake.operations.receiving import check_signature, receive_delivery
from apps.intake.operations.volumes import TooMuchToday, note_refusal
from apps.intake.operations.votes import vote_on_alert

__all__ = [
    "TooMuchToday",
    "add_integration",
    "check_signature",
    "edit_integration",
    "forget_old",
    "note_refusal",
    "process_due",
    "receive_delivery",
    "replay_delivery",
    "rotate_key",
    "switch_integration",
    "vote_on_alert",
]
