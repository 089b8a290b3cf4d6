"""How many reminders are lost or doubled when workers are killed at every step of planning and sending?

python -m benchmarks.crashes [--times 4] [--people 6] [--seconds 3600]
python -m benchmarks.crashes --crowd [--people 50] [--each 10]

Starts a PostgreSQL and a mail server of its own. One run: some people owe something today; one worker plans, one sends,
and one of them is killed (SIGKILL) at one step of its work, at the first, second, ... time that it comes there. In
every other run the one that sends has several connections. Others finish the work when the lease of the dead has
lapsed, and on the next working day the clock goes on. Lost is who was mailed on neither day; doubled is who was mailed
twice on one date.

With `--crowd`: a real Redis, 4 Celery workers of 2 processes each and 2 beats, on the real clock, with so many items of
so many people: mails for each person and date, rows for each key.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import django

from benchmarks import portal
from benchmarks.__main__ import new_database
from benchmarks.processes import ROOT, run
from tests.faults import crew
from tests.notifications.server import MailSink
from tools.servers import postgres, redis

TODAY, TOMORROW = (datetime(2026, 3, day, 9, 0, tzinfo=UTC) for day in (12, 13))
LATER = timedelta(minutes=11)  # a lease is ten minutes
PLANNING = ("digests_queued", "ledger_written")
SENDING = ("connected", "claimed", "accepted", "sending", "final_dot", "answered", "marked")
FEW = 4  # as many as the crew claims at once
ONCE = ("connected", "digests_queued", "ledger_written")
STEP = ["-m", "benchmarks.crashes", "--step"]
DURABLE: dict[str, str] = {}


def runs(times: int, people: int) -> list[tuple[str, int]]:
    """Where a worker dies, and at which time that it comes there."""
    places = [(point, hit) for point in SENDING for hit in range(1, 2 if point in ONCE else people + 1)]
    batches = [
        (point, hit) for point, hit in places if point != "claimed" or hit <= 2
    ]  # it claims four at a time
    found = ([(point, 1) for point in PLANNING] + batches) * times
    random.Random(times).shuffle(found)  # so that a part of them is of every kind
    return found


def kill(options: argparse.Namespace) -> None:
    """All runs, one after the other; a line of JSON for each: who was owed a digest, and what the outbox says."""
    django.setup()
    end = time.monotonic() + options.seconds
    for number, (point, hit) in enumerate(runs(options.times, options.people)):
        if time.monotonic() > end:
            break
        apart(lambda number=number: fill(number, options.people))
        death = {"die_at": point, "hit": hit, "real_mails": True}
        planner, sender = (
            {"role": role, "real_mails": True, "batch": FEW if number % 2 else options.people}
            | (death if (point in PLANNING) == (role == "plan") else {})
            for role in ("plan", "deliver")
        )
        codes = [*crew.sail(TODAY.isoformat(), [planner]), *crew.sail(TODAY.isoformat(), [sender])]
        for now in (TODAY + LATER, TOMORROW):
            crew.sail(now.isoformat(), [{"role": "tick", "real_mails": True}])
        apart(lambda number=number, codes=codes: told(number, died=-9 in codes))


def apart(act: Callable[[], None]) -> None:
    """In a process of its own, so that no connection is there when the next one forks."""
    pid = os.fork()
    if pid == 0:
        try:
            act()
            sys.stdout.flush()
            os._exit(0)
        except BaseException as error:  # whatever it is, the parent must not go on as a child
            sys.stderr.write(repr(error))
            os._exit(1)
    if os.waitpid(pid, 0)[1]:
        raise RuntimeError("a step failed")


def fill(number: int, people: int) -> None:
    from apps.action_items.models import ActionItem  # noqa: PLC0415  (models load after setup)
    from apps.notifications.models import OutboxMail  # noqa: PLC0415
    from tests.factories import make_action_item, make_user  # noqa: PLC0415

    OutboxMail.objects.all().delete()
    ActionItem.objects.update(status="done", next_reminder_at=None, escalates_at=None)
    for n in range(people):
        owner = make_user(f"run{number}-person{n}")
        for _ in range(2):
            make_action_item(owner=owner, by=owner, due_on=date(2026, 3, 12), next_reminder_at=TODAY)


def told(number: int, *, died: bool) -> None:
    from apps.notifications.models import OutboxMail  # noqa: PLC0415

    rows = OutboxMail.objects.values_list("recipient__email", "payload__local_date", "message_id", "status")
    print(json.dumps({"run": number, "died": died, "rows": list(rows)}))


def judge(lines: list[dict[str, Any]], delivered: Counter[str], people: int) -> None:
    lost, doubled, unknown, twice = 0, 0, 0, 0
    for line in lines:
        days = Counter((who, day) for who, day, message, _ in line["rows"] for _ in range(delivered[message]))
        lost += people - len({who for who, _ in days})
        doubled += sum(count - 1 for count in days.values())
        unknown += sum(status == "unknown" for *_, status in line["rows"])
        twice += sum(count > 1 for count in Counter(row[0] + row[1] for row in line["rows"]).values())
    owed = len(lines) * people
    print(
        f"runs {len(lines)}, workers killed {sum(line['died'] for line in lines)}, people owed a reminder {owed}"
    )
    print(f"lost {lost}, doubled {doubled}, rows beyond one for each person and date {twice}")
    print(f"mails {sum(delivered.values())}, of which nobody knows and which were not repeated {unknown}")


def crowd(options: argparse.Namespace) -> None:
    """The items of the crowd, due now, whatever the hour and the day."""
    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from apps.accounts.models import User, WorkSchedule  # noqa: PLC0415
    from tests.factories import make_action_item, make_user  # noqa: PLC0415

    now = timezone.now()
    for n in range(options.people):
        owner = make_user(f"person{n}")
        for _ in range(options.each):
            make_action_item(owner=owner, by=owner, due_on=now.date(), next_reminder_at=now)
    User.objects.update(digest_at=now.time().replace(microsecond=0))
    WorkSchedule.objects.update(sat=480, sun=480)


def counts(_options: argparse.Namespace) -> None:
    django.setup()
    from django.db.models import Count  # noqa: PLC0415

    from apps.action_items.models import Reminder  # noqa: PLC0415
    from apps.notifications.models import OutboxMail  # noqa: PLC0415

    days = OutboxMail.objects.values("recipient", "payload__local_date").annotate(n=Count("pk"))
    stages = Reminder.objects.values("item", "stage", "recipient").annotate(n=Count("pk"))
    found = {
        "statuses": dict(OutboxMail.objects.values_list("status").annotate(Count("pk"))),
        "most rows for a person and date": max((row["n"] for row in days), default=0),
        "items with a stage in the ledger": stages.values("item").distinct().count(),
        "most rows for a stage": max((row["n"] for row in stages), default=0),
    }
    print(json.dumps(found))


@contextmanager
def celery(count: int, command: list[str], env: dict[str, str], home: str) -> Iterator[None]:
    started = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "celery",
                "-A",
                "config",
                *(part.format(n=n, home=home) for part in command),
            ],
            cwd=ROOT,
            env={**os.environ, **env},
        )
        for n in range(count)
    ]
    try:
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)


WORKER = [
    "worker",
    "-c",
    "2",
    "-n",
    "w{n}@crowd",
    "--loglevel",
    "ERROR",
    "--without-gossip",
    "--without-mingle",
]
BEAT = ["beat", "--loglevel", "ERROR", "--pidfile", "", "-s", "{home}/beat-{n}"]


def crowded(options: argparse.Namespace, env: dict[str, str], sink: MailSink, home: str) -> None:
    given = ["--people", str(options.people), "--each", str(options.each)]
    run([*STEP, "crowd", *given], env)
    with celery(4, WORKER, env, home), celery(2, BEAT, env, home):
        end = time.monotonic() + 300
        while len(sink.mails) < options.people and time.monotonic() < end:
            time.sleep(1)
        time.sleep(options.linger)  # more ticks of both beats, which must change nothing
    found = json.loads(run([*STEP, "counts"], env).splitlines()[-1])
    mails = Counter(recipient for recipient, _ in sink.mails)
    print(f"items {options.people * options.each}, people {options.people}, mails {sum(mails.values())}")
    print(f"people mailed {len(mails)}, most mails for one person and date {max(mails.values(), default=0)}")
    for name, value in found.items():
        print(f"{name} {value}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Workers killed at every step, and many workers at once.")
    parser.add_argument("--times", type=int, default=4, help="over")
    parser.add_argument("--people", type=int)
    parser.add_argument("--seconds", type=int, default=3600, help="after which no run begins")
    parser.add_argument("--each", type=int, default=10, help="items of one person, with --crowd")
    parser.add_argument("--linger", type=int, default=75, help="seconds after the last mail, with --crowd")
    parser.add_argument("--crowd", action="store_true")
    parser.add_argument("--step", choices=["kill", "crowd", "counts"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.people = options.people or (50 if options.crowd else 6)
    if options.step:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        {"kill": kill, "crowd": crowd, "counts": counts}[options.step](options)
        return
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="ballast-crashes-"))
        url, sink = stack.enter_context(postgres(settings=DURABLE)), stack.enter_context(MailSink())
        broker = stack.enter_context(redis()) if options.crowd else ""
        env = portal.environment(new_database(url, "crashes"), broker, str(Path(home) / "data"))
        env |= {"EMAIL_HOST": sink.host, "EMAIL_PORT": str(sink.port), "LOG_LEVEL": "ERROR"}
        run(["manage.py", "migrate", "--verbosity", "0"], env)
        run(["manage.py", "createcachetable"], env)
        if options.crowd:
            crowded(options, env, sink, home)
            return
        given = [
            "--times",
            str(options.times),
            "--people",
            str(options.people),
            "--seconds",
            str(options.seconds),
        ]
        told = [
            json.loads(line) for line in run([*STEP, "kill", *given], env).splitlines() if line[:1] == "{"
        ]
        judge(told, Counter(sink.message_ids), options.people)


if __name__ == "__main__":
    main()
