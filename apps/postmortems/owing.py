"""Why an incident owes a postmortem, and until when. Pure: an incident, the policy and a moment in, reasons out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from apps.accounts.calendar import PersonCalendar
from apps.core.templatetags.times import duration
from apps.incidents.models import DetectedBy, IncidentKind, IncidentStatus, impact_time
from apps.postmortems.models import Rule

if TYPE_CHECKING:
    from apps.incidents.models import Incident
    from apps.postmortems.models import PostmortemPolicy

S = IncidentStatus
CALM = (S.MITIGATED, S.RESOLVED, S.CLOSED)  # rules are asked in these
GONE = (S.DECLINED, S.CANCELLED)  # nothing happened, so nothing is owed
COUNTED = (IncidentKind.REAL, IncidentKind.NEAR_MISS)
EVERYBODY = PersonCalendar()  # Monday to Friday: the clock of an organisation, whoever is on leave


@dataclass(frozen=True, slots=True)
class Reason:
    """`said` completes “A postmortem is owed because …”."""

    rule: Rule
    said: str

    def on(self, day: date) -> dict[str, str]:
        return {"rule": self.rule.value, "said": self.said, "on": day.isoformat()}


@dataclass(frozen=True, slots=True)
class Clock:
    """In business days from `counts_from`."""

    counts_from: date
    due_draft: date
    due_publish: date


def reasons_for(
    incident: Incident, policy: PostmortemPolicy, *, came_back: bool, now: datetime
) -> list[Reason]:
    """Every rule that the incident meets by now. None while it hurts, for exercises, and for what was backfilled.
    Reads its impact windows."""
    if incident.status not in CALM or not policy.covers(calm_since(incident).date()):
        return []
    if incident.kind == IncidentKind.NEAR_MISS:
        return [Reason(Rule.NEAR_MISS, "it was a near miss")] if policy.near_miss else []
    if incident.kind != IncidentKind.REAL:
        return []
    return list(_met(incident, policy, came_back=came_back, now=now))


def _met(incident: Incident, policy: PostmortemPolicy, *, came_back: bool, now: datetime) -> Iterator[Reason]:
    if policy.max_severity and incident.severity <= policy.max_severity:
        yield Reason(Rule.SEVERITY, f"it was SEV{incident.severity}")
    felt = impact_time(incident.impact_windows.all(), now)
    if policy.impact_minutes and felt.total_seconds() > policy.impact_minutes * 60:
        yield Reason(Rule.MINUTES, f"users felt it for {duration(felt)}")
    if policy.data_lost and incident.data_lost:
        yield Reason(Rule.DATA_LOST, "data was lost")
    if policy.was_reverted and incident.was_reverted:
        yield Reason(Rule.REVERTED, "something was rolled back or traffic sent elsewhere")
    if policy.found_by_customer and incident.detected_by == DetectedBy.CUSTOMER:
        yield Reason(Rule.CUSTOMER, "a customer noticed it first")
    if policy.came_back and came_back:
        yield Reason(Rule.CAME_BACK, "it had happened before")


def may_be_owed(incident: Incident) -> bool:
    """Whether somebody may ask for one: it is real or nearly was, and it is still an incident of its own."""
    return incident.kind in COUNTED and incident.status not in (*GONE, S.MERGED)


def calm_since(incident: Incident) -> datetime:
    """When it was mitigated; without that, when it was resolved or reached its state."""
    return incident.mitigated_at or incident.resolved_at or incident.status_since


def clock_from(known_at: datetime, *, severity: int, policy: PostmortemPolicy) -> Clock:
    """Days end in UTC, as all times of incidents do."""
    day = known_at.astimezone(UTC).date()
    draft, publish = policy.clock_of(severity)
    return Clock(day, EVERYBODY.add_business_days(day, draft), EVERYBODY.add_business_days(day, publish))
