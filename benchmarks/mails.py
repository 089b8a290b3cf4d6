"""How many mails a second leave the portal, against the same mails over one plain SMTP connection?

python -m benchmarks.mails [--mails 500] [--rounds 3] [--store | --think MS]

Starts a PostgreSQL that waits for its disk, a Redis, a mail server and two workers, on loopback, and lets four ways
send the same mails in turn; the middle of the rounds:

- bytes: the mails exist already, and smtplib sends one after the other over one connection.
- django: subject, text and HTML exist already; an `EmailMultiAlternatives` is made of them and sent, one after the
  other, over one reused connection of Django's own backend. It remembers nothing: killed, it loses mails or doubles
  them.
- one process: as many digests of four action items each are due, and `manage.py work --processes 1` is asked by the
  broker for what the clock asks each 15 seconds. It reads, writes and sends them, with `sending` on disk before a text
  leaves. From the asking to the last mail's answer.
- two processes: the same with `--processes 2`, as docker-compose.yml and the README run it.

The goal, 0.8 of what one plain SMTP connection carries, means `django`: it was set beside a measurement of just that
(272 mails a second), and whoever sends a mail has to make it. `bytes` says what the wire and the mail server alone
take, and so how much of the rest is ours. All of them share the machine with the database and the mail server: of two
processors a second process has what these leave.

The server throws every mail away at once; with `--store` it has it on disk before it says yes, as a server must that
takes responsibility for a mail (RFC 5321, 6.1); with `--think` it takes some milliseconds for that.
"""

import argparse
import asyncio
import json
import os
import statistics
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import django

from benchmarks import portal
from benchmarks.__main__ import Bench, new_database
from benchmarks.processes import cpu_seconds, free_port, resident_megabytes, run, server
from benchmarks.senders import letters_of, send_by_django, send_by_worker, send_ready, worker

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
DUE = (2, 11, 12, 13)  # of March: two overdue, one today, one tomorrow
STEP = ["-m", "benchmarks.mails", "--step"]
PROCESSES = {"one process": 1, "two processes": 2}


