"""What can go wrong with a tracker. The sentences are for people; nothing secret is in them, and nothing a stranger
wrote but names of fields."""

from __future__ import annotations

from datetime import timedelta


class Trouble(Exception):
    """`wait` is how long the tracker asked for. `is_ours_to_mend`: it stays until somebody here does something."""

    is_ours_to_mend = False

    def __init__(self, words: str, *, wait: timedelta = timedelta()) -> None:
        super().__init__(words)
        self.words, self.wait = words, wait


class Away(Trouble):
    """No answer, or one that says try again: nobody knows whether anything was done."""


class MustWait(Trouble):
    """Asked too much; nothing was done."""


class Wrong(Trouble):
    """Token, address or project: everything else would fail the same way."""

    is_ours_to_mend = True


class Unfit(Trouble):
    """This one request is refused; others may work."""


class Gone(Trouble):
    """The issue is no longer there."""


class Unreadable(Trouble):
    """The answer, or what a webhook brought, lacks what it always has."""
