"""What a misspelt word may have meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice, product

from apps.postmortems.search.engine import completions, near_words, words_known
from apps.postmortems.search.language import Query, Term
from apps.postmortems.search.snippets import stem

CLOSE = 0.72  # share of letters in the same order
TRIED = 4  # corrections of the whole query
PER_WORD = 3


def completed(query: Query) -> Query:
    """Whole words that an unfinished last word may become: an index of stems does not know the beginnings
    of longer forms (replicati is none of replic)."""
    terms = [_completed(term) for term in query.wanted]
    return replace(query, wanted=tuple(terms))


def _completed(term: Term) -> Term:
    if not term.is_beginning or len(term.words) > 1:
        return term
    begun = stem(term.words[0])
    longer = [word for word in completions(term.words[0]) if not stem(word).startswith(begun)]
    return replace(term, others=tuple(longer))


def corrections(query: Query) -> Iterator[Query]:
    """The query with its unknown words put right, likeliest first; nothing when every word is known.
    Whoever shows one first makes sure that the reader finds something by it: words of texts that others
    keep to themselves are among these."""
    single = {place: term.words[0] for place, term in enumerate(query.wanted) if len(term.words) == 1}
    known = words_known(single.values()) if single else set()
    unknown = {place: word for place, word in single.items() if word not in known and len(word) > 3}
    choices = {place: _close(word) for place, word in unknown.items()}
    if not choices or not all(choices.values()):
        return
    for chosen in islice(product(*choices.values()), TRIED):
        corrected = query
        for place, word in zip(choices, chosen, strict=True):
            corrected = corrected.with_word(place, word)
        yield corrected


def _close(word: str) -> list[str]:
    return get_close_matches(word, near_words(word), n=PER_WORD, cutoff=CLOSE)
