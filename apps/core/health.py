"""What must answer: for this process to serve, and for all of the portal to do what people count on."""

import contextlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import redis
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.module_loading import import_string


class Unwell(Exception):
    """What is wrong, in words that strangers may read."""


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@cache
def _all_migrations_applied() -> bool:
    """Remembered once true: a running process never loses a migration."""
    if set(migrations_on_disk()) - set(MigrationRecorder(connection).applied_migrations()):
        raise RuntimeError("migrations are waiting")
    return True


def migrations_on_disk() -> Iterator[tuple[str, str]]:
    """(app, name) of each, by the names of files alone: to load them would cost every web process 3 MB for good."""
    for app in apps.get_app_configs():
        for module in pkgutil.iter_modules([str(Path(app.path) / "migrations")]):
            if not module.ispkg and module.name[0] not in "_~":
                yield app.label, module.name


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


TO_SERVE: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
}


def ready() -> dict[str, str]:
    """{part: "ok" or what is wrong}; no versions and no addresses, since strangers may ask."""
    return {name: _try(check) for name, check in TO_SERVE.items()}


def state() -> dict[str, str]:
    """With what the clock and the workers are to do."""
    return ready() | {name: _try(import_string(path)) for name, path in settings.HEALTH_CHECKS.items()}


def is_well(parts: dict[str, str]) -> bool:
    return all(answer == "ok" for answer in parts.values())


def _try(check: Callable[[], None]) -> str:
    try:
        check()
    except Unwell as error:
        return str(error)
    except Exception as error:  # whatever is wrong is the answer
        return type(error).__name__
    return "ok"
