"""A real Celery worker on a real Redis: what was queued while it was dead, delivered twice, or lost."""

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone
from redis import Redis

from apps.accounts.models import User, WorkSchedule
from config.celery import app
from tests.factories import make_action_item, make_user
from tests.faults.conftest import ROOT

PATIENCE = 60  # seconds
PLAN, DELIVER = "apps.reminders.tasks.plan_due_digests", "apps.notifications.tasks.deliver_due_mail"

pytestmark = [
    pytest.mark.redis,
    pytest.mark.skipif(not settings.REDIS_URL, reason="asks for a Redis that keeps the queue"),
]


@pytest.fixture
def broker():
    """A numbered database that no other test uses."""
    own = 15 - int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    url = urlsplit(settings.REDIS_URL)._replace(path=f"/{own}").geturl()
    with Redis.from_url(url) as client:
        client.flushdb()
        yield url
        client.flushdb()


@contextmanager
def worker(fleet, broker):
    """Yields the file of its log, which names each task that ran."""
    log = fleet.home / "worker.log"
    command = ["manage.py", "work", "--threads", "1"]
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=fleet.environment | {"REDIS_URL": broker, "EMBEDDED": "1", "LOG_LEVEL": "INFO"},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        yield log
    finally:
        process.terminate()
        process.wait(PATIENCE)


def publish(broker, task, at, *, identity=None):
    """As a beat did at that time: it lives as long as the schedule says."""
    [lives] = [
        entry["options"]["expires"] for entry in app.conf.beat_schedule.values() if entry["task"] == task
    ]
    with app.connection_for_write(broker) as connection:
        app.send_task(
            task,
            connection=connection,
            task_id=identity or str(uuid4()),
            expires=at + timedelta(seconds=lives),
        )


def until(is_so):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if is_so():
            return
        time.sleep(0.05)
    raise TimeoutError("it did not happen")


def promise_now(people):
    """Due now, whatever the hour and the day of this run."""
    now = timezone.now()
    for _ in range(people):
        owner = make_user()
        make_action_item(owner=owner, by=owner, due_on=now.date(), next_reminder_at=now)
    User.objects.update(digest_at=now.time().replace(microsecond=0))
    WorkSchedule.objects.update(sat=480, sun=480)


def lines(log, words, task):
    return len(re.findall(words.format(re.escape(task) + r"\[\S+\]"), log.read_text()))


def ran(log, task):
    return lines(log, "Task {} received", task) - lines(log, "Discarding revoked task: {}", task)


def test_n18_n19_n20_old_ticks_are_discarded_a_message_twice_mails_once_and_a_lost_queue_loses_nothing(
    fleet, broker
):
    now = datetime.now(UTC)
    promise_now(people=3)
    for n in range(864):  # three days of them
        publish(broker, PLAN, now - timedelta(days=3) + timedelta(minutes=5 * n))
    publish(broker, PLAN, now + timedelta(seconds=PATIENCE))
    for _ in range(2):  # delivered again, as after a visibility timeout
        publish(
            broker,
            DELIVER,
            now + timedelta(seconds=PATIENCE),
            identity="0f0e0d0c-0000-4000-8000-000000000000",
        )
    with worker(fleet, broker) as log:
        until(lambda: lines(log, "Task {} received", DELIVER) == 2 and len(fleet.sink.mails) == 3)
        assert lines(log, "Discarding revoked task: {}", PLAN) == 864
        assert ran(log, PLAN) == 1
        promise_now(people=2)
        publish(broker, PLAN, now)
        with Redis.from_url(broker) as client:
            client.flushdb()
        for task in (PLAN, DELIVER):  # the next ticks
            publish(broker, task, now + timedelta(seconds=PATIENCE))
        until(lambda: len(fleet.sink.mails) == 5)
    assert len(set(fleet.sink.message_ids)) == 5
    assert set(fleet.statuses.values()) == {"sent"}
