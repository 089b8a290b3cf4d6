"""What differs between SQLite and PostgreSQL, in one place; the suite runs on both."""

from apps.core.engines.conditions import Among, HasWord, LocalDate
from apps.core.engines.reading import common_words, rows_together
from apps.core.engines.schema import AddNoOverlap, AddWordIndex, ForEach
from apps.core.engines.transactions import oldest_transaction_began, on_one_processor, or_too_much, take_turns
from apps.core.engines.vendor import is_postgres
from apps.core.engines.writing import change_if, copy_rows, raise_by_one, take_next, write_moments

__all__ = [
    "AddNoOverlap",
    "AddWordIndex",
    "Among",
    "ForEach",
    "HasWord",
    "LocalDate",
    "change_if",
    "common_words",
    "copy_rows",
    "is_postgres",
    "oldest_transaction_began",
    "on_one_processor",
    "or_too_much",
    "raise_by_one",
    "rows_together",
    "take_next",
    "take_turns",
    "write_moments",
]
