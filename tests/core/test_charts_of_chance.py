"""Dots, whiskers and shares: where they stand, what is drawn of many, what they say aloud."""

from xml.etree import ElementTree as ET

import pytest

from apps.core.charts import Dot, LogScale, Phase, PhaseRow, Point, phase_table, share_line, spread, whiskers
from tests.halves import once

pytestmark = once


SAID = {"title": "Time to detect", "finding": "Median 6 min.", "address": lambda name: f"/incidents/{name}/"}


def tree(html):
    return ET.fromstring(f"<root>{html}</root>")


def drawn(chart, *given, **more):
    return str(chart(*given, **more))


def dots(count):
    return [Dot(f"INC-{n}", 60.0 * (n + 1)) for n in range(count)]


def circles(html, css="dot"):
    return [e for e in tree(html).iter("circle") if e.get("class") == css]


def test_the_axis_is_logarithmic_and_what_is_under_a_minute_stands_at_its_edge():
    scale = LogScale(60, 3600)
    assert scale.place(60) == scale.place(0) == 3
    assert scale.place(3600) == scale.place(10**9) == 97
    assert scale.place(60 * 60**0.5) == pytest.approx(50)


def test_every_incident_is_a_dot_with_its_name_and_all_of_them_are_in_the_table():
    html = drawn(spread, dots(9), [], scale=LogScale.around([60, 540]), **SAID)
    assert len(circles(html)) == 9
    assert [e.text for e in tree(html).iter("title")][1] == "INC-0: 1 min"
    assert len([e for e in tree(html).iter("a") if e.get("href").startswith("/incidents/")]) == 9
    assert "Showing" not in html


def test_of_many_the_shortest_and_the_longest_are_drawn_and_the_count_is_said():
    html = drawn(spread, dots(2000), [], scale=LogScale.around([60, 120_000]), **SAID)
    places = [float(e.get("cx").rstrip("%")) for e in circles(html)]
    assert len(places) == 250
    assert "INC-0:" in html
    assert "INC-1999:" in html
    assert "Showing 250 of 2,000 dots" in html


def test_one_that_runs_on_is_hollow_has_an_arrow_and_says_so_far():
    html = drawn(spread, [], dots(1), scale=LogScale.around([60]), **SAID)
    assert len(circles(html)) == 0
    assert "INC-0: 1 min so far" in html
    assert not [e for e in tree(html).iter("path") if e.get("class") == "line"]


def test_the_curve_ends_at_everybody_and_the_band_spans_the_interval():
    html = drawn(spread, dots(4), [], scale=LogScale(60, 3600), middle=150, band=(60, 3600), **SAID)
    line = next(e for e in tree(html).iter("path") if e.get("class") == "line")
    assert line.get("d").endswith("V0H1000V0")
    band = next(e for e in tree(html).iter("rect") if e.get("class") == "band")
    assert (band.get("x"), band.get("width")) == ("3%", "94%")


def test_a_whisker_spans_its_interval_on_a_zero_line_and_a_cut_step_is_marked():
    points = [
        Point("2 Nov", "Week 45", 3, 0.6, 8.8),
        Point("9 Nov", "Week 46, so far", 0, 0, 3.7, is_part=True),
    ]
    html = drawn(whiskers, points, title="Incidents per week", finding="Few.", head="Week", height=100)
    groups = list(tree(html).iter("g"))
    first = groups[0].find("line")
    assert float(first.get("y1")) == pytest.approx(100 - 0.6 * 10)
    assert float(first.get("y2")) == pytest.approx(100 - 8.8 * 10)
    assert groups[1].find("circle").get("class") == "pt part"
    assert '<td class="end nums">0.6 to 8.8</td>' in html


def test_a_share_that_nobody_knows_has_no_dot():
    html = share_line([("Now", 0.6, (0.31, 0.83)), ("Before", None, None)], label="6 of 10")
    assert [e.get("cx") for e in tree(html).iter("circle")] == ["60%"]


def test_a_gap_between_phases_is_drawn_as_one_and_said():
    row = PhaseRow(
        "Cards fail", "INC-1", "/i", [Phase(1, 60, "Detect 1 min"), Phase(None, 180, "gap")], "4 min"
    )
    html = phase_table([row], caption="Phases", heads=("Incident", "Phases", "In all"))
    assert [(e.get("class"), e.get("width")) for e in tree(html).iter("rect")] == [
        ("c1", "24.6%"),
        ("gap", "74.6%"),
    ]
    assert 'aria-label="Detect 1 min, gap"' in html
