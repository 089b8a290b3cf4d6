import io

import pytest
from rest_framework.exceptions import ParseError

from apps.core.parsers import StrictJSONParser


def parse(raw):
    return StrictJSONParser().parse(io.BytesIO(raw if isinstance(raw, bytes) else raw.encode()))


def test_ordinary_json_is_read():
    assert parse('{"a": [1, 2.5, null, true, "ü"]}') == {"a": [1, 2.5, None, True, "ü"]}


@pytest.mark.parametrize(
    "raw",
    [
        "{",
        b"\xff\xfe",
        '{"a": 1, "a": 2}',
        '{"a": NaN}',
        '{"a": 1e400}',
        '{"a": "\\u0000"}',
        '{"\\u0000": 1}',
        '{"a": "\\ud800"}',
        "[" * 65 + "]" * 65,
        "[" * 100_000,
    ],
)
def test_hostile_json_is_refused(raw):
    with pytest.raises(ParseError):
        parse(raw)


def test_brackets_inside_texts_are_not_depth():
    assert parse('{"a": "' + "[" * 200 + '"}')["a"].startswith("[[")
