"""What tells a row from every other, in whichever file it comes."""

from __future__ import annotations

import hashlib
from collections import Counter
from uuid import UUID

from apps.toil.imports.columns import Tool
from apps.toil.imports.rows import Spent


class RowKeys:
    """Of one file: a row that is there several times has a key for each time, so that none of them is lost and the
    same file has the same keys whenever it comes."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        self.seen: Counter[bytes] = Counter()

    def of(self, person_id: int, spent: Spent) -> UUID:
        moment = spent.start.isoformat() if spent.start else spent.day.isoformat()
        parts = (self.tool.value, person_id, moment, spent.seconds, " ".join(spent.text.casefold().split()))
        found = hashlib.sha256(repr(parts).encode()).digest()
        place = self.seen[found]
        self.seen[found] += 1
        return UUID(bytes=hashlib.sha256(found + str(place).encode()).digest()[:16])
