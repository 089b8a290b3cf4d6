from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple


class Cue(NamedTuple):
    """Something to tell when the history has come to `at`, and how many rows of each kind that makes."""

    at: datetime
    play: Callable[[], object]
    incidents: int = 0
    postmortems: int = 0
    action_items: int = 0
