"""A closed-loop client: a fixed number of requests, a new connection each, c at a time."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any

from benchmarks.processes import cpu_seconds


@dataclass(frozen=True)
class Target:
    """One request: `make` gives method, path and body of the n-th; `expect` the status that counts as done."""

    name: str
    port: int
    headers: Mapping[str, str]
    make: Callable[[int], tuple[str, str, Any]]
    expect: int = 200
    host: str = "127.0.0.1"


@dataclass
class Measured:
    app_ms: float
    db_ms: float
    p50: float
    p95: float
    p99: float
    per_second: float
    bytes: int
    errors: int
    samples: list[float] = field(default_factory=list, repr=False)

    @property
    def work_ms(self) -> float:
        return self.app_ms + self.db_ms


numbers: Iterator[int] = iter(range(10**9))


def send(target: Target, number: int) -> tuple[float, int, int]:
    method, path, body = target.make(number)
    started = time.perf_counter()
    connection = HTTPConnection(target.host, target.port, timeout=60)
    text = json.dumps(body) if body is not None else None
    kind = {"Content-Type": "application/json"} if text else {}
    connection.request(method, path, text, {**target.headers, **kind, "Connection": "close"})
    answer = connection.getresponse()
    size = len(answer.read())
    connection.close()
    return (time.perf_counter() - started) * 1000, answer.status, size


def measure(target: Target, *, requests: int, concurrency: int, app: int, database: int) -> Measured:
    """Send the requests and read how much CPU the app's and the database's process trees used for them."""
    before, started = (cpu_seconds(app), cpu_seconds(database)), time.perf_counter()
    with ThreadPoolExecutor(concurrency) as pool:
        results = list(pool.map(lambda _: send(target, next(numbers)), range(requests)))
    wall = time.perf_counter() - started
    time.sleep(0.3)
    after = cpu_seconds(app), cpu_seconds(database)
    times = sorted(result[0] for result in results)
    return Measured(
        app_ms=(after[0] - before[0]) * 1000 / requests,
        db_ms=(after[1] - before[1]) * 1000 / requests,
        p50=quantile(times, 0.5),
        p95=quantile(times, 0.95),
        p99=quantile(times, 0.99),
        per_second=requests / wall,
        bytes=max(result[2] for result in results),
        errors=sum(1 for result in results if result[1] != target.expect),
        samples=times,
    )


def quantile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
