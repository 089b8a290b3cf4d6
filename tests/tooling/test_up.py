"""The whole portal as a newcomer starts it: real processes on a free port, in a folder of their own."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.alone import hold
from tools.up import ROOT

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="signals and /proc differ there"),
    pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="the embedded portal is tried once"),
]
ADMIN = {"ADMIN_EMAIL": "root@example.com", "ADMIN_NAME": "Root", "ADMIN_PASSWORD": "a long and odd sentence"}


@pytest.fixture
def portal(tmp_path):
    """portal() starts it and waits for its greeting; whatever happens, it is stopped."""
    started = []
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def start():
        environment = {**os.environ, **ADMIN, "DATA_DIR": str(tmp_path / "data"), "PORT": str(port)}
        environment |= {"DATABASE_URL": "", "REDIS_URL": "", "BASE_URL": f"http://localhost:{port}"}
        command = [sys.executable, "-m", "tools.up", "--empty"]
        with (tmp_path / "output").open("w") as output:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        process.port, process.said = port, lambda: (tmp_path / "output").read_text()
        started.append(process)
        wait_for(lambda: process.poll() is not None or "Ctrl-C" in process.said(), seconds=180)
        return process

    yield start
    for process in started:
        process.terminate()
        process.wait(30)


def wait_for(truth, *, seconds=30):
    end = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < end
        time.sleep(0.05)


def answers(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def children(process):
    """What it started, in the order of the process list: the web server, then the worker."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    return sorted(pid for pid, parent in parents.items() if parent == process.pid)


def test_up_answers_keeps_its_data_stops_whole_and_says_who_died(portal):
    first = portal()
    assert answers(first.port), first.said()
    assert f"http://localhost:{first.port}" in first.said()
    family = children(first)
    first.send_signal(signal.SIGINT)
    assert first.wait(20) == 0
    assert not any(is_running(pid) for pid in family)

    again = portal()
    assert answers(again.port), again.said()
    assert "first administrator" not in again.said()
    web, worker = children(again)
    os.kill(worker, signal.SIGKILL)
    assert again.wait(20) == 1
    assert "The worker process was killed (signal 9)" in again.said()
    assert not is_running(web)


def test_up_says_when_its_port_is_taken(portal, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        environment = {**os.environ, "DATA_DIR": str(tmp_path), "PORT": str(other.getsockname()[1])}
        command = [sys.executable, "-m", "tools.up"]
        result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert result.returncode == 1
    assert "is taken" in result.stdout


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_second_up_on_the_same_data_leaves_it_alone_until_the_first_is_gone_however_it_ends(tmp_path):
    lock, environment = tmp_path / "up.lock", {**os.environ, "DATA_DIR": str(tmp_path), "PORT": "0"}
    holding = "import pathlib, sys; from tools.alone import hold; f = hold(pathlib.Path(sys.argv[1])); print(bool(f))"
    command = [sys.executable, "-uc", f"{holding}; input()", str(lock)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout.readline() == "True\n"
        command = [sys.executable, "-m", "tools.up"]
        second = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        first.kill()
    assert (second.returncode, f"Another ./ballast up runs on {tmp_path}" in second.stdout) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["up.lock"]  # nothing was prepared or migrated
    with hold(lock) as held:
        assert held
