import os
import sys
import time

import pytest

from tools.processes import Child, first_dead, stop

SAYS_AND_DIES = "print('the disk is full'); raise SystemExit(3)"
HAS_A_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def run(tmp_path):
    children = []

    def start(name, code):
        command = [sys.executable, "-c", code]
        children.append(Child(name, command, log=tmp_path / f"{name}.log", environment=os.environ))
        return children[-1]

    yield start
    stop(children)


def wait_for(truth):
    end = time.monotonic() + 10
    while not truth():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
            return file.read().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_the_first_to_die_is_found_with_its_last_words(run):
    healthy, broken = run("web", "import time; time.sleep(60)"), run("worker", SAYS_AND_DIES)
    wait_for(lambda: not broken.is_alive)
    assert first_dead([healthy, broken]) is broken
    assert broken.process.returncode == 3
    assert "the disk is full" in broken.last_lines()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_killed_process_leaves_no_child_behind(run):
    worker = run("worker", HAS_A_CHILD)
    wait_for(lambda: worker.last_lines().strip())
    grandchild = int(worker.last_lines())
    worker.process.kill()
    wait_for(lambda: not worker.is_alive)
    assert is_running(grandchild)
    stop([worker])
    wait_for(lambda: not is_running(grandchild))


def test_a_restart_keeps_what_was_said_before(run, tmp_path):
    for _ in range(2):
        child = run("web", SAYS_AND_DIES)
        wait_for(lambda child=child: not child.is_alive)
    assert "the disk is full" in (tmp_path / "web.previous.log").read_text()
