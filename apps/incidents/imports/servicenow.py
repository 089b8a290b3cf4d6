"""The event log of ServiceNow's incident table: one row for each change of a ticket.

A ticket becomes one incident, each of its rows one line of the timeline. "?" means that nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from pathlib import Path

from apps.core.tables import shown
from apps.incidents.imports.reading import Findings, Row, read_table
from apps.incidents.models import EntryKind, IncidentStatus, MilestoneKind, Severity
from apps.incidents.operations import PastEntry, PastIncident, PastMilestone

UNKNOWN = {"", "?"}
COLUMNS = frozenset(
    {
        *("number", "incident_state", "opened_at", "sys_updated_at", "resolved_at", "closed_at", "priority"),
        *("category", "subcategory", "u_symptom", "cmdb_ci", "assignment_group", "assigned_to"),
        *("contact_type", "location", "closed_code", "sys_updated_by"),
    }
)
S = IncidentStatus
STATUS_OF = {
    "New": S.INVESTIGATING,
    "Active": S.INVESTIGATING,
    "Awaiting User Info": S.INVESTIGATING,
    "Awaiting Problem": S.INVESTIGATING,
    "Awaiting Vendor": S.INVESTIGATING,
    "Awaiting Evidence": S.INVESTIGATING,
    "Resolved": S.RESOLVED,
    "Closed": S.CLOSED,
}
SEVERITY_OF = {
    "1 - Critical": Severity.SEV1,
    "2 - High": Severity.SEV2,
    "3 - Moderate": Severity.SEV3,
    "4 - Low": Severity.SEV4,
}
TIMES = ("opened_at", "sys_updated_at", "resolved_at", "closed_at")
NEEDED_TIMES = ("opened_at", "sys_updated_at")
BETWEEN = {(S.INVESTIGATING, S.CLOSED): S.RESOLVED, (S.CLOSED, S.RESOLVED): S.INVESTIGATING}
Times = dict[str, datetime | None]
Event = tuple[int, Row, Times]


def read(path: Path, *, zone: tzinfo = UTC) -> Findings:
    findings = Findings()
    tickets: dict[str, list[Event]] = {}
    for line, row in read_table(path, COLUMNS, findings):
        times = _times(line, row, zone, findings)
        if times is not None and _has_number(line, row, findings):
            tickets.setdefault(row["number"], []).append((line, row, times))
    for number, events in tickets.items():
        findings.incidents.append(_incident(number, events, findings))
        if (item := events[-1][1]["cmdb_ci"]) not in UNKNOWN:
            findings.services[number] = item
    return findings


def _has_number(line: int, row: Row, findings: Findings) -> bool:
    if row["number"] in UNKNOWN or len(row["number"]) > 120:
        findings.complain(line, f"number {shown(row['number'])} names no ticket; the row is left out.")
        return False
    return True


def _times(line: int, row: Row, zone: tzinfo, findings: Findings) -> Times | None:
    """The row's times in UTC; None when one is not DD-MM-YYYY HH:MM, or one is missing that must be there."""
    times: Times = {}
    for column in TIMES:
        text = row[column]
        moment = None if text in UNKNOWN else _moment(text, zone)
        if moment is None and (text not in UNKNOWN or column in NEEDED_TIMES):
            findings.complain(line, f"{column} {shown(text)} is not DD-MM-YYYY HH:MM; the row is left out.")
            return None
        times[column] = moment
    return times


def _moment(text: str, zone: tzinfo) -> datetime | None:
    """strptime also takes one-digit days, so the length is looked at too."""
    try:
        moment = datetime.strptime(text, "%d-%m-%Y %H:%M").replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if len(text) == len("DD-MM-YYYY HH:MM") and 1970 <= moment.year <= 2100 else None


def _incident(number: str, events: list[Event], findings: Findings) -> PastIncident:
    events = sorted(events, key=lambda event: (event[2]["sys_updated_at"], event[0]))
    line, last, times = events[-1]
    opened = times["opened_at"] or datetime.now(UTC)
    return PastIncident(
        source_system="servicenow",
        external_id=number,
        title=_title(number, last),
        summary=_summary(number, last),
        severity=_severity(events, findings),
        started_at=opened,
        milestones=list(_milestones(line, times, findings)),
        moves=_moves(events, findings),
        entries=list(_entries(events)),
        tags=[] if last["category"] in UNKNOWN else [last["category"]],
    )


