"""What most of the time goes into: sums of everybody, the few that make 80 %, and what cannot be told apart first."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.charts import how_many_make
from apps.toil import operations
from apps.toil.labels import TIED
from apps.toil.models import ToilEntry, ToilSlice
from apps.toil.pareto.asking import By, ParetoForm
from apps.toil.pareto.reading import weighted_median
from apps.toil.pareto.report import pareto_of
from apps.toil.periods import week_of
from apps.toil.sources.largest import top_sources
from tests.factories import make_action_item, make_incident, make_membership, make_user
from tests.toil.conftest import W10, days

NOW = datetime(2026, 3, 8, 20, tzinfo=UTC)
WEEK_10 = {"since": "2026-03-02", "until": "2026-03-08"}


@pytest.mark.parametrize(
    ("sizes", "few"),
    [([40, 30, 10, 10, 10], 3), ([50, 30, 20], 2), ([80, 20], 1), ([79, 21], 2), ([1] * 10, 8), ([], 0)],
)
def test_the_few_are_the_smallest_number_that_makes_eighty_percent(sizes, few):
    assert how_many_make(sizes) == few


@pytest.mark.parametrize(
    ("pieces", "median"),
    [([(10, 1), (20, 1)], 15), ([(10, 5), (60, 1)], 10), ([(30, 1), (10, 1), (20, 1)], 20), ([], None)],
)
def test_one_entry_of_five_times_counts_five_times_in_the_median(pieces, median):
    assert weighted_median(pieces) == median


@pytest.fixture
def found(bob):
    def ask(user=bob, **asked):
        form = ParetoForm(WEEK_10 | asked, user=user, today=NOW.date())
        assert form.is_valid(), form.errors
        return pareto_of(form.scope())

    return ask


@pytest.fixture
def week_of_four(payments, alice, bob, checkout, log):
    """Quota tickets 100 min of three people in four times, certificates 50, without a source 50; half of it before."""
    dora, eric = (make_user(name, team=payments) for name in ("dora", "eric"))
    guest = make_user("guest")
    sources = {
        slug: operations.add_source(name=slug.title(), slug=slug, team=payments, service=checkout, by=bob)
        for slug in ("quota", "certs")
    }
    log(bob, payments, minutes=40, source=sources["quota"], occurrences=2, service=checkout, day=days(2)[1])
    log(dora, payments, minutes=30, source=sources["quota"], trigger="ticket")
    log(guest, payments, minutes=30, source=sources["quota"])
    at = {
        "started_at": datetime(2026, 3, 4, 20, tzinfo=UTC),
        "ended_at": datetime(2026, 3, 4, 20, 50, tzinfo=UTC),
    }
    log(eric, payments, source=sources["certs"], **at)
    log(eric, payments, minutes=50, text="This and that", day=days(6)[5])  # a Saturday
    log(bob, payments, minutes=50, source=sources["quota"], day=W10 - timedelta(days=3))
    return sources


def test_everybody_counts_and_the_largest_comes_first(week_of_four, found, payments, bob):
    item = make_action_item(by=bob, title="Let people raise their own quota")
    plan = {"strategy": "self_service", "expected_pct": 90, "build_minutes": 600}
    operations.add_reduction(week_of_four["quota"], **plan, item=item, by=bob, now=NOW)
    report = found(team="payments")
    assert [(line.key, line.seconds // 60) for line in report.lines] == [
        ("quota", 100),
        ("certs", 50),
        ("", 50),
    ]
    quota, certs, loose = report.lines
    assert (quota.share, quota.cumulative, certs.cumulative, loose.cumulative) == (0.5, 0.5, 0.75, 1)
    assert (quota.group.occurrences, quota.group.median, quota.people) == (4, 25 * 60, 3)
    assert (quota.trend, certs.trend, quota.items) == (1, None, [item])
    assert (quota.outside, certs.outside, loose.outside) == (0, 1, 1)  # an evening, a Saturday
    assert (report.vital, loose.is_loose, report.seconds) == (3, True, 200 * 60)
    assert report.findings[0].startswith("25% of the time names no source")
    everything = found()
    assert (everything.lines[0].outside, everything.lines[0].people) == (None, None)  # fewer than four
    assert [line.seconds for line in everything.lines] == [line.seconds for line in report.lines]
    assert found(team="payments", service="checkout").seconds == 150 * 60  # entries take it from their source
    assert [(line.key, line.seconds // 60) for line in found(by="trigger").lines] == [
        ("", 170),
        ("ticket", 30),
    ]
    assert [line.name for line in found(by="service").lines] == ["Checkout", "No service named"]
    assert found(by="category").findings[0].startswith("100% of the time has no category")


def test_of_fewer_than_four_nothing_is_said_about_people(payments, bob, log, found):
    log(bob, payments, minutes=30)
    line = found(team="payments").lines[0]
    assert (line.people, line.seconds) == (None, 1800)
    for name in ("dora", "eric", "fay"):
        make_user(name, team=payments)
    assert found(team="payments").lines[0].people == 1


def test_work_on_a_private_incident_keeps_its_source_and_service_to_itself(
    payments, alice, root, checkout, log, found, charlie
):
    make_membership(root, payments)
    source = operations.add_source(name="Key leak drill", slug="key-leak", team=payments, by=root)
    incident = make_incident(title="A key was seen", is_private=True, by=root)
    log(root, payments, minutes=60, source=source, service=checkout, incident=incident)
    promised = make_action_item(incident=incident)
    log(root, payments, minutes=30, source=source, service=checkout, item=promised)
    for by in ("source", "service"):
        lines = [(line.name, line.seconds) for line in found(charlie, by=by).lines]
        assert lines == [("Work on a private incident", 5400)]


def test_the_day_of_a_program_is_that_of_its_person(api, payments, time_machine):
    """Nine o'clock on a Monday in Auckland is Sunday in UTC."""
    time_machine.move_to(datetime(2026, 3, 8, 20, tzinfo=UTC), tick=False)
    kim = api(make_user("kim", team=payments, time_zone="Pacific/Auckland"))
    for address in ("toil/pareto/", "teams/payments/toil/quality/"):
        assert kim.get(f"/api/v1/{address}").json()["until"] == "2026-03-09", address
    assert kim.get("/api/v1/teams/payments/toil/budget/").json()["quarter"]["days_over"] == 31 + 28 + 8


