"""How soon is any word found in 100,000 postmortems of 1,500 words, ranked, with snippets and facets?

python -m benchmarks.search [--documents 100000] [--requests 60]

Starts a PostgreSQL, a Redis, a portal and the yardstick Y of its own, and measures them in turn through HTTP. The
figures are wall clock as multiples of Y's median: p50 should be at most 1.5, p95 at most 4.
"""

import argparse
import statistics
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

from benchmarks import portal, search_fill
from benchmarks.__main__ import ROUNDS, Bench, new_database, settle
from benchmarks.client import Target

GOAL = "p50 ≤ 1.5 × Y, p95 ≤ 4 × Y"


def asking(
    words: list[str], address: str = "/api/v1/postmortems/search/"
) -> Callable[[int], tuple[str, str, Any]]:
    return lambda n: ("GET", f"{address}?{urlencode({'q': words[n % len(words)]})}", None)


def targets(ours: portal.Portal) -> list[Target]:
    rare, middling, common = (search_fill.words_of(kind) for kind in search_fill.RANKS)
    pairs = [f"{one} {other}" for one, other in zip(middling, common, strict=True)]
    misspelt = [word[:3] + word[4:] for word in middling]

    def at(name: str, make: Callable[[int], tuple[str, str, Any]], headers: dict[str, str]) -> Target:
        return Target(name, ours.port, headers, make)

    return [
        at("rare word", asking(rare), ours.member),
        at("middling word", asking(middling), ours.member),
        at("common word", asking(common), ours.member),
        at("common word, admin", asking(common), ours.admin),
        at("middling and common word", asking(pairs), ours.member),
        at("misspelt word", asking(misspelt), ours.member),
        at("web page, middling word", asking(middling, "/postmortems/search/"), ours.browser),
        at("web list filtered by a middling word", asking(middling, "/postmortems/"), ours.browser),
    ]


def measured(bench: Bench, yard: tuple[Target, int], target: Target, pid: int) -> dict[str, Any]:
    """Yardstick and portal in turn. p95 is compared with Y's median, not with Y's own p95."""
    bench.once(target, pid)  # words are read from disk once, as they are after a day
    pairs = [(bench.once(*yard), bench.once(target, pid)) for _ in range(ROUNDS)]
    return {
        "name": target.name,
        "p50": statistics.median(own.p50 / y.p50 for y, own in pairs),
        "p95": statistics.median(own.p95 / y.p50 for y, own in pairs),
        "work": statistics.median(own.work_ms / y.work_ms for y, own in pairs),
        "ms": statistics.median(own.p50 for _, own in pairs),
        "y_ms": statistics.median(y.p50 for y, _ in pairs),
        "db_ms": statistics.median(own.db_ms for _, own in pairs),
        "app_ms": statistics.median(own.app_ms for _, own in pairs),
        "errors": sum(own.errors for _, own in pairs),
    }


def table(rows: list[dict[str, Any]]) -> str:
    lines = [
        "| search | p50 × Y | p95 × Y | work × Y | p50 ms | Y ms | app ms | db ms | errors |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['name']} | **{row['p50']:.2f}** | {row['p95']:.2f} | {row['work']:.2f} | {row['ms']:.0f} "
        f"| {row['y_ms']:.0f} | {row['app_ms']:.1f} | {row['db_ms']:.1f} | {row['errors']} |"
        for row in rows
    ]
    return "\n".join([f"Goal: {GOAL}", "", *lines])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=60, help="per measurement")
    options = parser.parse_args()
    with ExitStack() as stack:
        bench = Bench(stack, requests=options.requests)
        env = portal.environment(
            new_database(bench.url, "portal_search"), bench.redis, f"{bench.home}/search"
        )
        search_fill.fill(env, options.documents)
        settle(env["DATABASE_URL"])
        yard = bench.yardstick()
        ours = stack.enter_context(portal.running(env, incidents=options.documents))
        print(table([measured(bench, yard, target, ours.pid) for target in targets(ours)]))


if __name__ == "__main__":
    main()
