"""The two engines' settings. What else differs between them is in apps/core/engines."""

from pathlib import Path
from typing import Any

from config import env

LIMITS = (
    "-c statement_timeout=10000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=60000"
    " -c jit=off"  # it compiles for half a second what runs for five milliseconds
)


def postgres(url: str, *, pooled: bool) -> dict[str, Any]:
    """Connections are checked before use, and nothing waits for ever. The pool is for the web process only."""
    settings = env.database(url)
    settings["CONN_HEALTH_CHECKS"] = True
    settings["CONN_MAX_AGE"] = 0 if pooled else 600
    settings["OPTIONS"] |= {"options": LIMITS, "connect_timeout": 3, "prepare_threshold": 5}
    if pooled:
        size = env.number("WEB_POOL_SIZE", 10)
        settings["OPTIONS"]["pool"] = {"min_size": 2, "max_size": size, "timeout": 3}
    return settings


def sqlite(data_dir: Path) -> dict[str, Any]:
    """WAL lets readers and one writer work together; IMMEDIATE makes writers wait instead of failing half-way."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": data_dir / "ballast.sqlite3",
        "TEST": {"NAME": data_dir / "test.sqlite3"},  # a file: in memory there is neither WAL nor waiting
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
        },
    }
