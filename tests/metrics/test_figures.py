"""What counts, what is left out and why, and what may be called a change."""

import pytest

from apps.incidents.operations import link_incidents
from tests.factories import make_incident, make_service

pytestmark = pytest.mark.django_db


def reasons(figure):
    return {one["reason"]: one["count"] for one in figure["excluded"]}


def test_identical_periods_give_no_detectable_change(ask, bob, lived):
    for n in range(12):
        lived(days_ago=3 + n, minutes={"detected": n})
        lived(days_ago=93 + n, minutes={"detected": n})
    figures = ask(bob)
    changes = [figure["change"]["verdict"] for figure in figures.values() if figure["change"] and figure["n"]]
    assert len(changes) > 8
    assert set(changes) == {"No detectable change"}


def test_a_change_is_said_only_when_the_interval_leaves_the_same_outside(ask, bob, lived):
    for n in range(12):
        lived(days_ago=3 + n, minutes={"mitigated": 20 + n})
        for days_ago in (93 + n, 110 + n, 130 + n):
            lived(days_ago=days_ago, minutes={"mitigated": 400 + n, "resolved": 500 + n})
    figures = ask(bob)
    assert figures["ttm"]["change"]["verdict"] == "Shorter than before"
    assert figures["ttd"]["change"]["verdict"] == "No detectable change"
    assert figures["incidents"]["change"]["verdict"] == "Less often than before"
    assert figures["ttm"]["change"]["interval"]["high"] < 1


def test_an_incident_with_missing_detection_is_not_in_ttd_and_is_counted_in_quality(ask, bob, lived):
    lived()
    lived(without=("detected",))
    figures = ask(bob)
    assert (figures["ttd"]["n"], figures["ttd"]["value"]) == (1, 600)
    assert reasons(figures["ttd"])["missing: detected"] == 1
    assert (figures["complete"]["part"], figures["complete"]["n"]) == (1, 2)
    assert figures["ttm"]["n"] == 2


def test_definitions_are_the_published_ones(ask, bob, lived):
    lived(window=[(0, 30), (20, 50), (60, 65)])
    found = {name: ask(bob)[name]["value"] / 60 for name in ("ttd", "tta", "ttm", "ttr", "impact")}
    assert found == {"ttd": 10, "tta": 5, "ttm": 50, "ttr": 70, "impact": 55}


def test_what_runs_on_is_shown_apart_and_never_acknowledged_is_not_acknowledged_at_the_end(ask, bob, lived):
    lived(status="investigating", without=("mitigated", "resolved"), window=[(0, None)])
    lived(without=("acknowledged",))
    figures = ask(bob)
    assert [figures[name]["running"] for name in ("ttm", "ttr", "impact")] == [1, 1, 1]
    assert figures["ttm"]["n"] == 1
    assert reasons(figures["tta"]) == {"missing: acknowledged": 1}


def test_a_start_that_nobody_gave_is_no_zero_time_to_detect(ask, bob, lived):
    lived(sources={"impact_started": "auto", "detected": "auto"}, minutes={"detected": 0})
    figures = ask(bob)
    assert figures["ttd"]["n"] == 0
    assert figures["ttd"]["value"] is None
    assert figures["estimated"]["part"] == 1


def test_only_real_incidents_count_and_the_others_are_named(ask, bob, lived):
    lived()
    for kind in ("near_miss", "drill", "test", "backfilled"):
        lived(kind=kind)
    for status in ("declined", "merged", "triage"):
        lived(status=status)
    figures = ask(bob)
    assert figures["incidents"]["value"] == 1
    assert figures["near_misses"]["value"] == 1
    assert sum(reasons(figures["incidents"]).values()) == 7


def test_p90_needs_twenty(ask, bob, lived):
    for n in range(19):
        lived(days_ago=2 + n)
    assert ask(bob)["ttd"]["p90"] is None
    lived(days_ago=30)
    assert ask(bob)["ttd"]["p90"] == 600


def test_shares_say_what_they_are_of(ask, bob, lived):
    lived(sources={"detected": "integration"})
    lived(sources={"detected": "human"}, minutes={"mitigated": 25})
    lived(
        status="investigating", without=("mitigated", "resolved")
    )  # for days: certainly not within the hour
    lived(without=("mitigated",))
    figures = ask(bob)
    monitoring, half, hour = (
        figures[name] for name in ("detected_by_monitoring", "mitigated_within_30", "mitigated_within_60")
    )
    assert (monitoring["part"], monitoring["n"]) == (3, 4)
    assert (half["part"], half["n"]) == (1, 3)
    assert (hour["part"], hour["n"]) == (2, 3)


