"""A message in the portal, written anew when somebody reads it."""

from __future__ import annotations

import re
from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError

from apps.notifications import kinds
from apps.notifications.models import OutboxMail

SPACE = re.compile(r"\n{3,}")
log = structlog.get_logger("ballast.mail")


def text_of(row: OutboxMail, now: datetime) -> str:
    """ "" when nothing is left to say, or it cannot be said any more."""
    try:
        mail = kinds.renderer(row.kind)(row, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # a message of a kind that is gone must not take the inbox with it
        log.error("message cannot be written", kind=row.kind, key=row.dedupe_key, exc_info=error)
        return ""
    return SPACE.sub("\n\n", mail.text.strip()) if mail else ""
