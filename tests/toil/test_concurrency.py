"""Writers and ticks at the same moment, on a server that lets them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections

from apps.toil import operations
from apps.toil.models import DirtyWeek, TeamWeek, ToilSlice
from tests.factories import make_user
from tests.toil.conftest import LATER, W10

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"),
]
assert connection  # named in the condition above
START = datetime(2026, 3, 3, 10, tzinfo=UTC)


def at_once(*jobs):
    def run(job):
        try:
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_overlapping_intervals_logged_at_once_still_share_every_second(payments):
    bob = make_user(team=payments)

    def job(hour):
        ends = {
            "started_at": START + timedelta(minutes=30 * hour),
            "ended_at": START + timedelta(hours=1 + hour / 2),
        }
        return lambda: operations.log_entry(person=bob, team=payments, text="x", by=bob, now=LATER, **ends)

    at_once(*(job(hour) for hour in range(6)))
    assert sum(ToilSlice.objects.values_list("attributed", flat=True)) == 3.5 * 3600


def test_no_mark_is_lost_between_writers_and_ticks(payments):
    people = [make_user(team=payments) for _ in range(4)]

    def write(person):
        def job():
            for _ in range(8):
                operations.log_entry(
                    person=person, team=payments, text="x", seconds=60, local_date=W10, by=person, now=LATER
                )

        return job

    def tick():
        for _ in range(6):
            operations.recompute_dirty_weeks(LATER)

    at_once(*(write(person) for person in people), tick, tick)
    operations.recompute_dirty_weeks(LATER)
    assert TeamWeek.objects.get(team=payments, monday=W10).toil_seconds == 4 * 8 * 60
    assert not DirtyWeek.objects.exists()
