import time

from apps.postmortems.differences import differences


def test_equal_texts_are_one_piece():
    assert differences("a b", "a b") == [("same", "a b")]


def test_words_that_went_and_came_are_told_apart():
    assert differences("paused at once", "paused at 02:11") == [
        ("same", "paused at "),
        ("gone", "once"),
        ("new", "02:11"),
    ]


def test_the_pieces_hold_both_texts_whole():
    old, new = "one\ntwo  three\n", "zero\ntwo three\nfour"
    pieces = differences(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new


def test_long_texts_do_not_make_anybody_wait():
    began = time.perf_counter()
    differences("a b " * 20_000, "b a " * 20_000)
    differences("\n".join(map(str, range(2500))), "\n".join(map(str, range(2500, 0, -1))))
    assert differences("\n" * 90_000, "x\n" * 45_000) == []
    assert time.perf_counter() - began < 2
