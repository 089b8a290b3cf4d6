"""How fast is a file of another time tracker read, checked and logged, against a COPY of the very rows that come of it?

python -m benchmarks.imports [--rows 100000] [--rounds 3]

Starts a PostgreSQL of its own. The file is a detailed report of Clockify: twenty people, two years. Import: everything
from the button to the last entry, with slices, overlaps, marks and the key of each row. COPY: the rows of entries and
slices as ready-made text into the same tables with the same indexes. In turn, each round in emptied tables; the middle
of the rounds. The goal is at least a quarter of COPY.
"""

import argparse
import json
import os
import statistics
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import django

from benchmarks import portal
from benchmarks.__main__ import Bench, new_database
from benchmarks.processes import run

PEOPLE = 20
NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
STEP = ["-m", "benchmarks.imports", "--step"]
TABLES = ("toil_toilentry", "toil_toilslice")
OTHERS = ("toil_dirtyweek", "toil_importpart", "toil_importupload")
HEAD = "Project,Description,Task,Email,Tags,Start Date,Start Time,End Date,End Time,Duration (h),Duration (decimal)"


def file_of(rows: int) -> bytes:
    """In the order of their starts, as a tool exports them; about one in twelve overlaps the one before."""
    lines, each = [HEAD], rows // PEOPLE
    step = timedelta(days=700) / each
    for n in range(each):
        for person in range(PEOPLE):
            start = (NOW - timedelta(days=710) + n * step + timedelta(minutes=7 * person)).replace(second=0)
            minutes = 400 if (n + person) % 12 == 0 else 5 + (n * 7 + person) % 90
            end = start + timedelta(minutes=minutes)
            length = f"{minutes // 60:02}:{minutes % 60:02}:00"
            times = f"{start:%m/%d/%Y,%H:%M:%S},{end:%m/%d/%Y,%H:%M:%S},{length},{minutes / 60:.2f}"
            lines.append(
                f"Project {n % 9},Chore {n % 400},Task {n % 30},person{person}@ballast.example,ops,{times}"
            )
    return "\n".join(lines).encode()


def copied(cursor: Any) -> tuple[float, int]:
    """Seconds in which the rows that are there go in again as text, and how many slices they are; leaves none."""
    cursor.execute("SET statement_timeout = 0")
    texts = {}
    for table in TABLES:
        with cursor.copy(f"COPY {table} TO STDOUT") as copy:
            texts[table] = b"".join(copy)
    cursor.execute(f"TRUNCATE {', '.join([*TABLES, *OTHERS])} CASCADE")
    began = time.perf_counter()
    for table, text in texts.items():
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            copy.write(text)
    took = time.perf_counter() - began
    cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
    return took, texts["toil_toilslice"].count(b"\n")


def measure(rows: int, rounds: int) -> None:
    """Prints JSON; inside the portal's settings."""
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  (models load after setup)
    from django.db import connection  # noqa: PLC0415

    from apps.accounts.models import User  # noqa: PLC0415
    from apps.toil.models import ToilEntry  # noqa: PLC0415
    from apps.toil.operations import go_on, start_import, upload_file, work_on_imports  # noqa: PLC0415
    from tests.factories import make_team, make_user  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    team, by, raw = make_team(name="Payments", slug="payments"), User.objects.system(), file_of(rows)
    for person in range(PEOPLE):
        make_user(f"person{person}", team=team)
    found: dict[str, list[float]] = {"read": [], "import": [], "copy": []}
    for _ in range(rounds):
        began = time.perf_counter()
        batch = upload_file(team=team, name="clockify.csv", chunks=[raw], tz="UTC", now=NOW, by=by)
        work_on_imports(NOW)
        found["read"].append(time.perf_counter() - began)
        batch.refresh_from_db()
        began = time.perf_counter()
        go_on(start_import(batch, now=NOW, by=by), parts=rows, now=NOW)
        found["import"].append(time.perf_counter() - began)
        assert ToilEntry.objects.count() == rows
        with connection.cursor() as cursor:
            seconds, slices = copied(cursor)
        found["copy"].append(seconds)
    print(json.dumps(found | {"bytes": len(raw), "slices": slices}))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--step", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        measure(options.rows, options.rounds)
        return
    with ExitStack() as stack:
        bench = Bench(stack, requests=0)
        env = portal.environment(new_database(bench.url, "imports"), bench.redis, f"{bench.home}/imports")
        asked = [*STEP, "--rows", str(options.rows), "--rounds", str(options.rounds)]
        found = json.loads(run(asked, env).splitlines()[-1])
    read, took, copied = (statistics.median(found[name]) for name in ("read", "import", "copy"))
    ratio = statistics.median(copy / own for copy, own in zip(found["copy"], found["import"], strict=True))
    print(f"{options.rows:,} rows, {found['bytes'] / 1e6:.1f} MB, {found['slices']:,} slices")
    print(f"read and checked in {read:.1f} s ({options.rows / read:,.0f} rows/s)")
    print(
        f"imported in {took:.1f} s ({options.rows / took:,.0f} rows/s), COPY of the same rows {copied:.1f} s"
    )
    print(f"**{ratio:.2f}** of COPY (goal: at least 0.25)")


if __name__ == "__main__":
    main()
