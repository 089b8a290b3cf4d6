"""Commitments: each figure against a count by hand, each with a list of just as many, sums that add up."""

import csv
import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from html import unescape
from random import Random
from types import SimpleNamespace
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.action_items.filters import ActionItemApiFilter
from apps.action_items.models import ActionItem, Recurrence
from apps.action_items.operations import merge_action_items, split_action_item, transition
from apps.core.csvfile import lines
from apps.metrics.commitments.asking import CommitmentsForm
from apps.metrics.commitments.reading import read
from apps.metrics.commitments.report import PANELS, commitments
from tests.factories import make_action_item, make_incident, make_service, make_user
from tests.security import corpus

pytestmark = pytest.mark.django_db
ZONES = ("Pacific/Auckland", "America/Los_Angeles", "Europe/Berlin")
DONE = {"done", "verified"}
QUERIES = (
    "",
    "team=payments&by=service",
    "kind=prevent&kind=detect&source=incident&by=source",
    "period=last-quarter&by=team",
    "from=2026-03-05&to=2026-05-20",
    "period=quarter&service=checkout",
)


@pytest.fixture
def owners(db, payments, noon):
    return [make_user(f"owner{n}", team=payments, time_zone=zone) for n, zone in enumerate(ZONES)]


@pytest.fixture
def promise(noon, owners, alice):
    """promise(100, due=-10, done=-12) was promised a hundred days ago and done twelve days ago."""

    def make(ago=60, *, due=-10, first=None, done=None, dropped=None, **kw):
        moved = {"first_due_on": (noon + timedelta(days=first)).date()} if first is not None else {}
        due_on, since = (noon + timedelta(days=due)).date(), noon - timedelta(days=ago)
        ended = {"status": "done", "done_at": noon + timedelta(days=done)} if done is not None else {}
        if dropped is not None:
            ended = {"status": "wont_do", "status_since": noon + timedelta(days=dropped)}
        usual = {"owner": owners[ago % 3], "committed_at": since, "status_since": since, "by": alice}
        return make_action_item(**{**usual, "due_on": due_on, "first_due_on": due_on, **ended, **moved, **kw})

    return make


@pytest.fixture
def many(noon, owners, alice, payments, checkout):
    """Two hundred promises of every fate, the same ones each time."""
    chance = Random(7)
    places = [(payments, checkout), (None, None), (None, make_service(slug="ledger"))]
    incidents = [make_incident(by=alice, started_at=noon - timedelta(days=d)) for d in (5, 50, 200)]
    incidents.append(make_incident(by=alice, kind="drill", title="Fire drill"))
    return make_many(chance, noon, owners, alice, places, incidents)


def make_many(chance, noon, owners, alice, places, incidents):
    found = []
    for number in range(1, 201):
        since = noon - timedelta(minutes=chance.randrange(2, 400 * 1440))
        first = since.date() + timedelta(days=chance.randrange(60))
        slips = chance.choice([0, 0, 0, 1, 2, 5])
        status = chance.choice(
            ["open", "blocked", "done", "done", "verified", "verified", "wont_do", "proposed", "duplicate"]
        )
        over = min(noon - timedelta(minutes=1), since + timedelta(minutes=chance.randrange(90 * 1440)))
        team, service = chance.choice(places)
        found.append(
            ActionItem(
                number=1000 + number,
                key=f"ACT-{1000 + number}",
                title=f"Promise {number}",
                done_when="It is refused",
                kind=chance.choice(["prevent", "detect", "process"]),
                source=chance.choice(["incident", "manual", "review"]),
                priority=chance.randrange(4),
                status=status,
                status_since=over,
                owner=chance.choice([*owners, None]),
                team=team,
                service=service,
                incident=chance.choice([None, *incidents]),
                committed_at=None if status == "proposed" else since,
                done_at=over if status in DONE else None,
                verified_at=over if status == "verified" else None,
                verifier=chance.choice([alice, None]) if status == "verified" else None,
                first_due_on=first,
                due_on=first + timedelta(days=slips * 9),
                slip_count=slips,
                slipped_days=slips * 9,
                created_by=alice,
            )
        )
    ActionItem.objects.bulk_create(found)
    live = [item for item in found if item.status == "open"]
    for item, incident in zip(live, incidents * 9, strict=False):
        Recurrence.objects.create(
            incident=incident, action_item=item, days_overdue=0, priority_before=2, at=noon, by=alice
        )
    return found


@pytest.fixture
def ask(api, noon):
    """ask(bob, "team=payments") are the figures as a program reads them, by name."""

    def read_figures(person, query=""):
        answer = api(person).get(f"/api/v1/metrics/commitments/?{query}")
        assert answer.status_code == 200, answer.content
        panels = answer.json()["panels"]
        return {figure["name"]: figure for panel in panels for figure in panel["figures"]}

    return read_figures


