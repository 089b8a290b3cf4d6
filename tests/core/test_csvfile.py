import csv
import io

import pytest

from apps.core.csvfile import lines, safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", " =1", '"=1', "＝1"])
def test_a_cell_that_a_spreadsheet_would_run_is_defused(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", [-5, 1.5, "plain", "", 0])
def test_numbers_and_plain_text_stay_as_they_are(value):
    assert safe_cell(value) == value


def test_quotes_commas_and_line_breaks_survive():
    text = 'a "quoted", broken\nline'
    written = "".join(lines([("title", lambda row: row)], [text]))
    assert list(csv.reader(io.StringIO(written.removeprefix("\ufeff")))) == [["title"], [text]]
