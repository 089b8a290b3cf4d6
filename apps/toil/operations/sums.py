"""What was worked, by person and day: one statement over the slices, however many there are.

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
from apps.toil.kinds import Category
from apps.toil.periods import Period
from apps.toil.rollup import Work
from apps.toil.slices import seconds_outside

STATEMENT = """
WITH worked AS MATERIALIZED (
    SELECT s.team_id, s.person_id, s.local_date, {sums}
    FROM toil_toilslice s
    JOIN toil_toilentry e ON e.id = s.entry_id
    LEFT JOIN accounts_workschedule w ON e.started_at IS NOT NULL AND e.kind = 'toil' AND w.user_id = s.person_id
        AND w.valid_from <= s.local_date AND (w.valid_to IS NULL OR w.valid_to > s.local_date)
    WHERE e.status = 'confirmed' AND s.team_id {teams} AND s.local_date >= %s AND s.local_date < %s
    GROUP BY s.team_id, s.person_id, s.local_date
)
SELECT * FROM worked ORDER BY team_id
"""  # apart, so that sums are sorted and not slices
SINGLE = len(Work._fields) - 1
EDGE = "(s.local_date + w.{}) AT TIME ZONE e.tz"
INSIDE = (
    f"least(s.seconds, greatest(0, date_part('epoch', least(e.ended_at, {EDGE.format('window_end')}) "
    f"- greatest(e.started_at, {EDGE.format('window_start')})))::bigint)"
)
POSTGRES = {
    "teams": "= ANY(%s)",
    "outside": f"((2 * s.attributed * (s.seconds - {INSIDE}) + s.seconds) / (2 * s.seconds))::int",
}
SQLITE = {
    "teams": "IN (SELECT value FROM json_each(%s))",
    "outside": "seconds_outside(s.attributed, s.seconds, s.local_date, "
    "e.started_at, e.ended_at, w.window_start, w.window_end, e.tz)",
}


def worked(teams: Collection[int], period: Period) -> Iterator[Work]:
    """Team by team in the order of their keys, as it comes from the database."""
    if not is_postgres():
        add_function("seconds_outside", _from_texts)
    parts, keys = (POSTGRES, list(teams)) if is_postgres() else (SQLITE, json.dumps(list(teams)))
    statement = STATEMENT.format(teams=parts["teams"], sums=", ".join(_sums(parts["outside"])))
    rows = stream_rows(statement, [keys, period.start.isoformat(), period.end.isoformat()])
    return (Work._make((*row[:SINGLE], row[SINGLE:])) for row in rows)


def _sums(outside: str) -> Iterator[str]:
    """In the order of `Work`."""
    yield _sum("s.attributed", "e.kind = 'toil'")
    yield _sum(outside, "w.id IS NOT NULL")
    yield _sum("s.attributed", "e.kind = 'ops_other'")
    for category in Category:
        yield _sum("s.attributed", f"e.category = '{category}' AND e.kind = 'toil'")


def _sum(what: str, where: str) -> str:
    return f"coalesce(sum({what}) FILTER (WHERE {where}), 0)"


def _from_texts(attributed: int, seconds: int, *texts: str) -> int:
    day, start, end, opens, closes, tz = texts
    ends = (
        datetime.fromisoformat(start).replace(tzinfo=UTC),
        datetime.fromisoformat(end).replace(tzinfo=UTC),
    )
    window = (time.fromisoformat(opens), time.fromisoformat(closes))
    return seconds_outside(attributed, seconds, date.fromisoformat(day), ends, window, ZoneInfo(tz))
