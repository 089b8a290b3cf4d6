"""How soon do 200 people who follow an incident see what somebody writes, and what do they cost while nothing is new?

python -m benchmarks.followers [--followers 200] [--seconds 40] [--size S]

Starts a PostgreSQL, a Redis and a portal of its own. Each follower does what static/js/live.js does: asks, waits for
the answer, waits 2 to 3 seconds, asks again, over one kept connection. Meanwhile a program posts an entry every four
seconds. First nothing is written, for the price of a poll without news. Everything is bounded and on loopback.
"""

import argparse
import json
import random
import re
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from benchmarks import portal
from benchmarks.__main__ import Bench
from benchmarks.client import quantile
from benchmarks.processes import cpu_seconds

PEOPLE = ("admin", "lead", "member", "auditor")
PAUSE = (2.0, 3.0)
WRITE_EVERY = 4.0
LAST_ENTRY_BEFORE_END = 10.0  # so that everybody asks again after it
SEEN = re.compile(rb'name="seen" value="([\d.]+)"')
WRITTEN = re.compile(rb"Entry (\d+) of the run")


@dataclass
class Follower:
    """One open page."""

    port: int
    headers: dict[str, str]
    key: str
    quiet: list[float] = field(default_factory=list)
    news: list[float] = field(default_factory=list)
    arrived: dict[int, float] = field(default_factory=dict)
    wrong: list[int] = field(default_factory=list)

    def open(self) -> None:
        self.connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.seen = SEEN.search(self.get(f"/incidents/{self.key}/")[1]).group(1).decode()  # type: ignore[union-attr]

    def follow(self, until: float) -> None:
        time.sleep(random.uniform(0, PAUSE[1]))
        while time.time() < until:
            self.poll()
            time.sleep(random.uniform(*PAUSE))
        self.connection.close()

    def get(self, path: str) -> tuple[int, bytes]:
        self.connection.request("GET", path, headers={**self.headers, "HX-Request": "true"})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def poll(self) -> None:
        began = time.time()
        status, body = self.get(f"/incidents/{self.key}/timeline/since/?{urlencode({'seen': self.seen})}")
        ended = time.time()
        (self.quiet if status == 204 else self.news).append((ended - began) * 1000)
        if status == 200:
            self.seen = SEEN.search(body).group(1).decode()  # type: ignore[union-attr]
            for number in WRITTEN.findall(body):
                self.arrived.setdefault(int(number), ended)
        elif status != 204:
            self.wrong.append(status)


class Writer:
    """Posts an entry every four seconds and remembers when each was answered."""

    def __init__(self, port: int, headers: dict[str, str], key: str) -> None:
        self.port, self.headers, self.path = port, headers, f"/api/v1/incidents/{key}/timeline/"
        self.written: dict[int, float] = {}

    def write(self, until: float) -> None:
        number = 0
        while time.time() < until:
            number += 1
            connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
            body = json.dumps({"body": f"Entry {number} of the run"})
            connection.request("POST", self.path, body, {**self.headers, "Content-Type": "application/json"})
            if connection.getresponse().status == 201:
                self.written[number] = time.time()
            connection.close()
            time.sleep(WRITE_EVERY)


def crowd(followers: list[Follower], until: float) -> list[threading.Thread]:
    threads = [threading.Thread(target=follower.follow, args=(until,)) for follower in followers]
    for thread in threads:
        thread.start()
    return threads


def run(bench: Bench, *, count: int, seconds: float, size: str) -> dict[str, Any]:
    ours, _env = bench.portal(size)
    browsers = [portal.sign_in(ours.port, f"{name}@ballast.example") for name in PEOPLE]
    key = portal.declared(ours)

    def measured(*, is_written: bool) -> tuple[list[Follower], Writer, float]:
        followers = [Follower(ours.port, browsers[n % len(browsers)], key) for n in range(count)]
        writer = Writer(ours.port, ours.admin, key)
        for follower in followers:
            follower.open()
        before = cpu_seconds(ours.pid) + cpu_seconds(bench.database)
        until = time.time() + seconds
        threads = crowd(followers, until)
        if is_written:
            writer.write(until - LAST_ENTRY_BEFORE_END)
        for thread in threads:
            thread.join()
        spent = cpu_seconds(ours.pid) + cpu_seconds(bench.database) - before
        return followers, writer, spent

    quiet, _, spent = measured(is_written=False)
    busy, writer, busy_spent = measured(is_written=True)
    return summary(quiet, spent, seconds) | arrivals(busy, writer, busy_spent, seconds)


def summary(followers: list[Follower], spent: float, seconds: float) -> dict[str, Any]:
    polls = sorted(ms for follower in followers for ms in follower.quiet)
    return {
        "followers": len(followers),
        "polls without news": len(polls),
        "wrong answers": sum(len(follower.wrong) for follower in followers),
        "poll p50 ms": quantile(polls, 0.5),
        "poll p95 ms": quantile(polls, 0.95),
        "CPU ms a poll, app and database": 1000 * spent / len(polls),
        "share of one core while nothing is new": spent / seconds,
    }


def arrivals(followers: list[Follower], writer: Writer, spent: float, seconds: float) -> dict[str, Any]:
    """From the moment the writer had the answer until a follower had the entry."""
    waits = sorted(
        follower.arrived[number] - at
        for number, at in writer.written.items()
        for follower in followers
        if number in follower.arrived
    )
    return {
        "entries written": len(writer.written),
        "arrivals": len(waits),
        "missed": len(writer.written) * len(followers) - len(waits),
        "seconds until seen, p50": quantile(waits, 0.5),
        "seconds until seen, p95": quantile(waits, 0.95),
        "seconds until seen, slowest": waits[-1],
        "within 5 s": f"{sum(wait <= 5 for wait in waits) / len(waits):.1%}",
        "share of one core with an entry every 4 s": spent / seconds,
        "wrong answers while written": sum(len(follower.wrong) for follower in followers),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="200 people follow an incident.")
    parser.add_argument("--followers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--size", choices=list(portal.SIZES), default="S")
    options = parser.parse_args()
    with ExitStack() as stack:
        bench = Bench(stack, requests=1)
        for name, value in run(
            bench, count=options.followers, seconds=options.seconds, size=options.size
        ).items():
            print(f"{name:45} {value:.2f}" if isinstance(value, float) else f"{name:45} {value}")


if __name__ == "__main__":
    main()
