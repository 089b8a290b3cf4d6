"""What becomes of 1,000 webhook deliveries of which 200 are duplicates and 100 out of order, and how long it takes?

python -m benchmarks.deliveries [--workers 2] [--senders 8]

Starts a PostgreSQL, a Redis and a portal of its own, bounded and on loopback. 400 alerts of 20 integrations fire and
resolve: 800 deliveries. For 100 alerts the resolve is sent before the firing, and 200 deliveries are sent once more.
`--senders` connections deliver as fast as they are answered while `--workers` processes do what the clock asks for.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any

import django

from benchmarks import portal
from benchmarks.__main__ import Bench, new_database
from benchmarks.client import quantile
from benchmarks.processes import ROOT, free_port, run, server

INTEGRATIONS, ALERTS = 20, 20  # of each: as many as open candidates of their own, and no storm
OUT_OF_ORDER, DUPLICATES = 100, 200
STARTED = datetime.now(UTC) - timedelta(minutes=30)


def fill() -> None:
    """Prints the integrations' keys."""
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  (models load after setup)

    from apps.accounts.models import Team, User  # noqa: PLC0415
    from apps.intake.operations import add_integration  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    team, by = Team.objects.create(name="Payments", slug="payments"), User.objects.system()
    made = [
        add_integration(name=f"Sender {n}", kind="alertmanager", team=team, by=by)[1]
        for n in range(INTEGRATIONS)
    ]
    print(json.dumps(made))


def work() -> None:
    """What the clock asks for every five seconds, without the pauses."""
    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from apps.intake.operations import process_due  # noqa: PLC0415

    while True:
        process_due(timezone.now())
        time.sleep(0.2)


def report() -> None:
    """Prints what the tables hold."""
    django.setup()
    from django.db.models import Count, Sum  # noqa: PLC0415

    from apps.incidents.models import Incident  # noqa: PLC0415
    from apps.intake.models import WAITING, Alert, Delivery  # noqa: PLC0415

    waiting = Delivery.objects.filter(status__in=WAITING).count()
    found = {
        "waiting": waiting,
        "rows in the log": Delivery.objects.count(),
        "repeats counted": Delivery.objects.aggregate(total=Sum("repeats"))["total"],
        "candidates": Incident.objects.count(),
        "alerts without a candidate": Alert.objects.filter(incident=None).count(),
        "alerts with more than one": Alert.objects.filter(episode__gt=1).count(),
        "alerts still firing": Alert.objects.filter(is_firing=True).count(),
    }
    outcomes = Delivery.objects.values_list("outcome").annotate(Count("pk")).order_by("outcome")
    by_status = dict(Incident.objects.values_list("status").annotate(Count("pk")))
    print(json.dumps({**found, "outcomes": dict(outcomes), "candidates by status": by_status}))


def body(alert: int, *, is_firing: bool) -> str:
    begin, end = STARTED + timedelta(seconds=alert), STARTED + timedelta(seconds=alert + 300)
    labels = {"alertname": f"Alert{alert}", "instance": f"host{alert}"}
    status = "firing" if is_firing else "resolved"
    one = {"status": status, "labels": labels, "annotations": {"summary": f"Alert {alert} of the run"}}
    one |= {"startsAt": begin.isoformat(), "endsAt": "0001-01-01T00:00:00Z" if is_firing else end.isoformat()}
    group = {"groupKey": f"{{}}:{{alertname={alert}}}", "status": status, "alerts": [one], "version": "4"}
    return json.dumps({**group, "truncatedAlerts": 0, "groupLabels": labels, "commonLabels": labels})


def plan(chance: random.Random) -> list[tuple[int, bool]]:
    """The order in which they are sent: (alert, whether it fires). Firings first, but for those out of order."""
    alerts = list(range(INTEGRATIONS * ALERTS))
    chance.shuffle(alerts)
    turned = set(alerts[:OUT_OF_ORDER])
    first = [(alert, alert not in turned) for alert in alerts]
    chance.shuffle(alerts)
    order = first + [(alert, alert in turned) for alert in alerts]
    for _ in range(DUPLICATES):
        place = chance.randrange(len(order))
        order.insert(chance.randrange(place, len(order)) + 1, order[place])
    return order


def send(port: int, keys: list[str], alert: int, *, is_firing: bool) -> tuple[float, int]:
    began = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    path = f"/api/v1/intake/{keys[alert % INTEGRATIONS]}/"
    headers = {"Content-Type": "application/json", "Host": "localhost", "Connection": "close"}
    connection.request("POST", path, body(alert, is_firing=is_firing), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return (time.perf_counter() - began) * 1000, answer.status


@contextmanager
def workers(count: int, env: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "benchmarks.deliveries", "--step", "work"]
    started = [subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}) for _ in range(count)]
    try:
        yield
    finally:
        for process in started:
            process.terminate()
            process.wait(15)


def measured(env: dict[str, str], *, senders: int, count: int) -> dict[str, Any]:
    keys, port = json.loads(run([*STEP, "fill"], env).splitlines()[-1]), free_port()
    order = plan(random.Random(7))
    command = ["manage.py", "serve", "--port", str(port), "--processes", "2"]
    with server(command, env, probe=f"http://localhost:{port}/readyz"), workers(count, env):
        began = time.perf_counter()
        with ThreadPoolExecutor(senders) as pool:
            answers = list(pool.map(lambda one: send(port, keys, one[0], is_firing=one[1]), order))
        sent = time.perf_counter() - began
        found = state(env)
        while found["waiting"]:
            time.sleep(0.5)
            found = state(env)
        done = time.perf_counter() - began
    times = sorted(ms for ms, _ in answers)
    return {
        "deliveries sent": len(order),
        "answered 202": sum(status == 202 for _, status in answers),
        "answer p50 ms": quantile(times, 0.5),
        "answer p95 ms": quantile(times, 0.95),
        "seconds until the last was answered": sent,
        "seconds until the last was processed": done,
        "alerts": INTEGRATIONS * ALERTS,
        **found,
        "lost": INTEGRATIONS * ALERTS - found["candidates"],
    }


def state(env: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run([*STEP, "report"], env).splitlines()[-1])
    return found


STEP = ["-m", "benchmarks.deliveries", "--step"]


def main() -> None:
    parser = argparse.ArgumentParser(description="1,000 webhook deliveries.")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--senders", type=int, default=8)
    parser.add_argument("--step", choices=["fill", "work", "report"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        {"fill": fill, "work": work, "report": report}[options.step]()
        return
    with ExitStack() as stack:
        bench = Bench(stack, requests=1)
        env = portal.environment(new_database(bench.url, "intake"), bench.redis, f"{bench.home}/intake")
        env |= {"INTAKE_RATE": "1000000/min"}
        for name, value in measured(env, senders=options.senders, count=options.workers).items():
            print(f"{name:40} {value:.2f}" if isinstance(value, float) else f"{name:40} {value}")


if __name__ == "__main__":
    main()
