"""./ballast check: what keeps the house in order and needs no test run, side by side in seconds."""

import difflib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools import locks

ROOT = Path(__file__).resolve().parent.parent
OPENAPI = ROOT / "docs" / "openapi.yaml"
NOT_A_SECRET = "only-for-checks-" + "0123456789" * 5
PRODUCTION = {
    "EMBEDDED": "0",
    "HTTPS": "1",
    "DATABASE_URL": "postgresql://ballast@localhost/ballast",
    "REDIS_URL": "redis://localhost/0",
    "ALLOWED_HOSTS": "ballast.example",
    "BASE_URL": "https://ballast.example",
    "EMAIL_HOST": "localhost",
}


@dataclass(frozen=True)
class Result:
    name: str
    is_good: bool
    seconds: float
    words: str


Check = Callable[[], str]  # what is wrong, or nothing


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="ballast-check-") as folder:
        os.environ["DATA_DIR"] = folder
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            results = [future.result() for future in [pool.submit(timed, *check) for check in CHECKS.items()]]
    for result in results:
        print(f"{'ok  ' if result.is_good else 'FAIL'}  {result.name:<28}{result.seconds:5.1f} s")
    for result in results:
        if not result.is_good:
            print(f"\n--- {result.name}\n{result.words.strip()}")
    return 0 if all(result.is_good for result in results) else 1


def timed(name: str, check: Check) -> Result:
    started = time.monotonic()
    words = check()
    return Result(name, not words, time.monotonic() - started, words)


def environment(**more: str) -> dict[str, str]:
    """An embedded portal in a temporary home, whatever this shell configures."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "REDIS_URL", "DEBUG"}
    }
    return {
        **kept,
        "EMBEDDED": "1",
        "SECRET_KEY": NOT_A_SECRET,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **more,
    }


def command(*words: str, variables: Mapping[str, str] | None = None) -> Check:
    def run() -> str:
        result = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=environment(**(variables or {})),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return (result.stdout or f"exit code {result.returncode}") if result.returncode else ""

    return run


def openapi(target: Path) -> list[str]:
    return [sys.executable, "manage.py", "spectacular", "--fail-on-warn", "--validate", "--file", str(target)]


def openapi_is_committed() -> str:
    """The API's description is a file, so that a change of the API shows in the diff."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "openapi.yaml"
        result = subprocess.run(openapi(fresh), cwd=ROOT, env=environment(), capture_output=True, text=True)
        if result.returncode:
            return result.stdout + result.stderr
        old = OPENAPI.read_text(encoding="utf-8").splitlines() if OPENAPI.exists() else []
        new = fresh.read_text(encoding="utf-8").splitlines()
    if old == new:
        return ""
    lines = list(difflib.unified_diff(old, new, "docs/openapi.yaml", "the code", lineterm="", n=2))
    return "\n".join(["Run ./ballast fmt and look at the difference:", *lines[:60]])


CHECKS: dict[str, Check] = {
    "types (mypy)": command("-m", "mypy"),
    "format (ruff)": command("-m", "ruff", "format", "--check", "-q", "."),
    "lint (ruff)": command("-m", "ruff", "check", "-q", "."),
    "floors and doors": command(
        "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-logo"
    ),
    "templates (djlint)": command("-m", "djlint", "--lint", "--quiet", "templates"),
    "migrations are made": command("manage.py", "makemigrations", "--check", "--dry-run"),
    "deploy check": command(
        "manage.py", "check", "--deploy", "--fail-level", "WARNING", variables=PRODUCTION
    ),
    "OpenAPI is committed": openapi_is_committed,
    "locks": locks.problems,
}


if __name__ == "__main__":
    sys.exit(main())
