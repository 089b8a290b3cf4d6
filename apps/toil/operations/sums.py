"""What was worked, by person, day, kind and category: one statement over the slices, however many there are.

Hours outside the working window are reckoned with it, slice by slice, by the rule of `slices.seconds_outside`: the
database does so itself where it knows time zones (PostgreSQL), else it asks the rule (SQLite).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from apps.core.engines import is_postgres
from apps.core.streams import add_function, stream_rows
from apps.toil.periods import Period
from apps.toil.rollup import Work
from apps.toil.slices import seconds_outside

STATEMENT = """
WITH worked AS MATERIALIZED (
    SELECT s.team_id, s.person_id, s.local_date, e.kind, e.category, sum(s.attributed), sum({outside})
    FROM toil_toilslice s
    JOIN toil_toilentry e ON e.id = s.entry_id
    LEFT JOIN accounts_workschedule w ON e.started_at IS NOT NULL AND e.kind = 'toil' AND w.user_id = s.person_id
        AND w.valid_from <= s.local_date AND (w.valid_to IS NULL OR w.valid_to > s.local_date)
    WHERE e.status = 'confirmed' AND s.team_id {teams} AND s.local_date >= %s AND s.local_date < %s
    GROUP BY s.team_id, s.person_id, s.local_date, e.kind, e.category
)
SELECT * FROM worked ORDER BY team_id
"""  # apart, so that sums are sorted and not slices
EDGE = "(s.local_date + w.{}) AT TIME ZONE e.tz"
INSIDE = (
    f"least(s.seconds, greatest(0, extract(epoch FROM least(e.ended_at, {EDGE.format('window_end')}) "
    f"- greatest(e.started_at, {EDGE.format('window_start')})))::bigint)"
)
POSTGRES = {
    "teams": "= ANY(%s)",
    "outside": "CASE WHEN w.id IS NULL THEN 0 ELSE "
    f"((2 * s.attributed * (s.seconds - {INSIDE}) + s.seconds) / (2 * s.seconds))::int END",
}
SQLITE = {
    "teams": "IN (SELECT value FROM json_each(%s))",
    "outside": "CASE WHEN w.id IS NULL THEN 0 ELSE seconds_outside("
    "s.attributed, s.seconds, s.local_date, e.started_at, e.ended_at, w.window_start, w.window_end, e.tz) END",
}


def worked(teams: Collection[int], period: Period) -> Iterator[Work]:
    """Team by team in the order of their keys, as it comes from the database."""
    if not is_postgres():
        add_function("seconds_outside", _from_texts)
    parts, keys = (POSTGRES, list(teams)) if is_postgres() else (SQLITE, json.dumps(list(teams)))
    rows = stream_rows(STATEMENT.format(**parts), [keys, period.start.isoformat(), period.end.isoformat()])
    return map(Work._make, rows)


def _from_texts(attributed: int, seconds: int, *texts: str) -> int:
    day, start, end, opens, closes, tz = texts
    ends = (
        datetime.fromisoformat(start).replace(tzinfo=UTC),
        datetime.fromisoformat(end).replace(tzinfo=UTC),
    )
    window = (time.fromisoformat(opens), time.fromisoformat(closes))
    return seconds_outside(attributed, seconds, date.fromisoformat(day), ends, window, ZoneInfo(tz))
