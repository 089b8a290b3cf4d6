"""What one call costs in the database: milliseconds of SQL and number of statements, best of several runs.

Runs inside the portal's settings (DATABASE_URL and so on) and prints JSON; benchmarks/__main__.py starts it.
"""

import io
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from apps.accounts.models import User  # noqa: E402
from apps.action_items.models import ActionItem  # noqa: E402
from apps.reminders.operations.planning import plan_digests  # noqa: E402

RUNS = 5


class Watch:
    """Counts and times the statements of a block."""

    def __init__(self) -> None:
        self.count, self.seconds = 0, 0.0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - started


class Undo(Exception):
    """Take back what a measured call wrote."""


def watched(call: Callable[[], Any]) -> Watch:
    best: Watch | None = None
    for _ in range(RUNS):
        watch = Watch()
        try:
            with transaction.atomic():
                with connection.execute_wrapper(watch):
                    call()
                raise Undo
        except Undo:
            pass
        if best is None or watch.seconds < best.seconds:
            best = watch
    assert best is not None
    return best


def row(name: str, watch: Watch, goal: str, *, statements: bool = False) -> dict[str, str]:
    value = (
        f"{watch.count} statements"
        if statements
        else f"{watch.seconds * 1000:.2f} ms in {watch.count} statements"
    )
    return {"name": name, "value": value, "goal": goal}


def requests() -> list[dict[str, str]]:
    key_holder = io.StringIO()
    call_command("create_token", "member@ballast.example", scope="write", stdout=key_holder)
    client = Client(headers={"Host": "localhost", "Authorization": f"Bearer {key_holder.getvalue().strip()}"})
    browser = Client(headers={"Host": "localhost"})
    browser.force_login(User.objects.get(email="member@ballast.example"))
    key = client.get("/api/v1/incidents/?page_size=1").json()["results"][0]["key"]
    body = json.dumps(
        {"title": "Checkout answers slowly", "severity": 3, "services": ["payments-api"], "summary": ""}
    )

    def create() -> None:
        assert client.post("/api/v1/incidents/", body, content_type="application/json").status_code == 201

    calls: list[tuple[str, Callable[[], Any], str]] = [
        ("list of 50, with token", lambda: client.get("/api/v1/incidents/?page_size=50"), "≤ 6"),
        ("list of 200, with token", lambda: client.get("/api/v1/incidents/?page_size=200"), "≤ 6"),
        ("detail, with token", lambda: client.get(f"/api/v1/incidents/{key}/"), "≤ 8"),
        ("create, with token", create, "≤ 12"),
        ("web list, with session", lambda: browser.get("/incidents/"), ""),
    ]
    return [row(name, watched(call), goal, statements=True) for name, call, goal in calls]


def toil() -> list[dict[str, str]]:
    client = Client(headers={"Host": "localhost"})
    client.force_login(User.objects.get(email="member@ballast.example"))
    call = watched(lambda: client.get("/api/v1/toil/teams/?weeks=13"))
    return [row("toil of all teams over 13 weeks", call, "≤ 10 ms")]


def sweep() -> list[dict[str, str]]:
    long_ago, now = datetime(2000, 1, 1, tzinfo=UTC), datetime.now(UTC) + timedelta(days=3)
    idle = watched(lambda: plan_digests(long_ago))
    due = list(ActionItem.objects.reminder_due(now).order_by("next_reminder_at").values_list("pk")[:1001])
    return [
        row(f"reminder sweep over {ActionItem.objects.count():,} items, nothing due", idle, "≤ 1 ms"),
        row(
            f"… with {len(due):,} or more due: finding the first batch",
            watched(lambda: first_batch(now)),
            "≤ 10 ms",
        ),
    ]


def first_batch(now: datetime) -> list[Any]:
    return list(
        ActionItem.objects.reminder_due(now).order_by("next_reminder_at").values_list("pk", "owner")[:1000]
    )


if __name__ == "__main__":
    print(json.dumps([*requests(), *toil(), *sweep()]))