def report(user, now, query=""):
    form = CommitmentsForm(QueryDict(query), user=user, now=now)
    assert form.is_valid(), form.errors
    return commitments(form.scope())


def scope(user, now, query=""):
    form = CommitmentsForm(QueryDict(query), user=user, now=now)
    assert form.is_valid(), form.errors
    return form.scope()


def listed(user, query):
    """How many the list of action items holds under that address."""
    rows = ActionItemApiFilter(
        QueryDict(query), queryset=ActionItem.objects.visible_to(user), request=SimpleNamespace(user=user)
    )
    assert rows.is_valid(), (query, rows.errors)
    return rows.qs.count()


def figures_of(found):
    return {figure.name: figure for panel in found.panels for figure in panel.figures}


def rows_of(found, name):
    return next(panel.rows for panel in found.panels if panel.name == name)


@pytest.mark.parametrize("query", QUERIES)
def test_every_figure_opens_a_list_of_just_as_many(many, owners, bob, noon, query):
    found = report(bob, noon, query)
    checked = 0
    for figure in figures_of(found).values():
        pairs = [(figure.n, figure.query), (figure.part, figure.part_query)]
        pairs += [(one.count, one.query) for one in figure.excluded]
        for count, address in pairs:
            if address and count is not None:
                assert listed(bob, address) == count, (figure.name, count, address)
                checked += count > 0
    for row in rows_of(found, "flow"):
        assert listed(bob, row.promised_query) == row.sums.promised
        assert listed(bob, row.ended_query) == row.sums.ended
    parts = [*rows_of(found, "age"), *(row.part for row in rows_of(found, "slips"))]
    for part in parts:
        assert listed(bob, part.query) == part.count, part
    for month in rows_of(found, "dates"):
        assert listed(bob, month.query) == month.judged, month
    for group in rows_of(found, "groups"):
        assert listed(bob, group.query) == group.promised, group
        assert listed(bob, group.open_query) == group.open_now, group
        assert group.judged in {None, listed(bob, group.judged_query)}, group
    assert checked > 8


def by_hand(items, first, last, now):
    """The figures once more, one item after the other."""
    counted = [
        item
        for item in items
        if item.committed_at and item.status != "duplicate" and getattr(item.incident, "kind", "") != "drill"
    ]
    sums = Counter()
    for item in counted:
        ended = (
            item.done_at if item.status in DONE else item.status_since if item.status == "wont_do" else None
        )
        zone = ZoneInfo(item.owner.time_zone) if item.owner else UTC
        on_time = ended and ended.astimezone(zone).date() <= item.first_due_on
        is_over = now.astimezone(zone).date() > item.first_due_on
        sums["promised"] += first <= item.committed_at.date() <= last
        sums["done"] += bool(item.status in DONE and first <= ended.date() <= last)
        sums["given_up"] += bool(item.status == "wont_do" and first <= ended.date() <= last)
        sums["open"] += item.committed_at.date() <= last and (ended is None or ended.date() > last)
        if first <= item.first_due_on <= last and is_over:
            sums["kept"] += bool(item.status in DONE and on_time)
            sums["judged"] += not (item.status == "wont_do" and on_time)
    return sums


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.integers(1, 300),
    length=st.integers(1, 280),
    cut=st.integers(1, 400),
    by=st.sampled_from(["kind", "team", "service", "source"]),
)
def test_days_sum_to_the_period_groups_to_the_whole_and_both_to_a_count_by_hand(
    many, noon, root, start, length, cut, by
):
    first = noon.date() - timedelta(days=start)
    last = min(noon.date(), first + timedelta(days=length))
    middle = first + timedelta(days=cut % ((last - first).days + 1))
    whole, early = (read(scope(root, noon, f"from={first}&to={end}&by={by}")) for end in (last, middle))
    flow, expected = whole.flow, by_hand(many, first, last, noon)
    now = flow.eras["now"]
    assert (now.promised, now.done, now.given_up, flow.open_at_end) == (
        *(expected[name] for name in ("promised", "done", "given_up")),
        expected["open"],
    )
    for name in ("promised", "done", "given_up"):
        assert sum(getattr(step, name) for step in flow.steps.values()) == getattr(now, name)
        groups = [flow.groups[group] for group in flow.names]
        assert sum(getattr(group, name) for group in groups) == getattr(now, name)
    assert flow.open_at_end == flow.open_at_start + now.promised - now.ended
    assert early.flow.open_at_start == flow.open_at_start
    kept = [one for one in whole.due if one.era == "now" and one.outcome in {"kept", "missed"}]
    assert sum(one.count for one in kept if one.outcome == "kept") == expected["kept"]
    assert sum(one.count for one in kept) == expected["judged"]
    assert sum(group.kept for group in whole.by_group.values()) == expected["kept"]
    assert sum(group.judged for group in whole.by_group.values()) == expected["judged"]
    assert flow.ages.total() == flow.open_by_group.total() == flow.open_at_end
    if middle < last:
        late = read(scope(root, noon, f"from={middle + timedelta(days=1)}&to={last}&by={by}"))
        parts = (early.flow.eras["now"], late.flow.eras["now"])
        assert sum(part.promised for part in parts) == now.promised
        assert sum(part.ended for part in parts) == now.ended
        assert late.flow.open_at_start == early.flow.open_at_end


