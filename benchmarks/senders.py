"""The ways that `benchmarks.mails` compares. Each sends the same mails and says in how many seconds."""

import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from benchmarks.processes import ROOT, only_in_tests

ASKED = [f"apps.notifications.tasks.{name}" for name in ("deliver_due_mail", "help_deliver_mail")]
PATIENCE = timedelta(minutes=2)


class Ready(NamedTuple):
    """A mail as the portal sends it, and what it is made of."""

    recipient: str
    content: bytes
    subject: str
    text: str
    html: str


def letters_of(rows: list[Any], now: datetime) -> list[Ready]:
    from apps.notifications.message import as_bytes, with_footer  # noqa: PLC0415  (models load after setup)
    from apps.notifications.operations.writing import facts_of  # noqa: PLC0415

    facts = facts_of(rows, now)
    written = [(row, facts.renderer(row.kind)(row, now)) for row in rows]
    bodies = [with_footer(row, mail) for row, mail in written]
    return [
        Ready(row.recipient.email, as_bytes(row, mail, now), mail.subject, text, html)
        for (row, mail), (text, html) in zip(written, bodies, strict=True)
    ]


def send_ready(letters: list[Ready]) -> float:
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", int(os.environ["EMAIL_PORT"])) as way_out:
        for letter in letters:
            way_out.sendmail("ballast@localhost", [letter.recipient], letter.content)
    return time.perf_counter() - began


def send_by_django(letters: list[Ready]) -> float:
    from django.core.mail import EmailMultiAlternatives  # noqa: PLC0415
    from django.core.mail.backends.smtp import EmailBackend  # noqa: PLC0415

    began = time.perf_counter()
    with EmailBackend(host="127.0.0.1", port=int(os.environ["EMAIL_PORT"])) as way_out:
        for letter in letters:
            mail = EmailMultiAlternatives(letter.subject, letter.text, to=[letter.recipient])
            mail.attach_alternative(letter.html, "text/html")
            way_out.send_messages([mail])
    return time.perf_counter() - began


def send_by_worker(processes: int) -> float:
    """What the clock asks for is asked for, and the rows say when the last was sent."""
    from django.db.models import Count, Max  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from apps.notifications.models import OutboxMail  # noqa: PLC0415

    began = timezone.now()
    _ask(processes)
    while OutboxMail.objects.exclude(status="sent").exists():
        if timezone.now() - began > PATIENCE:
            raise RuntimeError(dict(OutboxMail.objects.values_list("status").annotate(Count("pk"))))
        time.sleep(0.1)
    ended: datetime = OutboxMail.objects.aggregate(at=Max("sent_at"))["at"]
    return (ended - began).total_seconds()


def _ask(processes: int) -> None:
    from config.celery import app  # noqa: PLC0415

    with app.connection_for_write(_broker(os.environ["REDIS_URL"], processes)) as broker:
        for task in ASKED:
            app.send_task(task, connection=broker)


def _broker(url: str, processes: int) -> str:
    """A database of Redis for each worker."""
    return f"{url.rpartition('/')[0]}/{processes}"


@contextmanager
def worker(processes: int, env: dict[str, str]) -> Iterator[int]:
    """Its pid. What it is asked for before it listens waits for it."""
    own = env | {
        "REDIS_URL": _broker(env["REDIS_URL"], processes),
        "ONLY_IN_TESTS": " ".join(only_in_tests()),
    }
    command = ["-m", "benchmarks.installed", "manage.py", "work", "--processes", str(processes)]
    process = subprocess.Popen(
        [sys.executable, *command, "--name", f"w{processes}@mails", "--loglevel", "ERROR"],
        cwd=ROOT,
        env={**os.environ, **own},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)
