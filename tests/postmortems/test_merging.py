"""Three texts: where two people changed different places both stand, and no line of either is dropped unseen."""

from itertools import product

import pytest

from apps.postmortems.merging import Overlap, merge

BASE = "Paused at once\nNoticed late\nNobody lost money"
TEXTS = ["\n".join(lines) for size in range(4) for lines in product("ab", repeat=size)]  # every one


@pytest.mark.parametrize(
    ("theirs", "mine", "expected"),
    [
        (BASE.replace("once", "02:42"), BASE.replace("Nobody", "No bank"), "02:42"),
        (BASE + "\nAnd again", "First of all\n" + BASE, "First of all"),
        (BASE.replace("Noticed late\n", ""), BASE + "\nTail", "Tail"),
    ],
)
def test_changes_in_different_places_both_stand(theirs, mine, expected):
    merged = merge(BASE, theirs, mine)
    assert merged.overlaps == []
    assert expected in merged.text
    changed = {line for text in (theirs, mine) for line in text.splitlines()} - set(BASE.splitlines())
    assert changed <= set(merged.text.splitlines())


def test_where_both_changed_a_place_mine_stands_and_theirs_is_named():
    theirs, mine = BASE.replace("late", "after 20 min"), BASE.replace("late", "at 02:31")
    merged = merge(BASE, theirs, mine)
    assert merged.text == mine
    assert merged.overlaps == [Overlap("Noticed late", "Noticed after 20 min", "Noticed at 02:31")]


def test_what_one_alone_changed_is_the_result():
    for base, other in product(TEXTS, repeat=2):
        for merged in (merge(base, other, base), merge(base, base, other), merge(base, other, other)):
            assert (merged.text, merged.overlaps) == (other, [])


def test_no_line_that_somebody_added_is_dropped_unseen():
    for base, theirs, mine in product(TEXTS, repeat=3):
        merged = merge(base, theirs, mine)
        others = [line for overlap in merged.overlaps for line in overlap.theirs.splitlines()]
        added = (set(theirs.splitlines()) | set(mine.splitlines())) - set(base.splitlines())
        assert added <= {*merged.text.splitlines(), *others}


def test_texts_that_would_take_long_are_not_compared():
    assert merge("a\n" * 3001, "a", "b") is None
