"""Keys people say aloud: INC-12, PM-3, ACT-221. Dense, in order of commit, never from a primary key."""

from functools import lru_cache

from django.db import transaction
from django.urls import get_script_prefix, reverse

from apps.core.engines import take_next
from apps.core.models import KeyCounter


def next_key(prefix: str) -> tuple[int, str]:
    """The next number of `prefix` and its key. Must run inside the transaction that saves the row."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a key is taken inside the transaction that uses it")
    number = take_next(KeyCounter._meta.db_table, prefix)
    return number, f"{prefix}-{number}"


def page_of(viewname: str, key: str) -> str:
    """`reverse(viewname, args=[key])`, looked up once: a list asks for it a hundred times."""
    before, after = _around_key(viewname, get_script_prefix())
    return f"{before}{key}{after}"


@lru_cache(maxsize=256)
def _around_key(viewname: str, _prefix: str) -> tuple[str, str]:
    before, _, after = reverse(viewname, args=["KEY"]).partition("KEY")
    return before, after
