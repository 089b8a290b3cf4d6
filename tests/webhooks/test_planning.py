"""Reading the trail: every event is owed once to who listens to it, and nothing private ever."""

import ast
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from threading import Event

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from apps.action_items.operations import add_action_item, redate, transition
from apps.incidents.operations import (
    add_entry,
    assign_role,
    declare_incident,
    edit_incident,
    post_update,
    transition_incident,
)
from apps.postmortems.operations import publish_postmortem
from apps.webhooks import events
from apps.webhooks.events import EventType
from apps.webhooks.models import Delivery, Endpoint
from apps.webhooks.operations import add_endpoint, edit_endpoint, plan_deliveries
from apps.webhooks.operations.planning import OBJECTS
from apps.webhooks.subjects import FINDERS
from tests.factories import make_action_item, make_user
from tests.postmortems.conftest import approve_by_all, fill, promise
from tests.security.hidden import hide
from tests.security.world import make_world, postmortem_of

ROOT = Path(__file__).resolve().parents[2]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
assert connection  # named in a condition below


@pytest.fixture
def listener(root):
    def add(*types, **fields):
        given = {"name": f"Hook {Endpoint.objects.count()}", "url": "https://hooks.example.com/x", **fields}
        return add_endpoint(**given, events=list(types or EventType.values), by=root, now=timezone.now())

    return add


def declare(by, **fields):
    return declare_incident(**{"title": "Cards", "severity": 2, **fields}, by=by, now=timezone.now())


def planned(endpoint=None):
    rows = Delivery.objects.filter(**({"endpoint": endpoint} if endpoint else {})).order_by("pk")
    return list(rows.values_list("type", "object_key"))


def test_an_incidents_life_is_told_in_its_own_words_and_in_order(listener, alice, bob):
    listener()
    incident = declare(alice)
    now = timezone.now()
    edit_incident(incident, changes={"severity": 1}, by=alice, now=now)
    add_entry(incident, body="Looking", by=alice, now=now)
    post_update(incident, conditions="Cards fail", by=alice, now=now)
    assign_role(incident, role="scribe", person=bob, by=alice, now=now)
    for to in ("identified", "mitigated", "resolved", "investigating"):
        transition_incident(incident, to=to, reason="We saw it again", by=alice, now=now)
    assert plan_deliveries(timezone.now()) == 9
    assert [kind for kind, key in planned() if key == "INC-1"] == [
        "incident.declared",
        "incident.updated",
        "incident.noted",
        "incident.update_posted",
        "incident.updated",
        "incident.moved",
        "incident.mitigated",
        "incident.resolved",
        "incident.reopened",
    ]


def test_an_action_items_life_is_told_in_its_own_words(listener, alice, bob, payments):
    listener()
    now = timezone.now()
    given = {
        "done_when": "Seen",
        "owner": bob,
        "team": payments,
        "due_on": date(2030, 1, 7),
        "by": alice,
        "now": now,
    }
    proposed = add_action_item(title="Cap retries", **given)
    add_action_item(title="Cap more", commit=True, **given)
    redate(
        transition(proposed, to="open", by=alice, now=now),
        due_on=date(2030, 2, 4),
        reason="Late",
        by=alice,
        now=now,
    )
    for to in ("in_progress", "done", "open", "wont_do"):
        transition(proposed, to=to, reason="The vendor retires this interface", by=alice, now=now)
    plan_deliveries(timezone.now())
    first = [kind.removeprefix("action_item.") for kind, key in planned() if key == "ACT-1"]
    assert first == ["added", "committed", "redated", "moved", "done", "verified", "reopened", "dropped"]
    assert ("action_item.committed", "ACT-2") in planned()


def test_a_postmortems_life_is_told_too(listener, alice, bob, checkout):
    listener("postmortem.published", "postmortem.moved")
    write_up = postmortem_of(declare(alice, services=[checkout]), by=alice)
    fill(write_up, by=alice)
    approve_by_all(write_up)
    promise(write_up, by=alice)
    publish_postmortem(write_up, now=timezone.now(), by=alice)
    plan_deliveries(timezone.now())
    assert [kind for kind, _ in planned()] == ["postmortem.moved", "postmortem.moved", "postmortem.published"]


def test_each_gets_what_it_listens_to_once_by_its_most_exact_name(listener, alice):
    exact, coarse, both = (
        listener("incident.resolved"),
        listener("incident.moved"),
        listener("incident.resolved", "incident.moved"),
    )
    incident = declare(alice)
    for to in ("mitigated", "resolved"):
        transition_incident(incident, to=to, by=alice, now=timezone.now())
    for _ in range(3):
        plan_deliveries(timezone.now())
    assert [kind for kind, _ in planned(exact)] == ["incident.resolved"]
    assert [kind for kind, _ in planned(coarse)] == ["incident.moved", "incident.moved"]
    assert [kind for kind, _ in planned(both)] == ["incident.moved", "incident.resolved"]


def test_more_events_than_a_batch_are_planned_in_one_tick(listener, alice, monkeypatch):
    monkeypatch.setattr("apps.webhooks.operations.planning.BATCH", 3)
    listener("incident.noted")
    incident = declare(alice)
    for n in range(10):
        add_entry(incident, body=f"Entry {n}", by=alice, now=timezone.now())
    assert plan_deliveries(timezone.now()) == 10


