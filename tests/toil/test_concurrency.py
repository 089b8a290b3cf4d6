"""Writers and ticks at the same moment, on a server that lets them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections

from apps.toil import operations
from apps.toil.models import DirtyWeek, TeamWeek, ToilEntry, ToilSlice
from apps.toil.operations import import_parts
from tests.factories import make_user
from tests.toil.conftest import LATER, W10
from tests.toil.time_files import toggl, works

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

    def anew():
        operations.recompute_all([payments], now=LATER)
        operations.recompute_all([payments], now=LATER)

    at_once(*(write(person) for person in people), tick, tick, anew)
    operations.recompute_dirty_weeks(LATER)
    assert TeamWeek.objects.get(team=payments, monday=W10).toil_seconds == 4 * 8 * 60
    assert not DirtyWeek.objects.exists()


def test_two_workers_and_two_imports_of_the_same_rows_at_once_log_each_row_once(payments, monkeypatch):
    monkeypatch.setattr(import_parts, "ROWS", 150)
    alice, bob = make_user("alice", team=payments, role="lead"), make_user("bob", team=payments)
    raw, batches = toggl(works(1_200)), []
    for person in (alice, bob):
        batch = operations.upload_file(
            team=payments, name="t.csv", chunks=[raw], tz="UTC", now=LATER, by=person
        )
        batches.append(operations.start_import(batch, now=LATER, by=person))
    at_once(*(lambda batch=batch: operations.go_on(batch, parts=9, now=LATER) for batch in batches * 2))
    for batch in batches:
        operations.go_on(batch, parts=9, now=LATER)  # whoever came in between has left the rest
        batch.refresh_from_db()
    assert {batch.state for batch in batches} == {"done"}
    assert sum(batch.created for batch in batches) == ToilEntry.objects.count() == 1_200
    assert sum(batch.same for batch in batches) == 1_200