def test_every_link_leads_to_as_many_rows_as_it_says(ask, api, bob, lived):
    lived()
    for missing in ("impact_started", "detected", "acknowledged", "mitigated", "resolved"):
        lived(without=(missing,))
        lived(without=(missing,), status="identified")
    lived(sources={"impact_started": "auto"})
    lived(sources={"impact_started": "estimate"})
    lived(kind="drill")
    lived(status="cancelled")
    lived(days_ago=200)
    wrong, asked = [], 0
    for figure in ask(bob).values():
        for one in figure["excluded"]:
            rows = api(bob).get(one["list_url"]).json()["results"] if one["list_url"] else None
            if rows is not None and len(rows) != one["count"]:
                wrong.append((figure["name"], one, len(rows)))
            asked += rows is not None
        if figure["name"] in {"ttd", "tta", "incidents", "near_misses"}:
            rows = api(bob).get(figure["list_url"]).json()["results"]
            guessed = sum("nobody gave a start" in one["reason"] for one in figure["excluded"])
            if len(rows) != figure["n"] + guessed:
                wrong.append((figure["name"], figure["n"], len(rows)))
    assert wrong == []
    assert asked > 20


def test_filters_narrow_to_team_service_severity_and_dates(ask, bob, lived):
    other = make_service(slug="search-api")
    lived()
    lived(severity=1)
    lived(services=[other])
    lived(days_ago=40)
    count = {
        query: ask(bob, query)["incidents"]["value"]
        for query in (
            "",
            "team=payments",
            "service=search-api",
            "severity=1",
            "severity=1&severity=3",
            "from=2026-10-10&to=2026-10-20",
            "period=quarter",
            "period=last-quarter",
        )
    }
    assert list(count.values()) == [4, 3, 1, 1, 4, 1, 4, 0]


def test_private_incidents_are_in_no_number_of_somebody_else(ask, bob, root, lived, api, web):
    lived()
    pages = [lambda: api(bob).get("/api/v1/metrics/").content, lambda: ask(bob)]
    before = [page() for page in pages]
    lived(is_private=True, by=root)
    assert [page() for page in pages] == before
    assert ask(root)["incidents"]["value"] == 2
    assert b"INC-2" not in web(bob).get("/metrics/").content.split(b"csrf")[0]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-12-24", "from"),
        ("from=2026-11-02&to=2026-11-01", "to"),
        ("period=custom", "from"),
        ("period=decade", "period"),
        ("from=1999-01-01", "from"),
        ("team=nobody", "team"),
        ("severity=7", "severity"),
        ("colour=red", "colour"),
    ],
)
def test_what_cannot_be_asked_is_named(noon, api, bob, query, field):
    answer = api(bob).get(f"/api/v1/metrics/?{query}")
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


def test_more_incidents_than_can_be_shown_are_refused(noon, monkeypatch, api, bob):
    monkeypatch.setattr("apps.metrics.cases.MOST", 2)
    for _ in range(3):
        make_incident(by=bob, started_at=noon)
    answer = api(bob).get("/api/v1/metrics/")
    assert answer.status_code == 400
    assert "Choose a shorter time" in answer.json()["errors"]["from"][0]


def test_a_duplicate_counts_as_the_incident_that_it_repeats_like_one_that_was_merged(
    ask, api, bob, alice, root, lived, noon
):
    whole, twin, other = lived(5), lived(4), lived(3)
    drill = lived(3, kind="drill")
    hidden = lived(2, is_private=True, by=root, services=[])
    link_incidents(twin, to=whole, kind="duplicate_of", by=alice, now=noon)
    link_incidents(other, to=drill, kind="duplicate_of", by=alice, now=noon)
    link_incidents(lived(1, by=root), to=hidden, kind="duplicate_of", by=root, now=noon)
    found = ask(bob)
    assert found["incidents"]["value"] == 3
    assert found["ttm"]["n"] == 3
    (left_out,) = [one for one in found["incidents"]["excluded"] if one["reason"].startswith("duplicate")]
    assert left_out["count"] == 1
    assert ask(root)["incidents"]["value"] == 3
    for address, count in ((found["incidents"]["list_url"], 3), (left_out["list_url"], 1)):
        assert len(api(bob).get(address).json()["results"]) == count
