"""Which words a slash command knows: `/incident` and `/toil`, under whatever name they were connected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from apps.chat.operations import commands, toil
from apps.chat.operations.commands import Act


@dataclass(frozen=True)
class Vocabulary:
    """`otherwise` is for a text that begins with none of the words, and gets all of it; so does one that begins with a
    word of `alone`, after which nothing is meant to come. What only reads changes nothing, so that it may be answered
    anew."""

    words: Mapping[str, Act]
    otherwise: Act | None = None
    reading: frozenset[Act] = frozenset()
    alone: frozenset[str] = frozenset()

    def find(self, verb: str, rest: str, text: str) -> tuple[Act | None, str]:
        is_meant = verb in self.words and not (rest and verb in self.alone)
        return (self.words[verb], rest) if is_meant else (self.otherwise, text)


INCIDENTS = Vocabulary(commands.COMMANDS, reading=frozenset({commands.who}))
TOIL = Vocabulary(
    {"start": toil.start, "stop": toil.stop, "status": toil.status, "undo": toil.undo},
    otherwise=toil.log,
    reading=frozenset({toil.status}),
    alone=frozenset({"stop", "status", "undo"}),
)


def vocabulary_of(command: str) -> Vocabulary:
    return TOIL if "toil" in command.lower() else INCIDENTS
