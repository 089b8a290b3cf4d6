"""Which incidents owe a postmortem by now: read from the audit trail, which every change writes in its own transaction.

Run at any time, by any number of workers, twice or after days of silence: what it finds is decided by the incidents
as they are, under their locks, and by one row for each. Nothing new costs a look at the end of the trail.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core.changes import apply_changes
from apps.core.engines import oldest_transaction_began
from apps.incidents.models import Incident, IncidentLink, IncidentStatus, LinkKind
from apps.incidents.operations.linking import lock_in_order
from apps.postmortems.models import (
    ObligationStatus,
    Postmortem,
    PostmortemObligation,
    PostmortemPolicy,
    Rule,
    TrailReading,
)
from apps.postmortems.operations.obligations import drop, locked, meet, owe
from apps.postmortems.operations.reminding import renew_nudges
from apps.postmortems.operations.writers import writer_of
from apps.postmortems.owing import CALM, COUNTED, GONE, Reason, calm_since, reasons_for

MARGIN = timedelta(minutes=2)  # clocks of several machines differ, and a row is stamped before it is stored
BATCH = 500
ABOUT = Q(verb__startswith="incident.") | Q(verb__startswith="postmortem.")


def judge_incidents(now: datetime) -> int:
    """How many obligations began, changed or ended."""
    policy = PostmortemPolicy.objects.current()
    reading = TrailReading.objects.first() or TrailReading(pk=1)
    reach = _settled_event(now)
    if reading.policy_version != policy.version:
        changed = sum(_judge(found, policy, now) for found in _everything(policy))
    else:
        changed = sum(_judge(found, policy, now) for found in _news(reading.event))
    if reach > reading.event or reading.policy_version != policy.version:
        _remember(max(reach, reading.event), policy)
    return changed


def _settled_event(now: datetime) -> int:
    """The newest event before which no other can appear any more: events get their numbers when they are written,
    and are seen when they are committed."""
    settled = min(now, oldest_transaction_began() or now) - MARGIN
    newest = AuditEvent.objects.filter(at__lt=settled).order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def _remember(event: int, policy: PostmortemPolicy) -> None:
    TrailReading.objects.update_or_create(pk=1, defaults={"event": event, "policy_version": policy.version})


def _news(after: int) -> Iterator[dict[int, datetime]]:
    """Incidents that something was written about, each with the last moment of it."""
    while True:
        events = AuditEvent.objects.filter(ABOUT, pk__gt=after).order_by("pk")
        found = list(events.values_list("pk", "at", "scope", "verb", "object_key")[:BATCH])
        if found:
            yield _incidents_of(found)
        if len(found) < BATCH:
            return
        after = found[-1][0]


def _incidents_of(events: list[tuple[int, datetime, str, str, str]]) -> dict[int, datetime]:
    moments: dict[str, datetime] = {}
    for _, at, scope, verb, key in events:
        about = key.partition(" ")[0] if verb.startswith("postmortem.") else scope.removeprefix("incident:")
        moments[about] = max(at, moments.get(about, at))
    own = Incident.objects.filter(key__in=moments).values_list("pk", "key")
    written = Postmortem.objects.filter(key__in=moments, incidents__isnull=False)
    return {pk: moments[key] for pk, key in [*written.values_list("incidents", "key"), *own]}


def _everything(policy: PostmortemPolicy) -> Iterator[dict[int, datetime]]:
    """Every incident that a policy which nobody has judged by yet may concern, and what is owed already."""
    asked = Q(kind__in=COUNTED, status__in=CALM)
    if policy.applies_from:
        since = datetime.combine(policy.applies_from, time(), UTC)
        asked &= Q(mitigated_at__gte=since) | Q(mitigated_at=None, status_since__gte=since)
    rows = Incident.objects.filter(asked | Q(postmortem_obligation__isnull=False)).order_by("pk")
    after = 0
    while found := list(rows.filter(pk__gt=after)[:BATCH]):
        yield {row.pk: calm_since(row) for row in found}
        after = found[-1].pk


def _judge(moments: Mapping[int, datetime], policy: PostmortemPolicy, now: datetime) -> int:
    """Only what an obligation hangs on, or should, is locked and looked at again."""
    rows = Incident.objects.filter(pk__in=moments).select_related("postmortem_obligation")
    again = _came_back(moments)
    return sum(
        _settle(row.pk, policy, known_at=min(moments[row.pk], now), now=now)
        for row in rows.prefetch_related("impact_windows").order_by("pk")
        if hasattr(row, "postmortem_obligation")
        or reasons_for(row, policy, came_back=row.pk in again, now=now)
    )


def _came_back(pks: Any) -> set[int]:
    """Those said to be an earlier one again. A link to what is private does not exist for others, so it is no
    reason that they could read."""
    links = IncidentLink.objects.of_kind(LinkKind.RECURRENCE_OF).filter(from_incident__in=list(pks))
    return set(links.filter(to_incident__is_private=False).values_list("from_incident", flat=True))


@transaction.atomic
def _settle(pk: int, policy: PostmortemPolicy, *, known_at: datetime, now: datetime) -> bool:
    by = User.objects.system()
    seen = Incident.objects.get(pk=pk)
    heir = Incident.objects.heir_of(seen)
    rows = {row.pk: row for row in lock_in_order({pk, *([heir.pk] if heir else [])})}
    incident, row = rows[pk], locked(rows[pk])
    before = (row.version, row.status) if row else None
    if incident.status == IncidentStatus.MERGED:
        _follow(row, rows.get(heir.pk) if heir else None, policy, known_at=known_at, by=by, now=now)
    elif row and (incident.status in GONE or incident.kind not in COUNTED):
        drop(row, by=by, now=now, reason="The incident was nothing that a postmortem could learn from.")
    else:
        again = pk in _came_back([pk])
        reasons = reasons_for(incident, policy, came_back=again, now=now)
        known = max(known_at, calm_since(incident))
        row = owe(incident, reasons, policy=policy, known_at=known, by=by, now=now) or row
        _catch_up(row, incident, by=by, now=now)
    return bool(row and (row.version, row.status) != before)


def _follow(
    row: PostmortemObligation | None,
    heir: Incident | None,
    policy: PostmortemPolicy,
    *,
    known_at: datetime,
    by: User,
    now: datetime,
) -> None:
    """What a merged incident owed, the one that it went into owes. Neither names the other: see `carrying`."""
    if row is None or heir is None or row.status not in (ObligationStatus.OWED, ObligationStatus.WAIVED):
        return
    if row.is_owed:
        reasons = [Reason(Rule(rule["rule"]), rule["said"]) for rule in row.rules]
        owe(heir, reasons, policy=policy, known_at=known_at, severity=row.severity, by=by, now=now)
    drop(row, by=by, now=now, reason="The incident was merged: the one it went into owes it now.")


def _catch_up(row: PostmortemObligation | None, incident: Incident, *, by: User, now: datetime) -> None:
    """Who writes it may be another by now, and it may be published."""
    if row is None or not row.is_owed:
        return
    published = incident.postmortems.published().order_by("published_at").first()
    if published:
        meet(row, published, by=by, now=published.published_at or now)
        return
    given = row.owner if row.is_given else None
    if (writer := writer_of(incident, given=given, now=now)) != row.owner:
        apply_changes(row, {"owner": writer})
    renew_nudges(row, now=now)
