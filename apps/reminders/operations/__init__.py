from apps.reminders.operations.learning import (
    plan_learning_letters,
    send_learning_letter_now,
    stop_learning_letter,
)
from apps.reminders.operations.planning import plan_digests, send_digest_now

__all__ = [
    "plan_digests",
    "plan_learning_letters",
    "send_digest_now",
    "send_learning_letter_now",
    "stop_learning_letter",
]
