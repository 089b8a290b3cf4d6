"""./ballast bench [--quick] [--requests N] [--output FILE]

Starts a PostgreSQL and a Redis of its own, fills one small and one large portal and the yardstick, and measures
them in turn: yardstick, portal, yardstick, portal. The result is a multiple of Y: CPU of the app and the database
per request, over the same for the yardstick's list. Milliseconds are for reading only.
"""

import argparse
import json
import os
import platform
import statistics
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import portal, report
from benchmarks.client import Measured, Target, measure
from benchmarks.processes import free_port, resident_megabytes, run, server
from tools.servers import postgres, redis

ROUNDS = 3
DURABLE = {"shared_buffers": "1GB", "max_wal_size": "4GB", "track_io_timing": "on"}


def new_database(url: str, name: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return url.rpartition("/")[0] + f"/{name}"


def postmaster(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    return int((Path(row[0]) / "postmaster.pid").read_text().split()[0]) if row else 0


def settle(url: str) -> None:
    """Statistics and visibility as a database has them after a night, so that no vacuum runs in between."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


class Bench:
    def __init__(self, stack: ExitStack, *, requests: int) -> None:
        self.stack, self.requests = stack, requests
        self.home = stack.enter_context(tempfile.TemporaryDirectory(prefix="ballast-bench-"))
        self.url = stack.enter_context(postgres(settings=DURABLE))
        self.redis = stack.enter_context(redis())
        self.database = postmaster(self.url)

    def yardstick(self) -> tuple[Target, int]:
        url, port = new_database(self.url, "yardstick"), free_port()
        env = {"YARDSTICK_URL": url}
        key = run(["-m", "benchmarks.yardstick.fill"], env).splitlines()[-1]
        settle(url)
        pid = self.stack.enter_context(
            server(
                ["-m", "benchmarks.yardstick.serve", str(port), "2"],
                env,
                probe=f"http://localhost:{port}/incidents/",
            )
        )
        headers = {"Authorization": f"Token {key}", "Host": "localhost"}
        return Target("yardstick", port, headers, portal.get("/incidents/?page=2")), pid

    def portal(self, size: str) -> tuple[portal.Portal, dict[str, str]]:
        env = portal.environment(
            new_database(self.url, f"portal_{size.lower()}"), self.redis, f"{self.home}/{size}"
        )
        portal.fill(env, size)
        settle(env["DATABASE_URL"])
        running = portal.running(env, incidents=portal.SIZES[size]["incidents"])
        return self.stack.enter_context(running), env

    def once(self, target: Target, pid: int, *, concurrency: int = 1) -> Measured:
        return measure(
            target, requests=self.requests, concurrency=concurrency, app=pid, database=self.database
        )


def interleaved(bench: Bench, yard: tuple[Target, int], ours: Target, pid: int) -> dict[str, Any]:
    """Yardstick and portal in turn; the median of the ratios, and the portal's own figures."""
    pairs = [(bench.once(*yard), bench.once(ours, pid)) for _ in range(ROUNDS)]
    middle = sorted((pair[1] for pair in pairs), key=lambda one: one.work_ms)[ROUNDS // 2]
    return {
        "name": ours.name,
        "times_y": statistics.median(own.work_ms / y.work_ms for y, own in pairs),
        "times_y_wall": statistics.median(own.p50 / y.p50 for y, own in pairs),
        "app_ms": middle.app_ms,
        "db_ms": middle.db_ms,
        "y_ms": statistics.median(y.work_ms for y, _ in pairs),
        "p50": middle.p50,
        "p95": middle.p95,
        "p99": middle.p99,
        "bytes": middle.bytes,
        "errors": sum(own.errors for _, own in pairs),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="ballast bench", description="How fast the portal is, as multiples of Y."
    )
    parser.add_argument("--requests", type=int, default=100, help="per measurement")
    parser.add_argument("--quick", action="store_true", help="the small portal only")
    parser.add_argument("--output", type=Path, default=Path("benchmarks/results/latest.json"))
    options = parser.parse_args()
    with ExitStack() as stack:
        result = everything(Bench(stack, requests=options.requests), sizes="S" if options.quick else "SL")
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=1))
    table = report.table(result)
    options.output.with_suffix(".md").write_text(table)
    print(table)


def everything(bench: Bench, *, sizes: str) -> dict[str, Any]:
    yard = bench.yardstick()
    result: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "system": platform.platform(),
        },
        "requests": bench.requests,
        "sizes": {},
    }
    for size in sizes:
        ours, env = bench.portal(size)
        rows = [
            {"goal": goal, **interleaved(bench, yard, target, ours.pid)}
            for goal, target in portal.targets(ours)
        ]
        first = portal.targets(ours)[0][1]
        eight, one = bench.once(first, ours.pid, concurrency=8), bench.once(first, ours.pid)
        result["sizes"][size] = {
            "rows": portal.SIZES[size],
            "requests": rows,
            "concurrency": {"c1": one.per_second, "c8": eight.per_second, "p50": eight.p50, "p99": eight.p99},
            "resident_mb": resident_megabytes(ours.pid),
            "sql": json.loads(run(["-m", "benchmarks.sql"], env).splitlines()[-1]),
        }
    return result


if __name__ == "__main__":
    main()
