"""What the number of toil costs over a million entries, or ten.

python -m benchmarks.toil [--entries 1000000 10000000] [--sqlite 1000000] [--requests 60] [--rounds 3] [--output FILE]

Starts a PostgreSQL, a Redis, a portal and the yardstick of its own. Of SQLite the same is told, without limits and
without Y, whose table is elsewhere.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import portal
from benchmarks.__main__ import Bench, interleaved, new_database, settle
from benchmarks.client import Target
from benchmarks.processes import ROOT, only_in_tests, resident_megabytes, run

DEMO = ["--incidents", "500", "--postmortems", "50", "--action-items", "500", "--teams", "50"]
SEEDED = 100_000  # entries of the demo, of which the rest are copies
WORKER = ["manage.py", "work", "--loglevel", "WARNING"]


def fill(env: dict[str, str], wanted: int) -> None:
    started = time.perf_counter()
    run(["manage.py", "migrate", "--verbosity", "0"], env)
    run(["manage.py", "createcachetable"], env)
    run(["manage.py", "demo", *DEMO, "--toil-entries", str(min(wanted, SEEDED))], env)
    run(["-m", "benchmarks.toil_fill", str(wanted)], env)
    print(f"{wanted:,} entries were there after {time.perf_counter() - started:.0f} s", flush=True)


def pages(bench: Bench, yard: tuple[Target, int], env: dict[str, str]) -> list[dict[str, Any]]:
    with portal.running(env, incidents=500) as ours:
        lead = portal.sign_in(ours.port, "lead@ballast.example")
        wanted = [
            ("page of one team, its lead", lead, "/toil/teams/payments/"),
            ("page of one team, somebody else", ours.browser, "/toil/teams/payments/"),
            ("all teams beside each other", ours.browser, "/toil/teams/"),
            ("all teams of 13 weeks, by program", ours.member, "/api/v1/toil/teams/?weeks=13"),
        ]
        return [
            interleaved(bench, yard, Target(name, ours.port, headers, portal.get(path)), ours.pid)
            for name, headers, path in wanted
        ]


def worker_megabytes(env: dict[str, str]) -> float:
    """The greatest process of a worker that has just recomputed what was marked."""
    marked = (
        "import django; django.setup(); from apps.toil.models import DirtyWeek, TeamWeek; "
        "DirtyWeek.objects.bulk_create(DirtyWeek(team_id=t, monday=m) for t, m in "
        "TeamWeek.objects.order_by('-monday').values_list('team', 'monday')[:100])"
    )
    settings = {**env, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-m", "benchmarks.installed", *WORKER]
    own = {**os.environ, **settings, "ONLY_IN_TESTS": " ".join(only_in_tests()), "PYTHONPATH": str(ROOT)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    worker = subprocess.Popen(command, cwd=ROOT, env=own, **quiet)
    try:
        time.sleep(6)
        run(["-c", marked], settings)
        run(["-m", "celery", "-A", "config", "call", "apps.toil.tasks.recompute_dirty_weeks"], settings)
        left = "import django; django.setup(); from apps.toil.models import DirtyWeek; print(DirtyWeek.objects.count())"
        for _ in range(60):
            if run(["-c", left], settings).endswith("0"):
                break
        return max(resident_megabytes(worker.pid))
    finally:
        worker.terminate()
        worker.wait(30)


def measured(bench: Bench, yard: tuple[Target, int], entries: int, rounds: int) -> dict[str, Any]:
    name = f"toil_{entries}"
    env = portal.environment(new_database(bench.url, name), bench.redis, f"{bench.home}/{name}")
    fill(env, entries)
    settle(env["DATABASE_URL"])
    found = json.loads(run(["-m", "benchmarks.toil_sql", str(rounds)], env).splitlines()[-1])
    settle(env["DATABASE_URL"])
    return found | {"pages": pages(bench, yard, env), "worker_mb": worker_megabytes(env)}


def on_sqlite(bench: Bench, entries: int, rounds: int) -> dict[str, Any]:
    env = portal.environment("", "", f"{bench.home}/sqlite")
    fill(env, entries)
    found: dict[str, Any] = json.loads(run(["-m", "benchmarks.toil_sql", str(rounds)], env).splitlines()[-1])
    return found


def table(found: dict[str, Any]) -> list[str]:
    again, sums, batch, single = (found["recompute"], found["all_teams"], found["batch"], found["single"])
    rows = [
        ("all teams over 13 weeks", f"{sums['ms']:.2f} ms in {sums['statements']} statements", "≤ 10 ms"),
        (
            "every week again from raw slices",
            f"{again['again']:,.0f} ms: {again['again'] / again['group_by']:.2f} × the plain GROUP BY by team, "
            f"week and category ({again['group_by']:,.0f} ms), {again['again'] / again['of_entries']:.2f} × that of "
            f"entries as they were logged ({again['of_entries']:,.0f} ms), {again['again'] / again['of_slices']:.2f} × "
            f"that of slices alone, by what they count as ({again['of_slices']:,.0f} ms)",
            "≤ 1.2 ×",
        ),
        ("every week for the first time, stored", f"{again['first']:,.0f} ms", ""),
        ("memory of that process at most", f"{again['peak_mb']:.0f} MB", ""),
        (
            "one entry, with its mark against without",
            f"{single['with']:.2f} against {single['without']:.2f} ms: {_more(single)}",
            "≤ +15 %",
        ),
        (
            "5,000 entries at once, with marks against without",
            f"{batch['with']:,.0f} against {batch['without']:,.0f} ms: {_more(batch)}",
            "≤ +20 %",
        ),
        (
            "what the clock does then",
            f"{found['tick']['ms'] / found['tick']['weeks']:.1f} ms for each marked week",
            "",
        ),
    ]
    rows += [
        (
            page["name"],
            f"{page['times_y']:.2f} × Y (app {page['app_ms']:.1f}, database {page['db_ms']:.1f} ms)",
            "≤ 3 × Y",
        )
        for page in found.get("pages", ())
    ]
    if "worker_mb" in found:
        rows.append(("largest process of the worker", f"{found['worker_mb']:.0f} MB", "≤ 110 MB"))
    return ["| figure | value | goal |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]


def _more(pair: dict[str, float]) -> str:
    return f"{100 * (pair['with'] / pair['without'] - 1):+.0f} %"


def report(results: dict[str, dict[str, Any]]) -> str:
    lines = []
    for name, found in results.items():
        lines += [f"### {name}, {found['entries']:,} entries", "", *table(found), ""]
    sums = [found["all_teams"]["ms"] for name, found in results.items() if name.startswith("PostgreSQL")]
    if len(sums) > 1:
        lines.append(f"Growth of the sums of all teams: {sums[-1] / sums[0]:.2f} × (goal ≤ 1.5 ×)")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.toil", description=__doc__)
    parser.add_argument("--entries", type=int, nargs="*", default=[1_000_000], help="on PostgreSQL")
    parser.add_argument("--sqlite", type=int, default=0, help="on SQLite; none unless given")
    parser.add_argument("--requests", type=int, default=60, help="per measurement")
    parser.add_argument("--rounds", type=int, default=3, help="of recomputing everything")
    parser.add_argument("--output", type=Path, default=Path("benchmarks/results/toil.json"))
    options = parser.parse_args()
    results: dict[str, dict[str, Any]] = {}
    with ExitStack() as stack:
        bench = Bench(stack, requests=options.requests)
        yard = bench.yardstick() if options.entries else None
        for entries in options.entries:
            assert yard
            results[f"PostgreSQL {entries // 1000:,}k"] = measured(bench, yard, entries, options.rounds)
            print(report(results), flush=True)
        if options.sqlite:
            results["SQLite"] = on_sqlite(bench, options.sqlite, options.rounds)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(results, indent=1))
    print(report(results))


if __name__ == "__main__":
    main()
