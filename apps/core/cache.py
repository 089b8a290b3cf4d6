"""Redis as the cache; while Redis is away the database keeps the limits."""

from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger("ballast.cache")


def _or_database(name: str) -> Callable[..., Any]:
    def method(self: "RedisOrDatabase", *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(RedisCache, name)(self, *args, **kwargs)
        except RedisError as error:
            log.warning("redis away, using the database", error=str(error))
            return getattr(caches["database"], name)(*args, **kwargs)

    return method


class RedisOrDatabase(RedisCache):
    """Every call has half a second to answer; a hung Redis must not hold a request."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = params.setdefault("OPTIONS", {})
        options |= {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
        super().__init__(server, params)

    add = _or_database("add")
    get = _or_database("get")
    set = _or_database("set")
    touch = _or_database("touch")
    delete = _or_database("delete")
    incr = _or_database("incr")
    has_key = _or_database("has_key")
    get_many = _or_database("get_many")
    set_many = _or_database("set_many")
    delete_many = _or_database("delete_many")
    clear = _or_database("clear")
