"""Has a PDF made by a process of its own, which ends with it: the typesetter is too large to keep."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings

from apps.core.errors import Conflict

PATIENCE = 30  # seconds
NEEDED = ("PATH", "HOME", "LANG", "SYSTEMROOT", "XDG_DATA_HOME", "XDG_DATA_DIRS")
AT_ONCE = BoundedSemaphore(2)  # of this process


def make_pdf(document: dict[str, Any]) -> bytes:
    """Raises Conflict when it cannot be had now."""
    if not AT_ONCE.acquire(timeout=PATIENCE):
        raise Conflict("Too many documents are being printed. Try again in a minute.")
    try:
        made = subprocess.run(
            [sys.executable, "-m", "apps.postmortems.pdf.typesetter"],
            input=json.dumps(document).encode(),
            cwd=settings.BASE_DIR,
            capture_output=True,
            timeout=PATIENCE,
            check=True,
            env={name: os.environ[name] for name in NEEDED if name in os.environ},  # no secret among them
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise Conflict("This document could not be set as a PDF. Its page can be printed instead.") from error
    finally:
        AT_ONCE.release()
    return made.stdout
