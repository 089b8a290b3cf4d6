"""How far figures can be trusted, and what is never told: whose they are, and anything about one of three people."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from apps.toil import operations
from apps.toil.models import ToilEntry
from apps.toil.periods import Period
from apps.toil.quality import concentration, quality_of
from tests.factories import make_user
from tests.toil.conftest import W10, W11

pytestmark = pytest.mark.django_db
WEEK = Period(W10, W11)


@pytest.mark.parametrize(
    ("hours", "share"), [([10, 2, 2, 2], Fraction(625, 1000)), ([5], 1), ([4, 4], Fraction(1, 2)), ([], None)]
)
def test_concentration_is_the_share_of_the_greatest(hours, share):
    assert concentration(hours) == share


@pytest.fixture
def four(payments, alice, bob, log):
    """Ten hours of bob's and two of each other, half of them from a source that bob alone logs."""
    others = [alice, *(make_user(name, team=payments) for name in ("dora", "eric"))]
    source = operations.add_source(name="Quota", slug="quota", team=payments, by=bob)
    shared = operations.add_source(name="Certs", slug="certs", team=payments, by=bob)
    log(bob, payments, minutes=475, source=source)
    log(bob, payments, minutes=125, text="This and that")
    for person in others:
        log(person, payments, minutes=120, source=shared)
    on_time = datetime(2026, 3, 9, 12, tzinfo=UTC)
    ToilEntry.objects.update(created_at=on_time)
    ToilEntry.objects.filter(person=alice).update(created_at=on_time + timedelta(days=1))
    operations.recompute_weeks(payments, [W10], now=on_time + timedelta(days=60))
    return others


def test_six_signs_without_a_name(four, payments, bob, later):
    entry = ToilEntry.objects.filter(person=bob, source=None).get()
    operations.edit_entry(entry, changes={"kind": "ops_other"}, by=bob, now=later)
    log = quality_of(payments, WEEK)
    assert (log.late.part, log.late.whole) == (1, 4)  # eight days after, not seven
    assert (log.rounded.part, log.rounded.whole) == (3, 4)
    assert (log.loose.part, log.single.part, log.single.whole) == (0, 1, 2)
    assert (log.people, round(float(log.concentration), 2)) == (4, 0.57)
    assert [(row.entry, row.to) for row in log.relabelled] == [(entry, "ops_other")]
    assert (log.relabelled_seconds, log.revisions) == (125 * 60, 0)
    operations.recompute_weeks(payments, [W10], now=later)
    assert quality_of(payments, WEEK).revisions == 1
    operations.edit_entry(entry, changes={"kind": "toil"}, by=bob, now=later)
    assert quality_of(payments, WEEK).relabelled == []  # it is toil again


def test_of_three_people_nothing_is_said_that_could_be_about_one(payments, bob, alice, log):
    make_user("dora", team=payments)
    log(bob, payments, minutes=60)
    found = quality_of(payments, WEEK)
    assert (found.concentration, found.single, found.late.whole) == (None, None, 1)


def test_the_load_is_for_leads_and_everybody_else_sees_the_signs(
    four, payments, web, api, alice, bob, root, django_assert_max_num_queries
):
    asked, url = "?since=2026-03-02&until=2026-03-08", "/api/v1/teams/payments/toil/quality/"
    assert api(alice).get(url + asked).json()["concentration"] == 0.625
    for person in (bob, root):
        answer = api(person).get(url + asked).json()
        assert (answer["concentration"], answer["half_hours"]["part"]) == (None, 3)
        page = web(person).get(f"/toil/teams/payments/quality/{asked}").content.decode()
        assert "62.5%" not in page
    page = web(alice).get(f"/toil/teams/payments/quality/{asked}").content.decode()
    assert "62.5%" in page
    assert "Bob" not in page
    for person, load in ((alice, "62.50"), (bob, "")):
        file = web(person).get(f"/toil/teams/payments/quality/{asked}&format=csv")
        lines = b"".join(file.streaming_content).decode().splitlines()
        assert lines[2:4] == ["logged_late,20.00,1,5,entries", "half_hours,60.00,3,5,entries"]
        assert lines[-1] == f"most_by_one_person,{load},,,seconds"
    with django_assert_max_num_queries(9):
        quality_of(payments, WEEK)
    assert api(bob).get(f"{url}?since=2027-13-01").status_code == 400
    assert api(bob).get(f"{url}?person=bob").status_code == 400
    assert api(bob).get("/api/v1/teams/payments/toil/outlook/").json()["way"] == "unknown"
    assert "It cannot be said" in web(bob).get("/toil/teams/payments/").content.decode()