def test_it_hears_from_when_it_was_added_or_switched_on_again(listener, alice, root):
    declare(alice)
    endpoint = listener()
    edit_endpoint(endpoint, changes={"is_enabled": False}, by=root, now=timezone.now())
    declare(alice)
    edit_endpoint(endpoint, changes={"is_enabled": True}, by=root, now=timezone.now())
    declare(alice)
    plan_deliveries(timezone.now() + HOUR)
    assert planned() == [("incident.declared", "INC-3")]


def test_a_clock_that_stood_still_for_days_misses_nothing(listener, alice):
    listener()
    declare(alice)
    assert plan_deliveries(timezone.now() + 3 * DAY) == 1
    assert Endpoint.objects.get().planned_to > timezone.now() + 2 * DAY


def test_t18_nothing_that_is_private_is_ever_planned(db, settings, tmp_path):
    settings.MAIL_DIR = tmp_path
    world = make_world()
    Delivery.objects.all().delete()
    hidden = hide(world)
    plan_deliveries(timezone.now())
    keys = {key for _, key in planned()}
    assert not keys & set(hidden.keys)
    assert world.incident.key in keys  # or there would be nothing to see


def test_an_item_is_overdue_once_where_its_owner_lives(listener):
    """Due on 11 March: over at 07:00 UTC of the 12th in Los Angeles, at 15:00 UTC of the 11th in Tokyo."""
    endpoint = listener("action_item.overdue")
    start = datetime(2026, 3, 11, 12, tzinfo=UTC)
    Endpoint.objects.update(planned_to=start)
    for name, zone in (("lou", "America/Los_Angeles"), ("taro", "Asia/Tokyo")):
        make_action_item(owner=make_user(name, time_zone=zone), due_on=date(2026, 3, 11))
    make_action_item(owner=make_user("ann"), due_on=date(2026, 3, 1))  # was late before anybody listened
    make_action_item(owner=make_user("kim"), due_on=date(2026, 3, 11), status="done")
    seen = {}
    for hour in range(24):
        now = start + hour * HOUR
        for _ in range(2):
            plan_deliveries(now)
        seen[f"{now:%d %H}"] = len(planned(endpoint))
    assert (seen["11 14"], seen["11 15"], seen["12 06"], seen["12 07"], seen["12 11"]) == (0, 1, 1, 2, 2)
    late = Delivery.objects.order_by("occurred_at").last()
    assert late.occurred_at == datetime(2026, 3, 12, 7, tzinfo=UTC)


def test_every_verb_that_is_told_belongs_to_something_that_can_be_found():
    """A verb without a finder would be a delivery that cannot be written."""
    starts = {verb.partition(".")[0] for verb in events.VERBS}
    assert {OBJECTS.get(start, start) for start in starts} == set(FINDERS)
    told = {kind for kinds in events.VERBS.values() for kind in kinds}
    assert told == set(EventType.values) - {EventType.ACTION_OVERDUE}


def verbs_of_the_trail():
    """Every verb that an operation writes about something that webhooks speak of; `*` where a word is filled in."""
    for path in sorted((ROOT / "apps").glob("*/operations*/**/*.py")) + sorted(
        (ROOT / "apps").glob("*/operations.py")
    ):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        filled = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
        inside = {id(part) for node in filled for part in node.values}
        said = [
            "".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
            for node in filled
        ]
        said += [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside
        ]
        yield from filter(re.compile(r"(incident|timeline|postmortem|action_item)\.[a-z_*]+").fullmatch, said)


def test_every_verb_is_an_event_or_named_as_none():
    untold = [verb for verbs in events.UNTOLD.values() for verb in verbs]
    known = [*events.VERBS, *untold]
    found = set(verbs_of_the_trail())
    assert len(found) > 40
    unnamed = {
        verb
        for verb in found
        if not any(fnmatchcase(verb, one) or ("*" in verb and fnmatchcase(one, verb)) for one in known)
    }
    assert unnamed == set()
    assert [verb for verb in events.VERBS if any(fnmatchcase(verb, one) for one in untold)] == []


@pytest.mark.django_db(transaction=True)
def test_planners_at_the_same_moment_plan_each_event_once(root, alice):
    add_endpoint(
        name="Hook", url="https://hooks.example.com/", events=EventType.values, by=root, now=timezone.now()
    )
    for _ in range(10):
        declare(alice)

    def plan(_):
        try:
            plan_deliveries(timezone.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(plan, range(4)))
    assert len(planned()) == len(set(planned())) == 10


@pytest.mark.postgres
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_what_is_committed_late_and_out_of_order_is_planned_however_long_it_took(root, alice):
    """alice's first incident gets its number and time before the second, and is committed an hour of ticks later."""
    add_endpoint(
        name="Hook", url="https://hooks.example.com/", events=EventType.values, by=root, now=timezone.now()
    )
    declared, may_commit = Event(), Event()

    def slowly():
        try:
            with transaction.atomic():
                add_entry(first, body="Slowly", by=alice, now=timezone.now())
                declared.set()
                assert may_commit.wait(30)
        finally:
            connections.close_all()

    first, began = declare(alice), timezone.now()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(slowly)
        assert declared.wait(30)
        declare(alice)
        for hour in range(3):
            plan_deliveries(timezone.now() + hour * HOUR)
        assert planned() == [("incident.declared", "INC-1"), ("incident.declared", "INC-2")]
        assert Endpoint.objects.get().planned_to < began
        may_commit.set()
        slow.result()
    plan_deliveries(timezone.now() + HOUR)
    assert planned()[2:] == [("incident.noted", "INC-1")]
    assert Endpoint.objects.get().planned_to > timezone.now()