def _title(number: str, row: Row) -> str:
    parts = [row[name] for name in ("category", "subcategory", "u_symptom") if row[name] not in UNKNOWN]
    return ", ".join(parts) + f" ({number})" if parts else f"Ticket {number}"


def _summary(number: str, row: Row) -> str:
    how = [f"by {row['contact_type'].lower()}"] if row["contact_type"] not in UNKNOWN else []
    how += [f"at {row['location']}"] if row["location"] not in UNKNOWN else []
    opened = f" Opened {' '.join(how)}." if how else ""
    closed = "" if row["closed_code"] in UNKNOWN else f" Closed with {row['closed_code']}."
    return f"ServiceNow ticket {number}.{opened}{closed}"


def _severity(events: list[Event], findings: Findings) -> int:
    """The last priority that is known; one that is not is reported once for each of its rows."""
    severity = None
    for line, row, _times_of_row in events:
        found = SEVERITY_OF.get(row["priority"])
        if found is None:
            findings.complain(line, f"priority {shown(row['priority'])} is not known.")
        severity = found or severity
    return severity or Severity.SEV3


def _milestones(line: int, times: Times, findings: Findings) -> Iterator[PastMilestone]:
    """Opening a ticket is when somebody noticed and said so; when it began is not in the log."""
    opened, resolved, closed = times["opened_at"], times["resolved_at"], times["closed_at"]
    yield PastMilestone(MilestoneKind.DETECTED, opened)
    yield PastMilestone(MilestoneKind.DECLARED, opened)
    before = opened
    for kind, column, at in (
        (MilestoneKind.RESOLVED, "resolved_at", resolved),
        (MilestoneKind.CLOSED, "closed_at", closed),
    ):
        if at is not None and before is not None and at < before:
            findings.complain(line, f"{column} lies before what must come first; the milestone is left out.")
        elif at is not None:
            yield PastMilestone(kind, at)
            before = at


def _moves(events: list[Event], findings: Findings) -> list[tuple[str, datetime]]:
    """Each change of the status, along legal moves only; an unknown state changes nothing and is reported."""
    moves: list[tuple[str, datetime]] = []
    for line, row, times in events:
        status, at = STATUS_OF.get(row["incident_state"]), times["sys_updated_at"]
        if status is None:
            findings.complain(line, f"incident_state {shown(row['incident_state'])} is not known.")
        elif at is not None and (not moves or moves[-1][0] != status):
            moves += _legal(moves[-1][0] if moves else None, status, at, opened=times["opened_at"] or at)
    first = events[0][2]
    return moves or [(S.INVESTIGATING, first["opened_at"] or datetime.now(UTC))]


def _legal(
    before: str | None, status: IncidentStatus, at: datetime, *, opened: datetime
) -> list[tuple[str, datetime]]:
    if before is None:
        start: list[tuple[str, datetime]] = [(S.INVESTIGATING, min(opened, at))]
        return (
            start if status == S.INVESTIGATING else start + _legal(S.INVESTIGATING, status, at, opened=opened)
        )
    step = BETWEEN.get((S(before), status))
    return [*([(step, at)] if step else []), (status, at)]


def _entries(events: list[Event]) -> Iterator[PastEntry]:
    states = [None, *(row["incident_state"] for _line, row, _times_of_row in events)]
    for (before, state), (_line, row, times) in zip(pairwise(states), events, strict=True):
        kind = EntryKind.STATUS if state != before else EntryKind.CHANGE
        yield PastEntry(times["sys_updated_at"] or datetime.now(UTC), _said(row), kind)


def _said(row: Row) -> str:
    """Resolved. Assigned to Group 56, Resolver 12. Priority 3 - Moderate. Changed by Updated by 21."""
    owners = [row[name] for name in ("assignment_group", "assigned_to") if row[name] not in UNKNOWN]
    said = [row["incident_state"] if row["incident_state"] not in UNKNOWN else "State not told"]
    said += [f"Assigned to {', '.join(owners)}"] if owners else []
    said += [f"Priority {row['priority']}"] if row["priority"] not in UNKNOWN else []
    said += [row["sys_updated_by"]] if row["sys_updated_by"] not in UNKNOWN else []
    return ". ".join(said) + "."
