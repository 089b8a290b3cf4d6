"""What is said of work, as one number: slices with the same are of the same source, service and words, so that sums by
any of these read slices alone, and then one entry for each number."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

TIED = 0
"""Instead of a label: it belongs to an incident or an item, which may become private, so its entry is asked."""


@lru_cache(maxsize=4096)
def label_of(source_id: int | None, service_id: int | None, category: str, trigger: str, text: str) -> int:
    """64 bits, with a sign. Words tell work apart where no source does."""
    said = (source_id, service_id, str(category), str(trigger), "" if source_id else text)
    return int.from_bytes(blake2b(repr(said).encode(), digest_size=8).digest(), signed=True)
