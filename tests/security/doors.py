"""Knocking at an address: routes from the URL configuration, one request, and what the tables hold."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from django.apps import apps
from django.contrib.admindocs.views import simplify_regex
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.urls import get_resolver

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
HOUSEKEEPING = ("django_session", "cache_entry")


def all_routes() -> list[str]:
    found = _walk(get_resolver().url_patterns, "")
    return [re.sub(r"<\w+:", "<", simplify_regex(route.replace("/^", "/"))) for route in found]


def _walk(patterns: list[Any], before: str) -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route


def knock(client: Any, verb: str, path: str, body: dict[str, Any] | None = None, *, key: str = "") -> Any:
    """One request, as a browser sends forms and a program sends JSON; an exception would be a 500."""
    client.raise_request_exception = False
    if verb == "GET":
        return client.get(path)
    files = [each for each in (body or {}).values() if hasattr(each, "read")]
    for each in files:
        each.seek(0)
    if path.startswith("/api/") and not files:
        data, kind = json.dumps(body or {}), "application/json"
        headers = {"if-match": "*"} | ({"idempotency-key": key} if key else {})
        return client.generic(verb, path, data, content_type=kind, headers=headers)
    send = getattr(client, verb.lower())
    return (
        send(path, body or {}, headers={"idempotency-key": key} if key else {})
        if verb == "POST"
        else send(path)
    )


def try_and_undo(client: Any, verb: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """The same, and afterwards neither the database nor the cookies know of it."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        answer = knock(client, verb, path, body)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def is_refused(answer: Any) -> bool:
    """Turned away at the wall, not allowed, or not there."""
    return answer.status_code in {401, 403, 404} or is_sent_to_sign_in(answer)


def is_sent_to_sign_in(answer: Any) -> bool:
    return answer.status_code == 302 and "/accounts/login/" in answer.headers["Location"]


def content_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def state_of_tables() -> str:
    """Changes when any row of any table does, sessions apart."""
    digest = hashlib.sha256()
    for model in apps.get_models(include_auto_created=True):
        if model is not Session:
            digest.update(repr(list(model._base_manager.order_by("pk").values_list())).encode())
    return digest.hexdigest()


@contextmanager
def written_statements() -> Iterator[list[str]]:
    """Every statement that changes rows, apart from sessions and rate limits."""
    written: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITES.match(sql) and not any(table in sql for table in HOUSEKEEPING):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield written
