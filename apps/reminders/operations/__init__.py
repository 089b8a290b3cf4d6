from apps.reminders.operations.planning import plan_digests, send_digest_now

__all__ = ["plan_digests", "send_digest_now"]
