"""The same chart on a page and as a file: all of its marks, its words and its colours, and nothing beside it."""

import re
from math import cos, radians, sin
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from apps.core.charts import (
    Bar,
    Dot,
    LogScale,
    Point,
    Small,
    columns,
    lines,
    small_multiples,
    spread,
    stacked_bars,
    whiskers,
)
from apps.core.charts.canvas import LOOKS, SERIES
from tests.halves import once

pytestmark = once


SAID = {"title": "Weeks & <more>", "finding": "It rises. " * 30}
POINTS = [
    Point(str(n), f"Week {n}", value, 10, 90, is_part=not n) for n, value in enumerate([20, 50, None, 70, 60])
]
BARS = [Bar(str(n), f"Week {n}", (3 + n, 2, 1), is_current=n == 3) for n in range(4)]
NAMES = ("Promised", "Done", "Given up")
CHARTS = {
    "stacked": stacked_bars(BARS, NAMES, cap=5, cap_label="cap 5", **SAID),
    "beside": columns(BARS, NAMES, stacks=((0,), (1, 2)), head="Week", **SAID),
    "distribution": columns([Bar("1", "One", (3,))], ("Items",), head="Part", **SAID),
    "line": lines(POINTS, head="Week", value_head="Share", unit="%", top=100, **SAID),
    "whiskers": whiskers(POINTS, head="Week", **SAID),
    "many": small_multiples(
        [Small(f"A team with a long name {n}", [1, 2, 3]) for n in range(4)],
        ["a", "b", "c"],
        head="Week",
        **SAID,
    ),
    "dots": spread(
        [Dot("INC-1", 60), Dot("INC-2", 900)],
        [Dot("INC-3", 300)],
        scale=LogScale(60, 3600),
        address=str,
        middle=400,
        band=(60, 900),
        **SAID,
    ),
}


def tags(text, skip=()):
    root = ET.fromstring(f"<root>{text}</root>")
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    return {name: names.count(name) for name in ("circle", "line", "path") if name not in skip}


@pytest.mark.parametrize("name", CHARTS)
def test_a_file_needs_nothing_beside_it_and_holds_every_mark_of_the_page(name):
    chart = CHARTS[name]
    file = chart.as_file()
    assert not re.search(r'class=|style=|<script|<style|href=|var\(|="[\d.]+%"', file)
    assert tags(file) == tags(chart.draw_on_page())
    root = ET.fromstring(file)
    assert root.get("width") == "760"
    assert chart.title in [element.text for element in root.iter()]
    used = set(re.findall(r"url\(#([^)]+)\)", file))
    assert used <= {element.get("id") for element in root.iter()}


@pytest.mark.parametrize("name", CHARTS)
def test_every_mark_stays_within_the_picture(name):
    root = ET.fromstring(CHARTS[name].as_file())
    tall = float(root.get("height"))
    for element in root.iter():
        places = [float(element.get(key, 0)) for key in ("x", "cx", "x1", "x2")]
        assert all(-1 <= at <= 760 for at in places), element.attrib
        assert 0 <= float(element.get("cy", 0)) <= tall


@pytest.mark.parametrize("name", CHARTS)
def test_the_page_uses_only_looks_that_the_stylesheet_and_the_file_know(name):
    css = Path("static/css/charts.css").read_text()
    for look in re.findall(r'class="([^"]+)"', CHARTS[name].draw_on_page()):
        assert look in LOOKS or look in {"bar", "multi", "whisker", "free", "hatch"}, look
        assert look in LOOKS or f".{look}" in css or look in {"multi", "whisker"}, look


def of_token(value):
    """The sRGB colour of `oklch(l c h)`, by the matrices of its inventor."""
    light, chroma, hue = (float(part) for part in value.split())
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    curved = [
        12.92 * x if x <= 0.0031308 else 1.055 * x ** (1 / 2.4) - 0.055 for x in (max(0, y) for y in linear)
    ]
    return "#" + "".join(f"{round(255 * min(1, x)):02x}" for x in curved)


def test_a_file_has_the_light_colours_of_the_design():
    tokens = Path("static/css/tokens.css").read_text()
    for index in range(1, 6):
        light = re.search(rf"--series-{index}: light-dark\(oklch\(([^)]+)\)", tokens)[1]
        assert SERIES[f"c{index}"] == of_token(light)


def test_neighbours_differ_without_colour_and_a_column_says_its_parts():
    page = str(CHARTS["beside"])
    assert page.count("url(#chart-weeks-more-up)") == 4
    assert "Week 0: Promised 3, Done 2, Given up 1" in page


def test_what_is_not_known_is_a_gap_in_the_line_and_a_dash_in_the_table():
    page = str(CHARTS["line"])
    assert len(re.findall(r'<path class="line"', page)) == 2
    assert len(re.findall(r'<path class="band"', page)) == 2
    assert ">–</td>" in page
    assert '<circle class="pt part"' in page


def test_small_ones_share_one_scale_and_say_their_last_value():
    page = str(small_multiples([Small("A", [0, 40]), Small("B", [0, 4])], ["x", "y"], head="W", **SAID))
    assert "from 0 to 40" in page
    assert "B: from 0 to 4" in page


def test_a_distribution_has_its_number_on_each_column():
    assert ">3</text>" in str(CHARTS["distribution"])


def test_a_chart_of_nothing_still_draws():
    for chart in (columns([], ("A",), head="W", **SAID), lines([], head="W", value_head="V", **SAID)):
        assert "<svg" in str(chart)
        ET.fromstring(chart.as_file())