def test_the_order_in_which_promises_were_written_down_does_not_matter(many, bob, noon):
    before = read(scope(bob, noon, "by=team"))
    Recurrence.objects.all().delete()
    ActionItem.objects.all().delete()
    for item in many:
        item.pk = None
        item._state.adding = True
    ActionItem.objects.bulk_create(reversed(many))
    after = read(scope(bob, noon, "by=team"))
    assert (after.flow, after.by_group, after.last) == (before.flow, before.by_group, before.last)
    assert set(after.due) == set(before.due)


def test_a_date_ends_at_midnight_where_the_owner_is(promise, ask, owners, bob):
    day = date(2026, 11, 10)
    evening = datetime(2026, 11, 10, 20, tzinfo=ZoneInfo("America/Los_Angeles"))
    for owner in owners:
        promise(owner=owner, status="done", done_at=evening, due_on=day, first_due_on=day)
    figure = ask(bob)["kept_first"]
    assert (figure["part"], figure["n"]) == (1, 3)


def test_moved_in_time_is_late_by_the_first_date_and_in_time_by_the_one_that_stands(promise, ask, bob):
    for ago in (60, 61, 62):
        promise(ago, first=-30, due=-10, done=-12, slip_count=1, slipped_days=20)
    found = ask(bob)
    assert (found["kept_first"]["part"], found["kept_first"]["n"]) == (0, 3)
    assert (found["kept_last"]["part"], found["kept_last"]["n"]) == (3, 3)
    assert found["moved"]["part"] == 3
    assert [round(found["kept_last"]["interval"][end], 3) for end in ("low", "high")] == [0.439, 1.0]


def test_giving_up_before_the_date_is_left_out_and_after_it_is_not_kept(promise, ask, bob):
    promise(60, due=-10, dropped=-20)
    promise(61, due=-10, dropped=-2)
    promise(62, due=-10, done=-20)
    promise(63, due=5, done=-20)
    figure = ask(bob)["kept_first"]
    assert (figure["part"], figure["n"]) == (1, 2)
    left_out = {one["reason"]: one["count"] for one in figure["excluded"]}
    assert left_out["given up before the first date was over"] == 1
    assert ask(bob, "to=2026-12-24&from=2026-09-01")["kept_first"]["excluded"][0]["count"] == 1


def test_what_is_opened_again_counts_once_with_its_last_end(promise, ask, noon, alice, bob, owners):
    for ago in (61, 62):
        promise(ago)
    item = promise(60, due=20, priority=2)
    for days, to in ((-200, "done"), (-190, "open"), (-3, "done")):
        moment = noon + timedelta(days=days)
        transition(item, to=to, reason="It failed again" if to == "open" else "", by=alice, now=moment)
    found = ask(bob)
    assert (found["promised"]["value"], found["done"]["value"], found["open"]["value"]) == (3, 1, 2)


def test_what_is_merged_counts_once_and_the_parts_of_a_split_are_as_late_as_the_whole(
    promise, ask, noon, alice, bob
):
    stays, goes, large = (promise(ago, due=due, first=-5) for ago, due in ((60, 9), (61, 9), (62, 20)))
    promise(61, due=20)
    merge_action_items(stays, merged=[goes], by=alice, now=noon - timedelta(days=2))
    split_action_item(large, parts=[{"title": "The second half"}], by=alice, now=noon - timedelta(days=1))
    found = ask(bob)
    assert (found["promised"]["value"], found["open"]["value"]) == (4, 4)
    assert (found["kept_first"]["part"], found["kept_first"]["n"]) == (0, 3)


def test_proposals_duplicates_and_drills_are_in_no_figure_and_are_said(promise, ask, noon, alice, bob):
    drill = make_incident(by=alice, kind="drill")
    for ago in (60, 61, 62):
        promise(ago, done=-12)
    promise(50, incident=drill, done=-12)
    promise(50, status="duplicate")
    promise(50, status="proposed", committed_at=None)
    figure = ask(bob)["promised"]
    assert figure["value"] == 3
    assert [one["count"] for one in figure["excluded"]] == [1, 1, 1]


