"""The suite runs twice, on SQLite and on PostgreSQL. What takes long and hardly depends on the database is shared
between the two runs: each asks its half, and only both together are the whole."""

import os
from collections.abc import Iterable
from typing import Any

import pytest

RUN = 1 if os.environ.get("DATABASE_URL") else 0


def half(things: Iterable[Any], turn: int = 0) -> list[Any]:
    """Every other one. `turn` lets the halves alternate, say from role to role."""
    return list(things)[(RUN + turn) % 2 :: 2]


once = pytest.mark.skipif(
    RUN == 1, reason="what no database has a part in is tried once, in the embedded run"
)
