"""Run a few processes as one: all live or all stop, and none is left behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

GRACE = 8.0  # seconds to end by itself, before it is killed
LAST_LINES = 25
PR_SET_PDEATHSIG = 1


class StopRequested(BaseException):
    """Ctrl-C, or the operating system's equivalent; no Exception, so that none swallows it."""


def listen_for_stop() -> None:
    """Every way to be asked to stop arrives as one exception."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _request_stop)


def _request_stop(number: int, _frame: FrameType | None) -> None:
    raise StopRequested(number)


class Child:
    """A process in a group of its own, with everything it says in a file."""

    def __init__(self, name: str, command: list[str], *, log: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists():
            log.replace(log.with_suffix(".previous.log"))
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
                preexec_fn=_end_with_the_parent if sys.platform == "linux" else None,
            )

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    @property
    def ending(self) -> str:
        code = self.process.returncode
        return f"was killed (signal {-code})" if code < 0 else f"ended (code {code})"

    def last_lines(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(f"  {line}" for line in lines[-LAST_LINES:])

    def ask_to_stop(self) -> None:
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """The whole group: a worker that died may have left its own children."""
        self._signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        self.process.wait()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.name == "nt":
                self.process.terminate()
            else:
                os.killpg(self.process.pid, number)


def _end_with_the_parent() -> None:
    """Linux ends the child even when the parent was killed and could not."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def stop(children: list[Child]) -> None:
    """Ask all, wait for all, then make sure; asked twice, make sure at once."""
    try:
        for child in reversed(children):
            child.ask_to_stop()
        end = time.monotonic() + GRACE
        while any(child.is_alive for child in children) and time.monotonic() < end:
            time.sleep(0.05)
    except StopRequested:
        pass
    finally:
        for child in children:
            child.kill()


def first_dead(children: list[Child]) -> Child | None:
    return next((child for child in children if not child.is_alive), None)
