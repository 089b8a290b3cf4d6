import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from apps.core import health

pytestmark = pytest.mark.django_db


SERVING = {"database": "ok", "migrations": "ok", "broker": "ok"}


def test_a_process_that_can_serve_says_so_whatever_the_workers_do(web):
    answer = web().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", **SERVING})
    assert web().get("/healthz").json() == {
        "status": "not ok",
        **SERVING,
        "planner": "no reminders were planned in the last 15 minutes",
        "mail": "ok",
    }


def test_a_broker_that_is_away_is_named(web, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = web().get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["broker"] == "ConnectionError"
    assert answer.json()["database"] == "ok"


@pytest.mark.skipif(bool(settings.REDIS_URL), reason="the embedded broker is a folder")
def test_a_missing_queue_folder_is_named(web):
    folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])
    shutil.rmtree(folder)
    try:
        assert web().get("/healthz").status_code == 503
    finally:
        folder.mkdir()


def test_a_migration_that_waits_is_named(web):
    health._all_migrations_applied.cache_clear()
    applied = MigrationRecorder.Migration.objects.filter(app="incidents").latest("id")
    MigrationRecorder(connection).record_unapplied(applied.app, applied.name)
    try:
        answer = web().get("/healthz")
        assert answer.status_code == 503
        assert answer.json()["migrations"] == "RuntimeError"
    finally:
        MigrationRecorder(connection).record_applied(applied.app, applied.name)
    assert web().get("/readyz").status_code == 200


def test_what_lies_beside_the_code_is_what_django_would_run():
    loader = MigrationLoader(connection)
    assert set(health.migrations_on_disk()) == set(loader.disk_migrations)
