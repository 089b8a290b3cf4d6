"""What must answer before the portal is healthy: database, migrations, broker."""

import contextlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@cache
def _all_migrations_applied() -> bool:
    """Remembered once true: a running process never loses a migration."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("migrations are waiting")
    return True


def _migrations() -> None:
    _all_migrations_applied()


def _broker() -> None:
    if settings.REDIS_URL:
        with contextlib.closing(
            redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
        ) as client:
            client.ping()
        return
    folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])
    if not folder.is_dir():
        raise RuntimeError("the queue folder is missing")


CHECKS: dict[str, Callable[[], None]] = {"database": _database, "migrations": _migrations, "broker": _broker}


def state() -> dict[str, str]:
    """{part: "ok" or what is wrong}; no versions and no addresses, since strangers may ask."""
    return {name: _try(check) for name, check in CHECKS.items()}


def _try(check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:  # whatever is wrong is the answer
        return type(error).__name__
    return "ok"
