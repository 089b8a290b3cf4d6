"""What the settings read when the tests run: an embedded portal in a temporary home, unless told otherwise.

A plugin and not a conftest, because pytest-django loads the settings before any conftest.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

_HOME = Path(tempfile.mkdtemp(prefix="ballast-tests-")) if "DATA_DIR" not in os.environ else None

if _HOME is not None:
    os.environ["DATA_DIR"] = str(_HOME)
os.environ.setdefault("EMBEDDED", "1")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0123456789" * 5)
# Playwright's event loop lives in the thread of the tests; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    if _HOME is not None:
        shutil.rmtree(_HOME, ignore_errors=True)
