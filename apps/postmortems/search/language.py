"""What somebody typed into a search field, as terms: words, "phrases", -exclusions. Nothing typed is an error."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

MAX_TERMS = 16
MIN_BEGINNING = 3  # letters of an unfinished word
WORD = re.compile(r"[^\W_]+")
TERM = re.compile(r'(-?)"([^"]*)"?|(-?)([^\s"]+)')
# What PostgreSQL's english dictionary leaves out of the index; SQLite would find them everywhere.
SAYS_NOTHING = """
i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself
it its itself they them their theirs themselves what which who whom this that these those am is are was were be
been being have has had having do does did doing a an the and but if or because as until while of at by for with
about against between into through during before after above below to from up down in out on off over under again
further then once here there when where why how all any both each few more most other some such no nor not only
own same so than too very s t can will just don should now
"""
STOP_WORDS = frozenset(SAYS_NOTHING.split())


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand together, lower case, of letters and digits only: what an engine is told needs no quoting.
    `is_beginning`: the last word may go on. `others`: whole words that stand for it just as well."""

    words: tuple[str, ...]
    is_beginning: bool = False
    others: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = " ".join(self.words)
        return text if len(self.words) == 1 else f'"{text}"'


@dataclass(frozen=True, slots=True)
class Query:
    """All of `wanted`, none of `unwanted`. Without anything wanted it finds nothing."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted)

    def __str__(self) -> str:
        return " ".join([*map(str, self.wanted), *(f"-{term}" for term in self.unwanted)])

    def of_whole_words(self) -> Query:
        return replace(self, wanted=tuple(replace(term, is_beginning=False) for term in self.wanted))

    def with_word(self, position: int, word: str) -> Query:
        """The same with another word in this place."""
        terms = list(self.wanted)
        terms[position] = Term((word,))
        return replace(self, wanted=tuple(terms))


def parse(text: str) -> Query:
    """A word that holds marks (payments-api) is a phrase. The last word may be unfinished, unless it is quoted
    or ends in a space; any word is when it ends in a star. Words that say nothing (the, of) are left out."""
    wanted: list[Term] = []
    unwanted: list[Term] = []
    text = normal(text)
    for found in list(TERM.finditer(text))[:MAX_TERMS]:
        is_out, is_quoted = "-" in (found[1], found[3]), found[2] is not None
        typed = found[2] if is_quoted else found[4]
        words = tuple(WORD.findall(typed))
        if all(word in STOP_WORDS for word in words):
            continue
        is_last = found.end() == len(text) and not is_quoted and not is_out
        is_open = (is_last or typed.endswith("*")) and len(words[-1]) >= MIN_BEGINNING
        (unwanted if is_out else wanted).append(Term(words, is_open))
    return Query(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(unwanted)))


def normal(text: str) -> str:
    return folded(unicodedata.normalize("NFC", text)).lower()


def folded(text: str) -> str:
    """Without accents, letter for letter: as long as the text, so that places in one are places in the other."""
    return text if text.isascii() else "".join(map(_plain, text))


def _plain(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[:1]
    return base if base.isalnum() else letter
