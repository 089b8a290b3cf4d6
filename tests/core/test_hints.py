"""The engine of the writing aid: what it reads, where it points, and how long a hostile text takes."""

import time

import pytest

from apps.core.own_words import ASIDE, own_words
from apps.postmortems.wording import hints_for
from tests.halves import once

pytestmark = once


LINES = 5_000 // 18
PLAIN = (
    "The runbook asked for sixty seconds, the lease took ninety-four, and nothing compared the two of them.\n"
)


def aside(text):
    return own_words(text).replace(ASIDE, "")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a `b` c", "a  c"),
        ("a ``b ` c`` d", "a  d"),
        ("a ` b", "a ' b"),
        ("> quoted\nown", "\nown"),
        ("```\ncode\n```\nown", "\n\n\nown"),
        ("````\n```\ncode\n````\nown", "\n\n\n\nown"),
        ("~~~\ncode that never ends", "\n"),
        ("a [title](https://example.com/x(1)) b", "a  b"),
        ("a [title][1] b", "a  b"),
        ("a “said” „gesagt“ «dit» b", "a    b"),
        ("**bold** _soft_ snake_case", "  bold    soft  snake_case"),
        ("- item\n    - item below", "- item\n    - item below"),
    ],
)
def test_code_quotations_and_links_are_not_the_writers_own(text, left):
    assert aside(text) == left
    assert len(own_words(text)) == len(text)


def test_a_hint_says_where_it_stands_in_the_text_as_it_was_written():
    text = "İ `code` “said” 😀\nThe release went out. The team **should** have waited, and so on."
    (hint,) = hints_for(text)
    assert text[hint.start : hint.end] == hint.phrase == "should** have waited"
    assert (hint.before, hint.after) == ("The team **", ", and so on.")


def test_overlapping_phrases_are_told_once_and_in_order():
    hints = hints_for("Obviously the engineer carelessly ignored it!!")
    assert [hint.phrase for hint in hints] == ["Obviously", "engineer carelessly ignored", "!!"]


def test_no_text_gets_more_than_a_hundred_hints():
    assert len(hints_for("forgot " * 5_000)) == 100


NASTY = {
    "words that begin a phrase": "should ought could would did had why if caused mistake ",
    "people and adverbs": "engineer on call who then quickly slowly badly ",
    "half a phrase": "we should not never also really have just ",
    "brackets": "[",
    "links that never end": "[a](http://x(y",
    "backticks": "` `` ``` ",
    "quotation marks": '"a',
    "angles": "<",
    "blanks": "engineer" + " " * 300,
    "empty lines": "\n",
    "signs": "!?",
    "letters that grow": "İ",
    "quotes in quotes": "> ",
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_the_longest_text_is_read_in_a_moment_however_it_is_made(text):
    """A tenth of a second when it was written; catastrophic patterns would take minutes."""
    began = time.process_time()
    hints_for((text * 100_000)[:100_000], names=["Bob Stone", "we just"])
    assert time.process_time() - began < 2


def test_five_thousand_words_are_read_while_a_finger_rests():
    """10 ms is the aim, 5 ms what it took; the limit leaves room for a busy machine, not for another order."""
    text, times = PLAIN * LINES, []
    for _ in range(5):
        began = time.process_time()
        hints_for(text)
        times.append(time.process_time() - began)
    assert min(times) < 0.03
