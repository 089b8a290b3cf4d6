"""What keeps coming back: shares beside Google's, quarters, and that every figure opens exactly its list."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.metrics.patterns.report import FACTORS_AT_GOOGLE, TRIGGERS_AT_GOOGLE
from apps.postmortems.models import Factor, Lesson, Postmortem
from apps.postmortems.operations import add_part, draft_postmortem, edit_postmortem
from tests.factories import make_incident, make_service

pytestmark = pytest.mark.django_db
QUARTERS = {"2026-Q1": datetime(2026, 2, 3, tzinfo=UTC), "2026-Q2": datetime(2026, 5, 4, tzinfo=UTC)}
QUARTERS |= {"2026-Q3": datetime(2026, 8, 5, tzinfo=UTC)}


@pytest.fixture
def told(alice, checkout):
    """told("2026-Q1", "software", trigger="config_push") is a published postmortem that tells so."""

    def tell(quarter, *factors, trigger="config_push", lessons=(), published=True, services=None, **about):
        began = QUARTERS[quarter]
        incident = make_incident(services=services or [checkout], by=alice, started_at=began, **about)
        row = draft_postmortem([incident], now=began, by=alice)
        edit_postmortem(row, changes={"trigger_category": trigger}, now=began, by=alice)
        for category in factors:
            add_part(row, Factor, {"category": category, "text": "It was so"}, now=began, by=alice)
        for kind in lessons:
            add_part(row, Lesson, {"kind": kind, "text": "It was so"}, now=began, by=alice)
        if published:
            Postmortem.objects.filter(pk=row.pk).update(status="published", published_version=1)
        return row

    return tell


@pytest.fixture
def asked(api):
    def ask(person, query=""):
        answer = api(person).get(f"/api/v1/metrics/patterns/?{query}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    return ask


def of(shares, slug):
    return next(share for share in shares if share["slug"] == slug)


def returning(found):
    return [(row["factor"], row["slug"], row["quarters"], row["count"]) for row in found["returning"]]


def test_the_published_shares_stand_as_they_were_published():
    assert sum(TRIGGERS_AT_GOOGLE.values()) == pytest.approx(1.00)
    assert (TRIGGERS_AT_GOOGLE["binary_push"], TRIGGERS_AT_GOOGLE["config_push"]) == (0.37, 0.31)
    assert [FACTORS_AT_GOOGLE[slug] for slug in ("software", "network")] == [0.4135, 0.0275]


def test_a_share_has_its_n_its_wilson_interval_and_a_verdict_only_when_chance_does_not_explain_it(
    told, asked, bob
):
    for n in range(10):
        told("2026-Q1", trigger="config_push" if n < 6 else "hardware")
    told("2026-Q1", trigger="")
    found = asked(bob)
    config = of(found["triggers"], "config_push")
    assert (config["part"], config["n"], config["google"]) == (6, 10, 0.31)
    assert (round(config["interval"]["low"], 2), round(config["interval"]["high"], 2)) == (0.31, 0.83)
    assert of(found["triggers"], "hardware")["verdict"] == "More than at Google"
    assert of(found["triggers"], "binary_push")["verdict"] == "Less than at Google"
    assert of(found["triggers"], "other")["verdict"] == ""
    assert "1 without a trigger: in no share of triggers" in [
        f"{one['count']} {one['reason']}" for one in found["left_out"]
    ]


def test_several_factors_count_each_once_and_what_helped_is_none_of_them(told, asked, alice, bob):
    row = told("2026-Q1", "software", "network", "software", published=False)
    helped = {"category": "capacity", "text": "Room to spare", "is_mitigator": True}
    add_part(row, Factor, helped, now=QUARTERS["2026-Q1"], by=alice)
    assert asked(bob)["counted"] == 0
    Postmortem.objects.update(status="published", published_version=1)
    factors = {share["slug"]: share["part"] for share in asked(bob)["factors"] if share["part"]}
    assert factors == {"software": 1, "network": 1}


def test_what_stands_on_the_same_service_in_several_quarters_keeps_coming_back(told, asked, bob, payments):
    ledger = make_service(slug="ledger", owner_team=payments)
    told("2026-Q1", "monitoring-gap")
    told("2026-Q1", "monitoring-gap")
    told("2026-Q3", "monitoring-gap", "software")
    told("2026-Q2", "software", services=[ledger])
    assert returning(asked(bob)) == [
        ("Monitoring gap", "checkout", ["2026-Q1", "2026-Q3"], 3),
        ("Monitoring gap", "payments", ["2026-Q1", "2026-Q3"], 3),
        ("Software", "payments", ["2026-Q2", "2026-Q3"], 2),
    ]
    assert returning(asked(bob, "service=ledger")) == []


def test_quarters_count_documents_that_tell_of_it_however_often(told, asked, bob):
    told("2026-Q1", "software", lessons=["lucky", "lucky"])
    told("2026-Q2", "software")
    found = asked(bob)
    assert found["quarters"] == ["2026-Q1", "2026-Q2"]
    lines = {line["name"]: [cell["count"] for cell in line["cells"]] for line in found["lines"]}
    assert lines["Software"] == [1, 1]
    assert lines["Where we got lucky"] == [1, 0]
    assert asked(bob, "quarter=2026-Q2")["quarters"] == ["2026-Q2"]


@pytest.mark.parametrize("query", ["", "service=checkout", "team=payments", "quarter=2026-Q1"])
def test_every_figure_opens_a_list_of_just_as_many(query, told, asked, bob, api, payments):
    ledger = make_service(slug="ledger")
    told("2026-Q1", "software", "network", trigger="hardware", lessons=["lucky", "lucky"])
    told("2026-Q2", "software")
    told("2026-Q3", "software", services=[ledger])
    told("2026-Q1", "software", published=False)
    found = asked(bob, query)
    figures = [(share["part"], share["list_url"]) for share in found["triggers"] + found["factors"]]
    figures += [
        (row["count"], row["list_url"]) for row in found["returning"] + found["left_out"] if row["list_url"]
    ]
    figures += [(cell["count"], cell["list_url"]) for line in found["lines"] for cell in line["cells"]]
    assert len(figures) > 20
    for count, address in figures:
        assert len(api(bob).get(address).json()["results"]) == count, address


def test_nobody_learns_of_what_they_may_not_see(told, asked, charlie, root):
    told("2026-Q1", "software")
    told("2026-Q2", "software", is_private=True)
    assert (asked(charlie)["counted"], asked(root)["counted"]) == (1, 2)
    assert returning(asked(charlie)) == []
    assert len(returning(asked(root))) == 2


def test_the_page_is_what_the_api_says_with_its_caveats_and_tables(told, web, bob):
    told("2026-Q1", "software")
    told("2026-Q2", "software")
    page = web(bob).get("/metrics/patterns/").content.decode()
    assert "2: 2026-Q1, 2026-Q2" in page
    assert "appendix C" in page
    answer = web(bob).get("/metrics/patterns/?format=csv&panel=returning")
    rows = list(
        csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode().removeprefix("\ufeff")))
    )
    assert rows[0]["quarters"] == "2026-Q1 2026-Q2"
    for odd in ("quarter=2026", "team=nobody", "service=%00"):
        assert web(bob).get(f"/metrics/patterns/?{odd}").status_code in (200, 400)
    assert "Nothing that was published" in web(bob).get("/metrics/patterns/?quarter=2020-Q1").content.decode()


def test_programs_are_told_what_they_asked_wrong(api, bob):
    for odd in ("quarter=soon", "team=nobody", "colour=red"):
        assert api(bob).get(f"/api/v1/metrics/patterns/?{odd}").status_code == 400


def test_it_costs_the_same_for_one_and_for_many(told, web, bob):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert web(bob).get("/metrics/patterns/").status_code == 200
        return len(asked)

    told("2026-Q1", "software")
    before = cost()
    for _ in range(6):
        told("2026-Q2", "software", "network", lessons=["well"])
    assert cost() <= before
