"""Keys people say aloud: INC-12, PM-3, ACT-221. Dense, in order of commit, never from a primary key."""

from django.db import transaction

from apps.core.engines import take_next
from apps.core.models import KeyCounter


def next_key(prefix: str) -> tuple[int, str]:
    """The next number of `prefix` and its key. Must run inside the transaction that saves the row."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a key is taken inside the transaction that uses it")
    number = take_next(KeyCounter._meta.db_table, prefix)
    return number, f"{prefix}-{number}"
