"""How many mails a second leave the portal, against the same mails over one plain SMTP connection?

python -m benchmarks.mails [--mails 500] [--rounds 3] [--store | --think MS]

Starts a PostgreSQL that waits for its disk and a mail server, on loopback, and lets three ways send the same mails in
turn, in one process; the middle of the rounds:

- bytes: the mails exist already, and smtplib sends one after the other over one connection.
- django: subject, text and HTML exist already; an `EmailMultiAlternatives` is made of them and sent, one after the
  other, over one reused connection of Django's own backend. It remembers nothing: killed, it loses mails or doubles
  them.
- portal: as many digests of four action items each are due, and `deliver_due` reads, writes and sends them, with
  `sending` on disk before a text leaves; of more than a batch (100) over several connections.

The goal, 0.8 of what one plain SMTP connection carries, means `django`: it was set beside a measurement of just that
(272 mails a second), and whoever sends a mail has to make it. `bytes` says what the wire and the mail server alone
take, and so how much of the rest is ours.

The server throws every mail away at once; with `--store` it has it on disk before it says yes, as a server must that
takes responsibility for a mail (RFC 5321, 6.1); with `--think` it takes some milliseconds for that.
"""

import argparse
import asyncio
import json
import os
import smtplib
import statistics
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import django

from benchmarks import portal
from benchmarks.__main__ import Bench, new_database
from benchmarks.processes import cpu_seconds, free_port, run, server

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
DUE = (2, 11, 12, 13)  # of March: two overdue, one today, one tomorrow
STEP = ["-m", "benchmarks.mails", "--step"]


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
    from apps.notifications.operations import deliver_due  # noqa: PLC0415
    from apps.notifications.operations.writing import facts_of  # noqa: PLC0415

    waiting = {"status": "queued", "claim": None, "lease_until": None, "attempt": 0, "smtp_started_at": None}
    rows = list(OutboxMail.objects.select_related("recipient").order_by("pk"))
    letters = _letters(rows, facts_of(rows, NOW))
    for n in range(options.rounds + 1):
        OutboxMail.objects.update(**waiting)
        found = {
            "bytes": _measured(lambda: _ready(letters), options),
            "django": _measured(lambda: _by_django(letters), options),
            "portal": _measured(lambda: deliver_due(NOW + timedelta(seconds=1)), options),
        }
        if found["portal"]["result"] != {"sent": len(rows)}:
            raise RuntimeError(found["portal"]["result"])
        if n:  # the first warms up
            print(json.dumps(found))


class Ready(NamedTuple):
    """A mail as the portal sends it, and what it is made of."""

    recipient: str
    content: bytes
    subject: str
    text: str
    html: str


def _letters(rows: list[Any], facts: Any) -> list[Ready]:
    from apps.notifications.message import as_bytes, with_footer  # noqa: PLC0415
    from apps.notifications.styling import inlined  # noqa: PLC0415

    written = [(row, facts.renderer(row.kind)(row, NOW)) for row in rows]
    bodies = [with_footer(row, mail) for row, mail in written]
    return [
        Ready(row.recipient.email, as_bytes(row, mail, NOW), mail.subject, text, inlined(html))
        for (row, mail), (text, html) in zip(written, bodies, strict=True)
    ]


def _ready(letters: list[Ready]) -> int:
    with smtplib.SMTP("127.0.0.1", int(os.environ["EMAIL_PORT"])) as way_out:
        for letter in letters:
            way_out.sendmail("ballast@localhost", [letter.recipient], letter.content)
    return len(letters)


def _by_django(letters: list[Ready]) -> int:
    from django.core.mail import EmailMultiAlternatives  # noqa: PLC0415
    from django.core.mail.backends.smtp import EmailBackend  # noqa: PLC0415

    with EmailBackend(host="127.0.0.1", port=int(os.environ["EMAIL_PORT"])) as way_out:
        for letter in letters:
            mail = EmailMultiAlternatives(letter.subject, letter.text, to=[letter.recipient])
            mail.attach_alternative(letter.html, "text/html")
            way_out.send_messages([mail])
    return len(letters)


def _measured(act: Callable[[], Any], options: argparse.Namespace) -> dict[str, Any]:
    """Wall seconds, and CPU seconds of this process and of the database."""
    database, own, began = cpu_seconds(options.database), time.process_time(), time.perf_counter()
    result = act()
    return {
        "result": result,
        "wall": time.perf_counter() - began,
        "own": time.process_time() - own,
        "database": cpu_seconds(options.database) - database,
    }


def report(rounds: list[dict[str, Any]], mails: int) -> None:
    for name in ("bytes", "django", "portal"):
        wall, own, database = (
            statistics.median(one[name][part] for one in rounds) for part in ("wall", "own", "database")
        )
        print(
            f"{name:8} {mails / wall:7.0f} mails/s {wall / mails * 1000:6.2f} ms a mail; CPU of the sender "
            f"{own / mails * 1000:.2f} ms, of the database {database / mails * 1000:.2f} ms"
        )
    for name, goal in (("django", "goal 0.8"), ("bytes", "no goal")):
        ratio = statistics.median(one[name]["wall"] / one["portal"]["wall"] for one in rounds)
        print(f"portal against {name}: {ratio:.2f} ({goal})")


def main() -> None:
    parser = argparse.ArgumentParser(description="Mails a second, against one plain SMTP connection.")
    parser.add_argument("--mails", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--think", type=float, default=0, help="milliseconds")
    parser.add_argument("--store", action="store_true", help="on disk before the server says yes")
    parser.add_argument("--step", choices=["serve", "fill", "compare"], help=argparse.SUPPRESS)
    for name, kind in (("--port", int), ("--database", int), ("--folder", str)):
        parser.add_argument(name, type=kind, default=kind(), help=argparse.SUPPRESS)
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
        stack.enter_context(
            server([*STEP, "serve", "--port", str(port), *given], {}, probe=f"http://127.0.0.1:{port}/")
        )
        counts = ["--mails", str(options.mails), "--rounds", str(options.rounds)]
        run([*STEP, "fill", *counts], env)
        told = run([*STEP, "compare", *counts, "--database", str(bench.database)], env)
        report([json.loads(line) for line in told.splitlines() if line.startswith("{")], options.mails)


if __name__ == "__main__":
    main()
