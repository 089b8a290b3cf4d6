"""What Redis is used for, and what does it where there is none."""

from pathlib import Path
from typing import Any

DATABASE_CACHE = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entry"}


def caches(redis: str) -> dict[str, Any]:
    """The pages' own, that of the rate limits, and one that is always in the database."""
    if redis:
        shared = {"BACKEND": "apps.core.cache.RedisOrDatabase", "LOCATION": redis}
        return {"default": shared, "throttle": shared, "database": DATABASE_CACHE}
    own = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {"default": DATABASE_CACHE, "throttle": own, "database": DATABASE_CACHE}


def transport(redis: str, data_dir: Path) -> dict[str, Any]:
    """How Celery's messages travel: by Redis, or through a folder (`queue.py`), which is made here."""
    if redis:
        return {"socket_timeout": 5, "socket_connect_timeout": 1, "visibility_timeout": 3600}
    folders = data_dir / "queue" / "in", data_dir / "queue" / "control"
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    messages, control = map(str, folders)
    return {
        "data_folder_in": messages,
        "data_folder_out": messages,
        "control_folder": control,
        "store_processed": False,
        "polling_interval": 0.2,
    }
