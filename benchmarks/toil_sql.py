"""What stored weeks cost where they are stored, as JSON. Inside the portal's settings; benchmarks/toil.py starts it.

What is compared is done in turn, and medians are compared: all of it waits for the same disk and the same neighbours.
"""

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from apps.accounts.models import Team, User  # noqa: E402
from apps.core.engines import is_postgres  # noqa: E402
from apps.toil.models import DirtyWeek, TeamWeek, ToilEntry  # noqa: E402
from apps.toil.operations import bulk, entries, log_entry, recompute_all, recompute_dirty_weeks  # noqa: E402
from apps.toil.operations.bulk import log_many  # noqa: E402
from apps.toil.operations.drafts import draft_entry  # noqa: E402
from benchmarks.sql import watched  # noqa: E402

SINGLES, BATCHES, BATCH = 300, 7, 5_000
WEEK = {
    "postgresql": "date_trunc('week', s.local_date)",
    "sqlite": "date(s.local_date, 'weekday 0', '-6 days')",
}
GROUP_BY = (
    "SELECT s.team_id, {week} AS week, e.category, sum(s.attributed) FROM toil_toilslice s "
    "JOIN toil_toilentry e ON e.id = s.entry_id WHERE e.status = 'confirmed' GROUP BY 1, 2, 3"
)
OF_ENTRIES = (  # what was logged, as it was logged: neither cut at midnight nor shared where two overlap
    "SELECT s.team_id, {week} AS week, s.category, sum(s.seconds) FROM toil_toilentry s "
    "WHERE s.status = 'confirmed' GROUP BY 1, 2, 3"
)
OF_SLICES = (  # what slices say themselves, without their entries
    "SELECT s.team_id, {week} AS week, s.counts_as, sum(s.attributed) FROM toil_toilslice s "
    "WHERE s.counts_as > 0 GROUP BY 1, 2, 3"
)


def timed(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def in_turn(count: int, *calls: Callable[[], Any]) -> list[float]:
    """The median milliseconds of each."""
    rounds = [[timed(call) for call in calls] for _ in range(count)]
    return [statistics.median(times) for times in zip(*rounds, strict=True)]


def asked(statement: str) -> Callable[[], Any]:
    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement.format(week=WEEK[connection.vendor]))
            while cursor.fetchmany(5_000):
                pass

    return ask


def all_teams() -> dict[str, Any]:
    client = Client(headers={"Host": "localhost"})
    client.force_login(User.objects.get(email="member@ballast.example"))
    watch = watched(lambda: client.get("/api/v1/toil/teams/?weeks=13"))
    return {"ms": watch.seconds * 1000, "statements": watch.count}


def recompute(rounds: int) -> dict[str, float]:
    """From nothing, which writes every week; then again, which finds every week as it is."""
    teams, now = list(Team.objects.order_by("pk")), timezone.now()
    first = timed(lambda: recompute_all(teams, now=now))
    plain = {"group_by": asked(GROUP_BY), "of_entries": asked(OF_ENTRIES), "of_slices": asked(OF_SLICES)}
    again, *took = in_turn(rounds, lambda: recompute_all(teams, now=now), *plain.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return {"first": first, "again": again, "peak_mb": peak, **dict(zip(plain, took, strict=True))}


def unmarked(module: Any) -> Any:
    return mock.patch.object(module, "mark_weeks", return_value=None)


def single() -> dict[str, float]:
    """One entry a transaction, with the mark that its week is behind and without."""
    person = User.objects.get(email="member@ballast.example")
    team, now = person.current_teams[0], timezone.now()

    def log() -> None:
        log_entry(person=person, team=team, text="Restart the ingest", seconds=60, by=person, now=now)

    def bare() -> None:
        with unmarked(entries):
            log()

    with_marks, without = in_turn(SINGLES, log, bare)
    return {"with": with_marks, "without": without}


def batch() -> dict[str, float]:
    """Five thousand entries of one team's last year."""
    admin = User.objects.get(email="admin@ballast.example")
    person = User.objects.get(email="member@ballast.example")
    team, now = person.current_teams[0], timezone.now()
    days = [
        datetime.fromordinal(now.date().toordinal() - 1 - n % 365).replace(tzinfo=UTC).date()
        for n in range(BATCH)
    ]

    def log() -> None:
        drafts = [
            draft_entry(
                person=person, team=team, text="Restart the ingest", seconds=60, local_date=day, now=now
            )
            for day in days
        ]
        log_many(drafts, by=admin)

    def bare() -> None:
        with unmarked(bulk):
            log()

    last = ToilEntry.objects.order_by("-pk").values_list("pk", flat=True)[0]
    with_marks, without = in_turn(BATCHES, log, bare)
    ToilEntry.objects.filter(pk__gt=last).delete()  # a page of this team is measured next
    return {"with": with_marks, "without": without}


def tick() -> dict[str, float]:
    """What the clock does afterwards with the weeks that were marked."""
    recompute_dirty_weeks(timezone.now())
    marked = list(TeamWeek.objects.order_by("-monday", "team").values_list("team", "monday")[:100])
    DirtyWeek.objects.bulk_create(DirtyWeek(team_id=team, monday=monday) for team, monday in marked)
    spent = timed(lambda: recompute_dirty_weeks(timezone.now()))
    return {"weeks": len(marked), "ms": spent}


if __name__ == "__main__":
    connection.ensure_connection()
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
    found = {"entries": ToilEntry.objects.count(), "recompute": recompute(int(sys.argv[1]))}
    found |= {"single": single(), "batch": batch(), "tick": tick(), "all_teams": all_teams()}
    print(json.dumps(found))
