"""What the settings read when the tests run: an embedded portal in a temporary home, unless told otherwise.

A plugin and not a conftest, because pytest-django loads the settings before any conftest.
"""

import gc
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parent.parent
KEPT = {"DATABASE_URL", "REDIS_URL", "DATA_DIR", "LOG_LEVEL"}
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # gw0, gw1 ...


def forget_the_shell() -> None:
    """Whatever configures a portal in this shell must not configure the tests."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines() if not WORKER else []
    for name in (line.lstrip("# ").partition("=")[0] for line in lines if "=" in line):
        if name not in KEPT:
            os.environ.pop(name, None)
            os.environ.pop(f"{name}_FILE", None)


def make_a_home() -> Path | None:
    """Parallel workers share nothing: each has its own folder and its own numbered Redis database."""
    if WORKER:
        os.environ["DATA_DIR"] = str(Path(os.environ["DATA_DIR"]) / WORKER)
        if os.environ.get("REDIS_URL"):
            server = urlsplit(os.environ["REDIS_URL"])
            os.environ["REDIS_URL"] = server._replace(path="/" + WORKER.removeprefix("gw")).geturl()
        return None
    if "DATA_DIR" in os.environ:
        return None
    home = tempfile.mkdtemp(prefix="ballast-tests-")
    os.environ["DATA_DIR"] = home
    return Path(home)


forget_the_shell()
HOME = make_a_home()
# whitenoise warns where the folder of collected files is missing
(Path(os.environ["DATA_DIR"]) / "static").mkdir(parents=True, exist_ok=True)
os.environ["EMBEDDED"] = "1"
os.environ["BASE_URL"] = "http://testserver"
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["SECRET_KEY"] = "only-for-tests-" + "0123456789" * 5
# Playwright's event loop lives in the thread of the tests; Django would refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_finish() -> None:
    """What was imported and collected stays: the garbage collector need not look through all of it time and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    if HOME is not None:
        shutil.rmtree(HOME, ignore_errors=True)
