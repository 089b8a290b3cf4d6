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


def test_a_change_in_a_long_text_is_shown_as_that_change():
    """With the usual treatment of frequent words everything between two of them would count as new."""
    text = "The transfer was paused and the batch was withdrawn. " * 200
    pieces = differences(text + "It took 3 hours.", text + "It took 4 hours.")
    assert [piece for piece in pieces if piece.kind != "same"] == [("gone", "3"), ("new", "4")]


def test_a_sentence_that_was_written_anew_is_one_change_and_not_ten():
    pieces = differences("We did not see it at once.", "Nobody was told by the alert.")
    assert [piece.kind for piece in pieces].count("gone") == 1


def test_long_texts_do_not_make_anybody_wait_and_stay_whole():
    old, new = ("\n".join(map(str, numbers)) for numbers in (range(9000), range(9000, 0, -1)))
    began = time.process_time()
    pieces = differences(old, new)
    assert time.process_time() - began < 5
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new
