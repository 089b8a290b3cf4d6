"""Start what is measured, and read what it used from /proc: CPU seconds and resident memory (Linux)."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from importlib.metadata import packages_distributions
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

TICK = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parent.parent


def listen(port: int) -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    sock.listen(1024)
    sock.setblocking(False)  # noqa: FBT003
    return sock


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(command: list[str], env: Mapping[str, str], *, probe: str) -> Iterator[int]:
    """Run a web server in its own session until the block ends; yields the pid of its first process."""
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env={**os.environ, **env}, start_new_session=True
    )
    try:
        wait_for(probe)
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def only_in_tests() -> list[str]:
    """The modules here that no installation has: they are in none of the packages that it is made from."""
    lock = (ROOT / "requirements.lock").read_text()
    installed = set(re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE))
    return [
        module
        for module, packages in packages_distributions().items()
        if not {re.sub(r"[-_.]+", "-", package).lower() for package in packages} & installed
    ]


def wait_for(url: str) -> None:
    for _ in range(300):
        try:
            with urlopen(url, timeout=2):
                return
        except HTTPException:  # it answers, in a language of its own
            return
        except URLError as error:
            if getattr(error, "code", None):
                return
            time.sleep(0.1)
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")


def run(command: list[str], env: Mapping[str, str]) -> str:
    result = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True
    )
    if result.returncode:
        raise RuntimeError(result.stdout[-2000:] + result.stderr[-4000:])
    return result.stdout.strip()


def tree(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(folder.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of a process tree, children that have ended included."""
    total = 0
    for member in tree(pid):
        try:
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        own, reaped = fields[11:13], fields[13:15]
        total += sum(map(int, own)) + sum(map(int, reaped))
    return total / TICK


def resident_megabytes(pid: int) -> list[float]:
    """Of each process of the tree."""
    sizes = []
    for member in tree(pid):
        lines = Path(f"/proc/{member}/status").read_text().splitlines()
        sizes += [int(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS")]
    return sizes
