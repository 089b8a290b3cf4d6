"""Tell the commander that an update is late: once per due moment and person, however often the clock ticks."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.incidents.models import Incident, IncidentKind
from apps.notifications.models import OutboxMail
from apps.notifications.operations import outbox_row, queue_emails

KIND = "update_late"
TOLD_WITHIN = timedelta(hours=24)
IN_EARNEST = (IncidentKind.REAL, IncidentKind.NEAR_MISS)


def remind_late_updates(now: datetime) -> int:
    """Queue the mails that are owed; how many. Nothing late costs one query.

    Whoever takes command while it is late is told too. What is late since more than a day is forgotten, not news.
    """
    late = Incident.objects.update_late(now).filter(
        update_due_at__gt=now - TOLD_WITHIN, kind__in=IN_EARNEST, commander__is_active=True
    )
    rows = [_mail(incident, now) for incident in late.select_related("commander").order_by("pk")]
    if not rows:
        return 0
    known = OutboxMail.objects.filter(dedupe_key__in=[row.dedupe_key for row in rows])
    queued = set(known.values_list("dedupe_key", flat=True))
    new = [row for row in rows if row.dedupe_key not in queued]
    queue_emails(new)
    return len(new)


def _mail(incident: Incident, now: datetime) -> OutboxMail:
    to, due = incident.commander, incident.update_due_at
    assert to is not None  # noqa: S101  (the query asked for both)
    assert due is not None  # noqa: S101
    return outbox_row(
        to,
        kind=KIND,
        once_per=f"update-late:{incident.key}:{due.isoformat()}:{to.pk}",
        not_before=now,
        expires_at=due + TOLD_WITHIN,
        payload={"incident": incident.key, "due": due.isoformat()},
    )
