"""What a text is recognised by: what was approved, and what was frozen when it was published."""

import hashlib
import json
from typing import Any


def checksum(content: dict[str, Any]) -> str:
    """SHA-256 of plain values in one canonical spelling, as 64 hex digits: the same whatever the order of names."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