def test_nobody_learns_of_promises_they_may_not_see(promise, ask, web, alice, bob, charlie, root, checkout):
    secret = make_incident(by=alice, is_private=True, title="ZEBRA", services=[checkout])
    for ago in (60, 61, 62):
        promise(ago, incident=secret, service=checkout, done=-12)
    promise(60)
    assert ask(charlie)["promised"]["value"] == 1
    assert ask(root)["promised"]["value"] == 4
    rows = web(charlie).get("/metrics/commitments/?format=csv&panel=groups&by=service")
    assert "checkout" not in b"".join(rows.streaming_content).decode()


def test_of_fewer_than_three_people_there_is_no_share_and_no_spread(promise, ask, web, bob, owners):
    for ago in range(60, 69):
        promise(ago, owner=owners[ago % 2], done=-12)
    figure = ask(bob)["kept_first"]
    assert (figure["value"], figure["part"], figure["interval"]) == (None, None, None)
    assert "figure of a person" in figure["note"]
    found = report(bob, datetime(2026, 11, 25, 12, tzinfo=UTC))
    assert [rows_of(found, name) for name in ("age", "slips", "dates")] == [[], [], []]
    assert {group.kept for group in rows_of(found, "groups")} == {None}
    assert "it would be a figure of a person" in web(bob).get("/metrics/commitments/").content.decode()


def test_a_small_group_shows_its_counts_and_no_share(promise, bob, noon, payments):
    for ago in range(60, 69):
        promise(ago, done=-12)
    promise(59, done=-12, team=payments)
    rows = {row.slug: row for row in rows_of(report(bob, noon, "by=team"), "groups")}
    assert (rows["none"].kept, rows["none"].judged, rows["none"].hidden) == (9, 9, "")
    assert (rows["payments"].done, rows["payments"].share) == (1, None)
    assert rows["payments"].hidden == "fewer than 5 dates over"


def test_confirmed_by_the_policy_is_not_confirmed_by_somebody(promise, ask, alice, bob):
    for ago, said in enumerate(({"verifier": alice}, {}, {"status": "done"}), start=60):
        promise(ago, **{"status": "verified", "done_at": datetime(2026, 10, 1, tzinfo=UTC), **said})
    promise(63, status="done", done_at=datetime(2026, 11, 24, tzinfo=UTC))
    figure = ask(bob)["verified"]
    assert (figure["part"], figure["n"]) == (1, 2)


def test_page_program_and_file_say_the_same_for_a_fixed_price(many, web, api, bob, noon):
    client = web(bob)
    page = client.get("/metrics/commitments/").content.decode()
    panels = api(bob).get("/api/v1/metrics/commitments/").json()["panels"]
    assert [panel["name"] for panel in panels] == list(PANELS)
    for panel in panels:
        for figure in panel["figures"]:
            assert figure["label"] in page
            assert figure["text"] in page
        answer = client.get(f"/metrics/commitments/?format=csv&panel={panel['name']}")
        rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
        assert len(rows) == panel["row_count"] + 1
    files = [
        unescape(part.split('"')[0]) for part in page.split('href="') if "format=svg" in part.split('"')[0]
    ]
    assert len(files) == 7
    for address in files:
        answer = client.get(address)
        assert answer["Content-Type"] == "image/svg+xml; charset=utf-8"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert ET.fromstring(answer.content.decode()).get("width") == "760"
    with CaptureQueriesContext(connection) as all_of_them:
        client.get("/metrics/commitments/")
    ActionItem.objects.filter(pk__gt=ActionItem.objects.order_by("pk")[20].pk).delete()
    with CaptureQueriesContext(connection) as few:
        client.get("/metrics/commitments/")
    assert len(few) == len(all_of_them)


def test_a_figure_links_to_the_list_which_says_what_it_is_narrowed_to(promise, api, web, ask, bob):
    for ago in (60, 61, 62):
        promise(ago, done=-12)
    address = ask(bob)["kept_first"]["part_list_url"]
    assert len(api(bob).get(address).json()["results"]) == 3
    listed = web(bob).get(f"/action-items/?{urlsplit(address).query}").content.decode()
    assert "By the first date: done by it" in listed
    assert listed.count("row-link") == 3


def test_no_query_breaks_the_page_the_program_or_the_list(web, api, noon, root):
    names = ("period", "from", "to", "team", "service", "kind", "source", "by")
    page, program = web(root), api(root)
    for value in corpus.QUERY[::7]:
        together = "&".join(f"{name}={value}" for name in names)
        asked = f"/metrics/commitments/?{together}&panel={value}&format={value}"
        assert page.get(asked).status_code in {200, 400}, value
        assert program.get(f"/api/v1/metrics/commitments/?{together}").status_code == 400, value


def test_an_organisation_without_promises_is_told_what_one_is(web, noon, bob):
    page = web(bob).get("/metrics/commitments/").content.decode()
    assert "A promise begins when somebody commits" in page
    assert "".join(lines([], [])) == "\ufeff\r\n"
