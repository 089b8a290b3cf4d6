"""What was worked, by person, day and what it counts as: one statement over the slices, however many there are, and
nothing beside them.

Hours outside the working window are reckoned with it, slice by slice, by the rule of `slices.seconds_outside`: a slice
knows the second of the day at which it begins, so both databases subtract whole numbers. Only about a day on which the
clocks change is its entry asked: PostgreSQL knows time zones itself, SQLite asks the rule.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from apps.core.engines import is_postgres
from apps.core.streams import add_function, stream_rows
from apps.toil.kinds import Tally
from apps.toil.periods import Period
from apps.toil.rollup import Work
from apps.toil.slices import seconds_outside

STATEMENT = """
SELECT s.team_id, s.person_id, s.local_date, s.counts_as, sum(s.attributed) FROM toil_toilslice s
WHERE {scope} AND s.counts_as > {nothing} GROUP BY s.team_id, s.person_id, s.local_date, s.counts_as
UNION ALL
SELECT s.team_id, s.person_id, s.local_date, {nothing}, sum({by_the_clock}) FROM toil_toilslice s {hours}
WHERE {scope} AND s.counts_as >= {toil} AND s.begins >= 0 GROUP BY s.team_id, s.person_id, s.local_date
UNION ALL
SELECT s.team_id, s.person_id, s.local_date, {nothing}, sum({by_entry}) FROM toil_toilslice s
JOIN toil_toilentry e ON e.id = s.entry_id {hours}
WHERE {scope} AND s.counts_as >= {toil} AND s.begins < 0 GROUP BY s.team_id, s.person_id, s.local_date
ORDER BY team_id
"""  # Apart, since few slices have a beginning: to look up hours for each of them costs more than looking twice.
HOURS = """JOIN accounts_workschedule w ON w.user_id = s.person_id
AND w.valid_from <= s.local_date AND (w.valid_to IS NULL OR w.valid_to > s.local_date)"""
SCOPE = "s.team_id {teams} AND s.local_date >= %s AND s.local_date < %s"
FIXED = {"hours": HOURS, "nothing": int(Tally.NOT), "toil": int(Tally.TOIL)}
PART = "CAST((2 * s.attributed * (s.seconds - {inside}) + s.seconds) / (2 * s.seconds) AS integer)"
EDGE = "(s.local_date + w.{}) AT TIME ZONE e.tz"
BETWEEN = (
    f"least(s.seconds, greatest(0, date_part('epoch', least(e.ended_at, {EDGE.format('window_end')}) "
    f"- greatest(e.started_at, {EDGE.format('window_start')})))::bigint)"
)
SECOND = "CAST(strftime('%%s', '1970-01-01 ' || w.{}) AS integer)"
POSTGRES = {
    "teams": "= ANY(%s)",
    "inside": "greatest(0, least(s.begins + s.seconds, date_part('epoch', w.window_end)::int) "
    "- greatest(s.begins, date_part('epoch', w.window_start)::int))::bigint",
    "by_entry": PART.format(inside=BETWEEN),
}
SQLITE = {
    "teams": "IN (SELECT value FROM json_each(%s))",
    "inside": f"max(0, min(s.begins + s.seconds, {SECOND.format('window_end')}) "
    f"- max(s.begins, {SECOND.format('window_start')}))",
    "by_entry": "seconds_outside(s.attributed, s.seconds, s.local_date, "
    "e.started_at, e.ended_at, w.window_start, w.window_end, e.tz)",
}


def worked(teams: Collection[int], period: Period) -> Iterator[Work]:
    """Team by team in the order of their keys, as it comes from the database."""
    if not is_postgres():
        add_function("seconds_outside", _from_texts)
    parts, keys = (POSTGRES, list(teams)) if is_postgres() else (SQLITE, json.dumps(list(teams)))
    told = {"by_the_clock": PART.format(inside=parts["inside"]), "by_entry": parts["by_entry"]}
    statement = STATEMENT.format(scope=SCOPE.format(teams=parts["teams"]), **told, **FIXED)
    rows: Iterator[Any] = stream_rows(statement, [keys, period.start.isoformat(), period.end.isoformat()] * 3)
    return rows


def _from_texts(attributed: int, seconds: int, *texts: str) -> int:
    day, start, end, opens, closes, tz = texts
    ends = (
        datetime.fromisoformat(start).replace(tzinfo=UTC),
        datetime.fromisoformat(end).replace(tzinfo=UTC),
    )
    window = (time.fromisoformat(opens), time.fromisoformat(closes))
    return seconds_outside(attributed, seconds, date.fromisoformat(day), ends, window, ZoneInfo(tz))
