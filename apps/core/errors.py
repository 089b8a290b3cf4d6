"""Refusals that cross every door, beside Http404, PermissionDenied and ValidationError. See docs/architecture.md."""

from collections.abc import Iterable, Mapping, Sequence

from django.core.exceptions import ValidationError


class Conflict(Exception):
    """409: the row is not in a state for this. `allowed` lists what would be legal now, `missing` in sentences
    everything that it still lacks, `errors` the same by the rule that asks for it; `message` says all of it."""

    def __init__(
        self,
        message: str,
        *,
        allowed: Iterable[str] = (),
        missing: Iterable[str] = (),
        errors: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.allowed, self.missing = list(allowed), list(missing)
        self.errors = {name: list(texts) for name, texts in (errors or {}).items()}
        self.message = " ".join([message, *self.missing])
        super().__init__(self.message)


class StaleVersion(Exception):
    """412: somebody saved since `seen` was read. `row` is what is stored now."""

    def __init__(self, row: object, *, seen: int, current: int) -> None:
        super().__init__(f"version {seen} is stale, the current one is {current}")
        self.row = row
        self.seen = seen
        self.current = current


class VersionRequired(Exception):
    """428: an edit must say which version it started from."""


class TooMuch(Exception):
    """The database gave a statement up that took longer than any may: to be said as what to ask less of."""


class KeyReused(Exception):
    """422: an Idempotency-Key came back with another body."""


CHANGED_MEANWHILE = "Somebody changed it meanwhile. Look at it again."
EXISTS = "Something with these values exists already."  # a twin was quicker than the look for one


def in_words(refusal: Exception) -> str:
    """One sentence or more for whoever reads it beside one of several rows that something was tried with."""
    if isinstance(refusal, StaleVersion):
        return CHANGED_MEANWHILE
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    return str(refusal) or "You may not change it."
