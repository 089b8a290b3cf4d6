import re
from decimal import Decimal
from xml.etree import ElementTree as ET

from apps.core.charts import Bar, Row, hbars, meter, sparkline, stacked_bars
from tests.halves import once

pytestmark = once


NAMES = ("Interrupts", "Alert noise")


def weeks(*parts):
    return [Bar(str(36 + n), f"Week {36 + n}", part) for n, part in enumerate(parts)]


def chart(bars, **kw):
    said = {"title": "Toil share", "finding": "Falls from 55% to 38%.", "cap": 50, "cap_label": "cap 50%"}
    return str(stacked_bars(bars, NAMES, **(said | kw)))


def tree(html):
    return ET.fromstring(f"<root>{html}</root>")


def columns(html):
    groups = [g for g in tree(html).iter("g") if g.get("class") == "bar"]
    return [[float(r.get("height")) for r in g.iter("rect") if r.get("class")] for g in groups]


def test_a_column_is_as_tall_as_its_share_and_stands_on_the_zero_line():
    html = chart(weeks((Decimal(20), Decimal(10)), (Decimal(10), Decimal(0))), height=200)
    (first, second) = columns(html)
    assert first[0] > first[1]
    assert len(second) == 1
    groups = [g for g in tree(html).iter("g") if g.get("class") == "bar"]
    rects = [r for g in groups for r in g.iter("rect") if r.get("class") == "c1"]
    assert {float(r.get("y")) + float(r.get("height")) for r in rects} == {200.0}


def test_the_cap_is_the_load_line_with_its_ring_and_its_label():
    root = tree(chart(weeks((30, 10))))
    line = next(e for e in root.iter("line") if e.get("class") == "load")
    ring = next(e for e in root.iter("circle") if e.get("class") == "mark")
    assert line.get("y1") == ring.get("cy")
    assert "cap 50%" in [e.text for e in root.iter("text")]


def test_a_week_without_capacity_has_no_column_and_says_so():
    html = chart(weeks((30, 10), None))
    assert columns(html)[1] == []
    assert "Week 37: no capacity" in html
    assert ">no capacity</td>" in html


def test_the_same_numbers_stand_in_the_table_rounded_half_up():
    html = chart(weeks((Decimal("31.25"), Decimal(4))))
    assert '<td class="end nums">31.3%</td>' in html
    assert '<td class="end nums strong">35.3%</td>' in html


def test_a_chart_is_an_image_with_title_and_finding_and_nothing_inline():
    html = chart(weeks((30, 10)))
    root = tree(html)
    svg = next(e for e in root.iter("svg") if e.get("role") == "img")
    ids = {e.get("id") for e in root.iter()}
    assert set(svg.get("aria-labelledby").split()) <= ids
    assert "Falls from 55% to 38%." in html
    assert "style=" not in html


def test_names_from_people_cannot_bring_markup():
    drawn = stacked_bars(weeks((1, 2)), ("<b>x</b>", "y"), title="<i>", finding="&", cap=None)
    html = str(drawn) + drawn.as_file()
    html += hbars([Row("<script>", 3, "3")], caption="<u>", heads=("a", "b", ""))
    html += meter(3, label='"><img>') + sparkline([1], label="<x>")
    assert not re.search(r"<(b|i|script|u|img|x)[ >]", html)


def test_the_scale_has_room_for_the_highest_week_and_at_most_five_lines():
    for total in (1, 9, 38, 55, 100, 140, 2600):
        html = chart(weeks((total, 0)))
        assert max(columns(html)[0]) <= 220
        assert html.count('class="grid"') <= 4


def test_a_chart_without_weeks_or_toil_still_draws():
    assert "<svg" in chart([])
    assert columns(chart(weeks((0, 0)))) == [[]]


def test_a_meter_never_grows_out_of_its_track():
    assert 'width="100%" height="14" rx="4"' in meter(130, label="Toil", size="thick")
    assert 'width="0%"' in meter(None, label="No capacity")


def test_a_ranking_scales_to_its_longest_bar():
    html = hbars(
        [Row("Restart", 40, "40 h", "80%"), Row("Rest", 10, "10 h", "100%", is_other=True)],
        caption="Top",
        heads=("Source", "Hours", "Sum"),
    )
    assert 'width="100%"' in html
    assert 'width="25%"' in html
    assert "hbar mt-2 other" in html


def test_a_sparkline_leaves_a_gap_where_a_value_is_missing():
    html = sparkline([1, 2, None, 3], label="Rises")
    path = re.search(r' d="([^"]+)"', html)[1]
    assert path.count("M") == 2
