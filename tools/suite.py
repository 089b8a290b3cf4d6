"""./ballast test: the suite on the embedded defaults, then once more on a real PostgreSQL and Redis."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

from tools import alerting, chromium, servers
from tools.processes import StopRequested, listen_for_stop

ROOT = Path(__file__).resolve().parent.parent
NOTHING_COLLECTED = 5
WORKERS = min(os.cpu_count() or 1, 4)
COMPILE_ONCE = {
    "PYTHONDONTWRITEBYTECODE": ""
}  # each of some hundred processes would compile the project anew


@dataclass
class Run:
    """What one run of pytest came to."""

    title: str
    code: int
    passed: int = 0
    failed: int = 0
    skipped: dict[str, str] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        return self.code == 0 or (self.code == NOTHING_COLLECTED and not self.failed)


def main() -> int:
    listen_for_stop()
    arguments = sys.argv[1:]
    missing: list[str] = []
    if chromium.find() is None:
        missing.append("no Chromium: the browser tests did not run (apt install chromium, or set CHROMIUM)")
    if alerting.find() is None:
        missing.append(f"{alerting.MISSING}: no real alert was fired")
    try:
        runs = [run_embedded(arguments), *run_on_real_servers(arguments, missing)]
    except StopRequested:
        print("\nStopped.")
        return 130
    return report(runs, missing)


def run_embedded(arguments: list[str]) -> Run:
    return run_pytest("SQLite, embedded", arguments, {"DATABASE_URL": "", "REDIS_URL": ""})


def run_on_real_servers(arguments: list[str], missing: list[str]) -> list[Run]:
    with ExitStack() as stack:
        urls = {
            "DATABASE_URL": obtain("DATABASE_URL", servers.postgres, stack, missing),
            "REDIS_URL": obtain("REDIS_URL", servers.redis, stack, missing),
        }
        if not any(urls.values()):
            return []
        names = [name for name, url in zip(("PostgreSQL", "Redis"), urls.values(), strict=True) if url]
        return [run_pytest(" and ".join(names), arguments, urls)]


def obtain(
    name: str, start: Callable[[], AbstractContextManager[str]], stack: ExitStack, missing: list[str]
) -> str:
    """The server that the environment names, else one of our own, else a line for the end."""
    if os.environ.get(name):
        return os.environ[name]
    try:
        return stack.enter_context(start())
    except (servers.UnavailableError, OSError) as error:
        missing.append(f"{name}: {error}")
        return ""


def run_pytest(title: str, arguments: list[str], urls: dict[str, str]) -> Run:
    print(f"\n=== {title} ===", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ballast-run-") as folder:
        results = Path(folder) / "results.xml"
        command = [sys.executable, "-m", "pytest", f"--junitxml={results}", *options(urls)]
        code = call([*command, *(arguments or in_parallel())], {**os.environ, **COMPILE_ONCE, **urls})
        run = read_results(title, code, results)
    seconds = time.monotonic() - started
    print(f"{title}: {run.passed} passed, {run.failed} failed, {len(run.skipped)} skipped in {seconds:.0f} s")
    return run


def options(urls: dict[str, str]) -> list[str]:
    """Tests may talk to this machine and to the servers they were given, to nobody else."""
    hosts = {"127.0.0.1", "::1", "localhost"} | {
        urlsplit(url).hostname or "localhost" for url in urls.values()
    }
    return ["-q", f"--allow-hosts={','.join(sorted(hosts))}"]


def in_parallel() -> list[str]:
    return ["-n", str(WORKERS), "--dist", "worksteal"] if WORKERS > 1 else []


def call(command: list[str], environment: dict[str, str]) -> int:
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            return process.wait()
        except StopRequested:
            process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
            raise


def read_results(title: str, code: int, results: Path) -> Run:
    run = Run(title, code)
    if not results.exists():
        run.failed = 1
        return run
    for case in ElementTree.parse(results).iter("testcase"):  # noqa: S314  (we wrote it)
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            run.failed += 1
        elif skipped is not None:
            run.skipped[f"{case.get('classname')}.{case.get('name')}"] = skipped.get("message", "")
        else:
            run.passed += 1
    if not run.is_good and not run.failed:  # it broke before or after the tests
        run.failed = 1
    return run


def report(runs: list[Run], missing: list[str]) -> int:
    never = never_run(runs)
    if missing or never:
        in_a_box([*missing, *never])
    passed, failed = sum(run.passed for run in runs), sum(run.failed for run in runs)
    print(f"{passed} passed, {failed} failed, {sum(len(run.skipped) for run in runs)} skipped", flush=True)
    must_have_all = os.environ.get("CI", "").lower() in {"1", "true"}
    return 1 if failed or (missing and must_have_all) else 0


def never_run(runs: list[Run]) -> list[str]:
    """A test that one run skips and another runs is fine; one that no run runs is not."""
    everywhere = set.intersection(*(set(run.skipped) for run in runs)) if runs else set()
    return [f"skipped in every run: {name} ({runs[0].skipped[name]})" for name in sorted(everywhere)]


def in_a_box(lines: list[str]) -> None:
    print(f"\n{'!' * 100}\n!!  NOT EVERYTHING RAN")
    for line in lines:
        print(f"!!  - {line}")
    print("!" * 100, flush=True)


if __name__ == "__main__":
    sys.exit(main())
