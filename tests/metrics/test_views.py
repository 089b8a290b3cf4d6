"""The page: the same as the API, for a fixed price, and plain when there is little to say."""

import csv
import io
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.metrics.intervals.asking import Calculator, NoAnswer
from apps.metrics.report import PANELS
from tests.security import corpus

pytestmark = pytest.mark.django_db


def rows_of(client, panel, query=""):
    answer = client.get(f"/metrics/?format=csv&panel={panel}&{query}")
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def statements(client):
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/metrics/").status_code == 200
    return len(queries)


def test_the_page_shows_what_the_api_answers(web, api, bob, lived):
    for n in range(25):
        lived(days_ago=1 + 4 * n)
    page = web(bob).get("/metrics/").content.decode()
    panels = api(bob).get("/api/v1/metrics/").json()["panels"]
    assert [panel["name"] for panel in panels] == list(PANELS)
    assert panels[0]["name"] == "quality"
    for figure in (figure for panel in panels for figure in panel["figures"]):
        assert figure["label"] in page
        assert figure["text"] in page, figure
        assert figure["formula"] in page
    for panel in panels:
        alone = api(bob).get(f"/api/v1/metrics/{panel['name']}/").json()
        assert alone == panel


def test_a_page_costs_the_same_whatever_it_counts(web, bob, lived):
    client = web(bob)
    lived()
    few = statements(client)
    for n in range(8):
        lived(days_ago=2 + n)
    assert statements(client) == few


@pytest.mark.parametrize(
    "without", [(), ("impact_started", "detected", "acknowledged", "mitigated", "resolved")]
)
@pytest.mark.parametrize("count", [0, 1])
def test_nothing_one_and_all_missing_are_said_in_words(web, bob, lived, count, without):
    for _ in range(count):
        lived(without=without)
    page = web(bob).get("/metrics/").content.decode()
    assert "Too few to compare" in page
    assert "nan" not in page.lower().replace("maintenance", "").replace("finance", "")
    assert ("No incident of this time" in page) == (not count or bool(without))


def test_dots_are_capped_and_the_csv_holds_all(web, bob, lived, monkeypatch):
    monkeypatch.setattr("apps.core.charts.dots.DRAWN", 4)
    for n in range(9):
        lived(days_ago=1 + n)
    client = web(bob)
    assert "Showing 4 of 9 dots" in client.get("/metrics/").content.decode()
    rows = rows_of(client, "durations")
    assert sum(row["measure"] == "ttd" and row["state"] == "counted" for row in rows) == 9


@pytest.mark.parametrize("panel", PANELS)
def test_every_panel_with_rows_has_them_as_csv(web, api, bob, lived, panel):
    lived()
    found = api(bob).get(f"/api/v1/metrics/{panel}/").json()["rows"]
    assert len(rows_of(web(bob), panel)) == len(found)


def test_every_chart_is_a_file_too(web, bob, lived):
    lived()
    client = web(bob)
    links = [part.split('"')[0] for part in client.get("/metrics/").content.decode().split('href="')]
    files = [unescape(link) for link in links if "format=svg" in link]
    assert len(files) == 6
    for address in files:
        assert client.get(address).content.startswith(b"<svg xmlns"), address


def test_a_figure_links_to_its_list_which_says_what_it_is_narrowed_to(web, bob, lived):
    lived()
    page = web(bob).get("/metrics/").content.decode()
    link = next(part.split('"')[0] for part in page.split('href="') if "timed=acknowledged" in part)
    listed = web(bob).get(unescape(link)).content.decode()
    assert "INC-" in listed
    assert "the time of “Detected” is known, and the time of “Acknowledged” is known" in listed


def test_no_query_breaks_the_page_or_the_program(web, api, noon, root):
    names = ("period", "from", "to", "team", "service", "severity")
    page, program = web(root), api(root)
    for value in corpus.QUERY[::5]:
        together = "&".join(f"{name}={value}" for name in names)
        assert page.get(f"/metrics/?{together}&panel={value}&format={value}").status_code in {200, 400}, value
        assert program.get(f"/api/v1/metrics/frequency/?{together}").status_code == 400, value


def test_htmx_gets_the_panels_alone_and_a_wrong_date_keeps_what_was_typed(web, noon, bob):
    client = web(bob)
    bare = client.get("/metrics/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in bare
    assert 'id="quality"' in bare
    page = client.get("/metrics/?from=2026-11-02&to=2026-11-01").content.decode()
    assert "The last day comes before the first." in page
    assert 'value="2026-11-01"' in page


def test_without_intervals_the_doors_say_503(web, api, noon, bob, monkeypatch):
    def fail(*_):
        raise NoAnswer

    monkeypatch.setattr(Calculator, "ask", fail)
    assert web(bob).get("/metrics/").status_code == 503
    answer = api(bob).get("/api/v1/metrics/")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
