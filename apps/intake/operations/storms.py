"""More than twenty new alerts of one integration in ten minutes are one candidate with a counter."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from apps.accounts.models import User
from apps.core.changes import apply_changes, lock
from apps.incidents.models import Incident, IncidentStatus
from apps.incidents.operations import declare_incident, edit_incident
from apps.intake.models import Alert, Integration, Storm

MOST = 20
NAMED = "Alert storm from"
WITHIN = timedelta(minutes=10)


def join_storm(alert: Alert, *, now: datetime) -> Storm | None:
    """The storm that this new alert is part of, begun if it is the one too many; None in ordinary times.

    The integration stays locked, so that two workers do not both open the last candidate, or two storms.
    """
    locked = Integration.objects.select_for_update(of=("self",), no_key=True)  # deliveries still come in
    integration = locked.get(pk=alert.integration_id)
    if Alert.objects.opened_since(integration, now - WITHIN).count() < MOST:
        return None
    storm = _current(integration) or _begin(alert, now=now)
    apply_changes(alert, {"incident": storm.incident, "opened_at": now})
    Storm.objects.filter(pk=storm.pk).update(count=F("count") + 1)
    return storm


def _current(integration: Integration) -> Storm | None:
    """The one that goes on; it ends with its candidate."""
    storm: Storm | None = integration.storms.select_related("incident").filter(ended_at=None).first()
    if storm and not storm.incident.is_open:
        return None
    return storm


def _begin(alert: Alert, *, now: datetime) -> Storm:
    integration = alert.integration
    integration.storms.filter(ended_at=None).update(ended_at=now)
    incident = declare_incident(
        title=f"{NAMED} {integration.name}",
        severity=integration.severity,
        services=[integration.service] if integration.service else [],
        summary=(
            f"{integration.name} sent more than {MOST} new alerts within ten minutes. "
            "Those beyond are counted here and have no candidate of their own; the delivery log names each."
        ),
        status=IncidentStatus.TRIAGE,
        started_at=now,
        by=User.objects.system(),
        now=now,
    )
    storm = Storm(integration=integration, incident=incident, began_at=now)
    storm.save(force_insert=True)
    return storm


def settle_storms(now: datetime) -> None:
    """Say in its title how many a storm has counted, and end what has been calm for ten minutes."""
    for storm in Storm.objects.filter(ended_at=None).select_related("incident", "integration"):
        _tell(storm, now)
        if (
            not Alert.objects.opened_since(storm.integration, now - WITHIN).exists()
            and storm.began_at < now - WITHIN
        ):
            Storm.objects.filter(pk=storm.pk).update(ended_at=now)


@transaction.atomic
def _tell(storm: Storm, now: datetime) -> None:
    row = lock(storm)
    if row.count == row.told:
        return
    apply_changes(row, {"told": row.count})
    incident = Incident.objects.get(pk=row.incident_id)
    if not incident.is_open or not incident.title.startswith(NAMED):  # a person has found better words
        return
    title = f"{NAMED} {storm.integration.name}: {row.count} alerts"
    edit_incident(incident, changes={"title": title}, by=User.objects.system(), now=now)