def test_sums_by_label_are_those_of_the_entries_themselves(
    week_of_four, payments, bob, root, checkout, log, found
):
    make_membership(root, payments)
    log(bob, payments, minutes=5, text="this AND that", service=checkout, trigger="page")
    log(
        root,
        payments,
        minutes=7,
        incident=make_incident(is_private=True, by=root),
        source=week_of_four["quota"],
    )

    def everything():
        top = top_sources(payments, week_of(W10), 0)
        return top, [found(by=by, team=team).groups for by in By for team in ("", "payments")]

    labelled = everything()
    assert ToilSlice.objects.unlabelled().count() == 1
    ToilSlice.objects.update(label=None)
    assert everything() == labelled
    operations.recompute_all([payments], now=NOW)
    assert ToilSlice.objects.get(label=TIED) == ToilSlice.objects.unlabelled().get()


def test_a_label_is_gone_once_its_entry_says_something_else_until_the_week_is_recomputed(
    bob, payments, quota, log
):
    entry = log(bob, payments, minutes=5, source=quota)
    wanted = {"text": "Else", "trigger": "page", "category": "migration", "service": None, "source": None}
    for name, value in wanted.items():
        ToilEntry.objects.update(**{name: value})
        assert entry.slices.get().label is None
        operations.recompute_weeks(payments, [W10], now=NOW)
        entry.refresh_from_db()
        assert entry.slices.get().label == entry.label
    ToilEntry.objects.update(occurrences=3)
    assert entry.slices.get().label == entry.label


def test_pages_files_and_api_answer_alike_for_a_fixed_price(
    week_of_four, web, api, bob, time_machine, payments, log
):
    time_machine.move_to(NOW, tick=False)
    query = "?team=payments&since=2026-03-02&until=2026-03-08"

    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert web(bob).get(f"/toil/pareto/{query}").status_code == 200
        return len(asked)

    page = web(bob).get(f"/toil/pareto/{query}").content.decode()
    assert "25% of the time names no source" in page
    assert "Quota" in page
    before = cost()
    for n in range(24):
        source = operations.add_source(name=f"More {n}", slug=f"more-{n}", team=payments, by=bob)
        log(bob, payments, minutes=9, source=source)
    assert cost() == before
    shown = [web(bob).get(f"/toil/pareto/{query}&page={n}").content.decode() for n in (1, 2, "x")]
    assert [
        (page.count('<th scope="row" role="rowheader">'), page.count("Down to here")) for page in shown
    ] == [
        (25, 1),
        (2, 0),
        (25, 1),
    ]
    assert "26 to 27 of 27, largest first" in shown[1]
    assert "page=2" not in shown[1]  # every other way from here begins with the first page
    rows = b"".join(web(bob).get(f"/toil/pareto/{query}&format=csv").streaming_content).decode().splitlines()
    picture = web(bob).get(f"/toil/pareto/{query}&format=svg")
    assert b"slim" not in picture.content  # shorter names are for phones
    assert picture["Content-Type"].startswith("image/svg+xml")
    assert b"Quota" in picture.content
    answer = api(bob).get(f"/api/v1/toil/pareto/{query}").json()
    assert len(answer["lines"]) == len(rows) - 1 == 27
    assert (answer["lines"][0]["key"], answer["unattributed_share"]) == (
        "quota",
        pytest.approx(3000 / 24960),
    )
    for wrong in (
        "?by=person",
        "?since=2027-01-01",
        "?since=2026-03-02&until=2026-03-01",
        "?until=2026-03-02",
        "?team=no",
    ):
        assert api(bob).get(f"/api/v1/toil/pareto/{wrong}").status_code == 400
        assert web(bob).get(f"/toil/pareto/{wrong}").status_code == 200
    assert api(bob).get("/api/v1/toil/pareto/?person=bob").status_code == 400


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite gives up no statement")
def test_what_takes_longer_than_the_database_allows_is_refused_with_a_way_out(
    week_of_four, web, api, bob, settings
):
    """Here since somebody else keeps a table to themselves."""
    url = psycopg.conninfo.make_conninfo(**_address(settings.DATABASES["default"]))
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE incidents_incident")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 50")
        page = web(bob).get("/toil/pareto/")
        answer = api(bob).get("/api/v1/toil/pareto/?by=service")
    assert (page.status_code, answer.status_code) == (200, 400)
    assert "more than can be added up while you wait" in page.content.decode()
    assert "Choose a shorter time" in answer.json()["errors"]["period"][0]


def _address(database):
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {name: database[key] for key, name in names.items()}


def test_an_empty_report_offers_to_clear_filters_only_where_some_are_set(web, bob):
    for query, ways in (("?by=category", 0), ("?team=payments", 2)):
        page = web(bob).get(f"/toil/pareto/{query}").content.decode()
        assert ("Nothing was logged here" in page, page.count(">Clear")) == (True, ways), query
