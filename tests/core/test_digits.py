import pytest

from apps.core.digits import number_in
from tests.halves import once

pytestmark = once


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("999999999", 999_999_999),
        ("1000000000", None),
        ("9" * 5000, None),
        ("", None),
        ("-1", None),
        ("+1", None),
        (" 1", None),
        ("1_0", None),
        ("٣", None),
        ("²", None),
    ],
)
def test_a_number_is_plain_digits_and_not_too_many(text, number):
    assert number_in(text) == number
