"""Intervals are asked for while the panels are put together, and answered all at once by a process beside this one.

That process holds SciPy, which would double the memory of every web process; it starts with the first question,
ends when nobody has asked for a while, and cannot outlive the web process: its input closes with it.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Timer
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
COMMAND = (sys.executable, "-m", "apps.metrics.intervals")
PATIENCE = 30.0  # seconds for one line of answers
IDLE = 300.0  # seconds without a question after which the process ends
Question = tuple[Any, ...]


class NoAnswer(Exception):
    """The process for intervals could not be started, or died twice."""


@dataclass(slots=True)
class Interval:
    """Limits of 95 %, filled in once the question is answered. Both None: it cannot be said."""

    low: float | None = None
    high: float | None = None

    @property
    def is_known(self) -> bool:
        return self.low is not None or self.high is not None


class Asking:
    """Collects questions; `answer()` fills every interval that was handed out."""

    def __init__(self) -> None:
        self._questions: list[Question] = []
        self._intervals: list[Interval] = []

    def _ask(self, *question: Any) -> Interval:
        interval = Interval()
        self._questions.append(question)
        self._intervals.append(interval)
        return interval

    def poisson(self, count: int) -> Interval:
        return self._ask("poisson", count)

    def rate_ratio(self, count: int, days: float, before: int, days_before: float) -> Interval:
        return self._ask("rate_ratio", count, days, before, days_before)

    def wilson(self, part: int, whole: int) -> Interval:
        return self._ask("wilson", part, whole)

    def difference(self, part: int, whole: int, part_before: int, whole_before: int) -> Interval:
        return self._ask("difference", part, whole, part_before, whole_before)

    def median(self, values: Sequence[float]) -> Interval:
        return self._ask("median", values)

    def median_ratio(self, values: Sequence[float], before: Sequence[float]) -> Interval:
        return self._ask("median_ratio", values, before)

    def answer(self) -> None:
        """Raises NoAnswer."""
        for interval, limits in zip(self._intervals, calculator.ask(self._questions), strict=True):
            interval.low, interval.high = limits or (None, None)
        self._questions, self._intervals = [], []


class Calculator:
    """The process and the turn to speak to it; questions have no memory, so a dead one is simply started again."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._process: subprocess.Popen[str] | None = None
        self._rest: Timer | None = None

    def ask(self, questions: Sequence[Question]) -> list[Any]:
        line = json.dumps(questions) + "\n"
        with self._turn:
            for _ in range(2):
                try:
                    return self._exchange(line)
                except (OSError, ValueError):  # it died: broken pipe, or no whole line
                    self._end()
        raise NoAnswer

    def _exchange(self, line: str) -> list[Any]:
        process = self._running()
        limit = Timer(PATIENCE, process.kill)
        limit.start()
        try:
            process.stdin.write(line)  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
            answers: list[Any] = json.loads(process.stdout.readline())  # type: ignore[union-attr]
        finally:
            limit.cancel()
        self._rest_later()
        return answers

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
            self._process = subprocess.Popen(  # noqa: S603 - our own module, and only numbers on its input
                COMMAND, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        return self._process

    def _rest_later(self) -> None:
        if self._rest:
            self._rest.cancel()
        self._rest = Timer(IDLE, self.rest)
        self._rest.daemon = True
        self._rest.start()

    def rest(self) -> None:
        """End the process; the next question starts another."""
        with self._turn:
            self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.communicate()


calculator = Calculator()
atexit.register(calculator.rest)