@dataclass
class Keeper:
    """What the mail server does with a mail before it answers."""

    folder: str
    think: float

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  (aiosmtpd's name)
        if self.think:
            await asyncio.sleep(self.think / 1000)
        if self.folder:
            with (Path(self.folder) / uuid.uuid4().hex).open("wb") as file:
                file.write(envelope.content)
                file.flush()
                os.fsync(file.fileno())
        return "250 OK"


def serve(options: argparse.Namespace) -> None:
    from aiosmtpd.smtp import SMTP  # noqa: PLC0415  (in the tests' lock only)

    async def listen() -> None:
        keeper = Keeper(options.folder, options.think)
        serving = await asyncio.get_running_loop().create_server(
            lambda: SMTP(keeper), "127.0.0.1", options.port
        )
        await serving.serve_forever()

    asyncio.run(listen())


def fill(options: argparse.Namespace) -> None:
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  (models load after setup)

    from apps.reminders.operations import plan_digests  # noqa: PLC0415
    from tests.factories import make_action_item, make_user  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    lead = make_user("lead")
    for n in range(options.mails):
        owner = make_user(f"person-{n}")
        for day in DUE:
            title = f"Give the cache of shard {n} a limit and an alert"
            make_action_item(
                owner=owner, by=lead, due_on=date(2026, 3, day), title=title, next_reminder_at=NOW
            )
    plan_digests(NOW)


def compare(options: argparse.Namespace) -> None:
    """Prints one JSON line for each round."""
    django.setup()
    from apps.notifications.models import OutboxMail  # noqa: PLC0415

    rows = list(OutboxMail.objects.select_related("recipient").order_by("pk"))
    letters = letters_of(rows, NOW)
    ways: dict[str, tuple[Callable[[], float], int]] = {
        "bytes": (lambda: send_ready(letters), os.getpid()),
        "django": (lambda: send_by_django(letters), os.getpid()),
    }
    for name, pid in zip(PROCESSES, options.workers, strict=True):
        ways[name] = (lambda name=name: send_by_worker(PROCESSES[name]), pid)
    for n in range(options.rounds + 1):
        found = {}
        for name, (act, sender) in ways.items():
            _make_due()
            found[name] = _measured(act, sender, options)
        if n:  # the first warms up
            print(json.dumps(found))


def _make_due() -> None:
    """All of them, now, in a table without what earlier rounds left in it."""
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from apps.notifications.models import OutboxMail  # noqa: PLC0415

    waiting = {"status": "queued", "claim": None, "lease_until": None, "attempt": 0, "smtp_started_at": None}
    now = timezone.now()
    OutboxMail.objects.update(**waiting, not_before=now, expires_at=now + timedelta(hours=1))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE notifications_outboxmail")


def _measured(act: Callable[[], float], sender: int, options: argparse.Namespace) -> dict[str, float]:
    """Wall seconds, and CPU seconds of who sends, the database and the mail server."""
    watched = {"own": sender, "database": options.database, "server": options.server}
    before = {name: cpu_seconds(pid) for name, pid in watched.items()}
    wall = act()
    return {"wall": wall} | {name: cpu_seconds(pid) - before[name] for name, pid in watched.items()}


def report(rounds: list[dict[str, Any]], mails: int) -> None:
    for name in ("bytes", "django", *PROCESSES):
        wall, own, database, server = (
            statistics.median(one[name][part] for one in rounds) / mails * 1000
            for part in ("wall", "own", "database", "server")
        )
        print(
            f"{name:13} {1000 / wall:7.0f} mails/s {wall:6.2f} ms a mail; CPU of the sender {own:.2f} ms, "
            f"of the database {database:.2f} ms, of the mail server {server:.2f} ms"
        )
    for name in PROCESSES:
        for floor, goal in (("django", "goal 0.8"), ("bytes", "no goal")):
            ratio = statistics.median(one[floor]["wall"] / one[name]["wall"] for one in rounds)
            print(f"{name} against {floor}: {ratio:.2f} ({goal})")


def main() -> None:
    parser = argparse.ArgumentParser(description="Mails a second, against one plain SMTP connection.")
    parser.add_argument("--mails", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--think", type=float, default=0, help="milliseconds")
    parser.add_argument("--store", action="store_true", help="on disk before the server says yes")
    parser.add_argument("--step", choices=["serve", "fill", "compare"], help=argparse.SUPPRESS)
    for name, kind in (("--port", int), ("--database", int), ("--server", int), ("--folder", str)):
        parser.add_argument(name, type=kind, default=kind(), help=argparse.SUPPRESS)
    parser.add_argument("--workers", type=int, nargs="+", default=(), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        {"serve": serve, "fill": fill, "compare": compare}[options.step](options)
        return
    with ExitStack() as stack:
        bench, port = Bench(stack, requests=1), free_port()
        folder = Path(bench.home) / "kept"
        folder.mkdir()
        env = portal.environment(new_database(bench.url, "mails"), bench.redis, f"{bench.home}/mails")
        env |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port)}
        given = ["--think", str(options.think), "--folder", str(folder) if options.store else ""]
        mail_server = stack.enter_context(
            server([*STEP, "serve", "--port", str(port), *given], {}, probe=f"http://127.0.0.1:{port}/")
        )
        counts = ["--mails", str(options.mails), "--rounds", str(options.rounds)]
        run([*STEP, "fill", *counts], env)
        workers = [str(stack.enter_context(worker(processes, env))) for processes in PROCESSES.values()]
        pids = ["--database", str(bench.database), "--server", str(mail_server), "--workers", *workers]
        told = run([*STEP, "compare", *counts, *pids], env)
        report([json.loads(line) for line in told.splitlines() if line.startswith("{")], options.mails)
        largest = max(size for pid in workers for size in resident_megabytes(int(pid)))
        print(f"largest process of the workers: {largest:.0f} MB")


if __name__ == "__main__":
    main()
