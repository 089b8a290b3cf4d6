import time

import pytest
from django.core.exceptions import ValidationError

from apps.core.markdown import check, render
from tests.halves import once

pytestmark = once


HOSTILE = [
    "[a](JaVaScRiPt:alert(1))",
    "[a](java&#10;script:alert(1))",
    "[a](data:text/html,x)",
    "[a](vbscript:x)",
    "<javascript:alert(1)>",
    "[a]\n\n[a]: javascript:alert(1)",
    "<form action=x><input name=id id=csrf></form>",
    "<base href=//evil>",
    '<meta http-equiv="refresh" content="0">',
    "<style>*{}</style>",
    '<p style="x" onclick="y">z</p>',
    "<math><mglyph><style><!--</style><img title='--><img src=x onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "![x](http://track.example/pixel.gif)",
    '[a](http://x "onmouseover=alert(1)")',
    "`<script>alert(1)</script>`",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_survives(text):
    html = render(text)
    for tag in (
        "<script",
        "<img",
        "<form",
        "<input",
        "<base",
        "<meta",
        "<style",
        "<math",
        "<svg",
        "<noscript",
    ):
        assert tag not in html
    for scheme in ('href="javascript', 'href="data', 'href="vbscript'):
        assert scheme not in html.lower()
    assert "<p style" not in html
    assert "<p onclick" not in html


def test_links_do_not_leak_who_came_from_where():
    assert render("[a](https://x.example)") == (
        '<p><a href="https://x.example" rel="nofollow noopener noreferrer">a</a></p>\n'
    )


def test_headings_start_below_those_of_the_page_and_leave_no_gap():
    html = render("# One\n\n#### Deep\n\n###### Deeper\n\n# Two")
    assert html == "<h3>One</h3>\n<h4>Deep</h4>\n<h5>Deeper</h5>\n<h3>Two</h3>\n"


def test_tables_lists_and_code_are_kept():
    html = render("| a |\n|---|\n| 1 |\n\n1. x\n\n```\ny < z\n```")
    assert "<td>1</td>" in html
    assert 'role="region"' in html
    assert "<ol>" in html
    assert "y &lt; z" in html


@pytest.mark.parametrize(
    "text", ["a" * 100_001, "ä" * 50_001, ">" * 50_000, "- " * 200 + "a", " " * 300 + "- a"]
)
def test_what_is_too_long_or_too_deep_is_refused_and_still_shown_as_written(text):
    with pytest.raises(ValidationError):
        check(text)
    assert render(text).startswith("<pre>")


@pytest.mark.parametrize("text", ["-" * 300, "| a " * 200 + "|", "see [a] [b](c) " * 500, "x\n" * 20_000])
def test_rules_wide_tables_and_many_links_are_fine(text):
    check(text)
    assert render(text)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        "![" * 50_000,
        ("[" * 99 + "\n\n") * 900,
        "[a](b" * 16_000,
        "|".join("a" * 20_000) + "\n" + "|".join("-" * 20_000),
        "|a" * 99 + "\n" + "|-" * 99 + "\n" + "a\n" * 40_000,
        "@someone " * 10_000,
        "http://a.bc " * 8_000,
        "*_" * 49_000,
    ],
)
def test_costly_texts_are_drawn_in_time(text):
    start = time.process_time()
    assert render(text[:100_000])
    assert time.process_time() - start < 2
