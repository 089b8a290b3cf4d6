"""What an incident can be: its severities, kinds and states, and the table of legal moves."""

from datetime import timedelta

from django.db import models

REOPEN_WITHIN = timedelta(days=14)


class Severity(models.IntegerChoices):
    SEV1 = 1, "SEV1"
    SEV2 = 2, "SEV2"
    SEV3 = 3, "SEV3"
    SEV4 = 4, "SEV4"


class IncidentKind(models.TextChoices):
    REAL = "real", "Real"
    NEAR_MISS = "near_miss", "Near miss"
    DRILL = "drill", "Drill"
    TEST = "test", "Test"
    BACKFILLED = "backfilled", "Backfilled"


def kinds_fit(part: str, whole: str) -> bool:
    """Whether an incident of the one kind may be merged into one of the other. A drill that swallows a real incident
    would take it out of every figure."""
    swallowed = (IncidentKind.NEAR_MISS, IncidentKind.BACKFILLED)
    return part == whole or (whole == IncidentKind.REAL and part in swallowed)


class DetectedBy(models.TextChoices):
    """Who noticed first; empty while nobody has said."""

    MONITORING = "monitoring", "Monitoring"
    COLLEAGUE = "colleague", "A colleague"
    CUSTOMER = "customer", "A customer"


class IncidentStatus(models.TextChoices):
    TRIAGE = "triage", "Triage"
    INVESTIGATING = "investigating", "Investigating"
    IDENTIFIED = "identified", "Identified"
    MITIGATED = "mitigated", "Mitigated"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"
    DECLINED = "declined", "Declined"
    CANCELLED = "cancelled", "Cancelled"
    MERGED = "merged", "Merged"


S = IncidentStatus
OPEN = (S.TRIAGE, S.INVESTIGATING, S.IDENTIFIED, S.MITIGATED)
HURTS = (S.TRIAGE, S.INVESTIGATING, S.IDENTIFIED)  # a real incident has an open impact window in these
NEXT_STATUS: dict[str, tuple[str, ...]] = {
    S.TRIAGE: (S.INVESTIGATING, S.DECLINED, S.MERGED),
    S.INVESTIGATING: (S.IDENTIFIED, S.MITIGATED, S.RESOLVED, S.CANCELLED, S.MERGED),
    S.IDENTIFIED: (S.INVESTIGATING, S.MITIGATED, S.RESOLVED, S.CANCELLED, S.MERGED),
    S.MITIGATED: (S.RESOLVED, S.INVESTIGATING, S.MERGED),
    S.RESOLVED: (S.CLOSED, S.INVESTIGATING),
    S.CLOSED: (S.INVESTIGATING,),
    S.DECLINED: (S.TRIAGE,),
    S.CANCELLED: (S.TRIAGE,),
    S.MERGED: (),
}
REASON_NEEDED: frozenset[tuple[str, str]] = frozenset(
    {
        (S.TRIAGE, S.DECLINED),
        (S.INVESTIGATING, S.CANCELLED),
        (S.IDENTIFIED, S.CANCELLED),
        (S.MITIGATED, S.INVESTIGATING),
        (S.RESOLVED, S.INVESTIGATING),
        (S.CLOSED, S.INVESTIGATING),
        (S.DECLINED, S.TRIAGE),
        (S.CANCELLED, S.TRIAGE),
    }
)
LATE_REOPENING: frozenset[str] = frozenset({S.CLOSED, S.DECLINED, S.CANCELLED})
