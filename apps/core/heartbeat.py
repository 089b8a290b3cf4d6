"""The dead man's switch: while all is well a call goes out each minute, and somebody else notices when none comes."""

import structlog
from django.conf import settings

from apps.core import health, outbound

log = structlog.get_logger("ballast.heartbeat")


def send_heartbeat() -> bool:
    """Whether it was sent. Not when something is unwell: then its absence is the message. The address is a secret, so
    nothing repeats it."""
    if not settings.HEARTBEAT_URL:
        return False
    parts = health.state()
    if not health.is_well(parts):
        log.warning("no heartbeat", **parts)
        return False
    try:
        answer = outbound.post(settings.HEARTBEAT_URL, b"", {"User-Agent": "Ballast"})
    except (outbound.Refused, outbound.NoAnswer) as error:
        log.warning("heartbeat not taken", reason=str(error))
        return False
    if not 200 <= answer.status < 300:
        log.warning("heartbeat not taken", status=answer.status)
    return 200 <= answer.status < 300
