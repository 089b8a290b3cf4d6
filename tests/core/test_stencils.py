"""Templates drawn once and filled in: they read as Django would draw them, to the letter."""

from itertools import product

import pytest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from apps.core.stencils import Stencil

NASTY = '<b>"It\'s" & so</b> 100% %(title)s {{ title }} \ue000title\ue001'
ITEM = {"url": "/a/?b=1&c=2", "title": NASTY, "when": "Today"}
LETTER = {
    "subject": NASTY,
    "day": "Thursday 12 March",
    "heading": NASTY,
    "preheader": NASTY,
    "time": "09:00",
    "lines": SafeString("<tr><td>drawn already</td></tr>"),
    **{name: f"https://ballast.example/{name}?a=1&b=2" for name in ("mine_url", "home_url", "profile_url")},
}
ASKED = {
    "_item": (
        ITEM,
        {"facts": ("", NASTY), "note": ("", "P1"), "is_late": (True, False), "is_last": (True, False)},
    ),
    "digest": (
        LETTER,
        {"lede": ("", NASTY), "more": ("", "3"), "is_test": (True, False), "may_move": (True, False)},
    ),
}


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("form", ["txt", "html"])
def test_what_is_filled_in_reads_as_django_draws_it_whatever_is_there_and_whatever_is_not(name, form):
    always, asked = ASKED[name]
    stencil = Stencil(f"emails/{name}.{form}")
    for _ in range(2):  # drawn, then filled in again with what is kept
        for given in product(*asked.values()):
            values = always | dict(zip(asked, given, strict=True))
            assert stencil.filled(**values) == render_to_string(f"emails/{name}.{form}", values)


def test_a_template_that_changes_a_value_is_refused_and_not_sent_with_a_hole():
    with pytest.raises(ValueError, match=r"_heading\.txt changes a value"):
        Stencil("emails/_heading.txt").filled(text="Overdue")


def test_a_value_that_a_template_says_and_nobody_gave_is_missed_as_django_misses_it():
    values = {"url": "", "title": "", "when": ""}
    assert Stencil("emails/_item.txt").filled(**values) == render_to_string("emails/_item.txt", values)
