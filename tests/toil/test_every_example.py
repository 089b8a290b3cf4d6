"""Each worked example of the design is a test, and is named by it."""

import re
from pathlib import Path

import pytest

from tests.halves import once

pytestmark = once
EXAMPLES = {
    "a1": "five people, all confirmed: one number",
    "a2": "half days",
    "a2b": "a week of four days",
    "a3": "leave over two weeks",
    "a4": "a guest before joining",
    "a4b": "a guest after leaving",
    "a5": "half a day of leave",
    "a5b": "a contract that changes",
    "a6": "a public holiday",
    "a6b": "leave on a public holiday",
    "a6c": "work on a public holiday",
    "a7": "over midnight, over Sunday",
    "a8": "the spring night",
    "a9": "the autumn night",
    "a9b": "the hour that comes twice",
    "a9c": "New York",
    "a9d": "a day of 23 hours",
    "a10": "one person in two teams",
    "a11": "two teams together",
    "a12": "more than a hundred percent",
    "a13": "a contractor",
    "a14": "one of four is silent",
    "a14b": "the fourth logs without confirming",
    "a15": "a team on leave",
    "a16": "both sides of the cap",
    "a17": "the running week",
    "a18": "overlap of one person",
    "a18b": "two people at once",
    "a19": "an on-call week",
    "a20": "a timer that was forgotten",
    "a21": "an hour after the close",
    "a22": "a Sunday night in Los Angeles",
    "a23": "week 53",
    "a24": "survey and log",
    "a25": "suggested from what was done",
    "a26": "four weeks as one sum",
}
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_example_has_a_test_of_its_name(example):
    assert re.search(rf"def test_\w*?(?<![a-z0-9]){example}(?![a-z0-9])", TESTS), EXAMPLES[example]
