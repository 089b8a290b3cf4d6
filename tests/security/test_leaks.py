"""Requirement 8 (T01, T02, T05-T07, T11-T17, T22, T107): nobody learns of a private incident who took no part in it."""

import json
import re
from copy import deepcopy
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from urllib.parse import quote

import pytest
import time_machine

from apps.action_items.models import ActionItem
from apps.metrics.commitments.scope import By
from apps.metrics.report import PANELS
from apps.webhooks.models import Delivery
from config.celery import app as celery_app
from tests.halves import RUN, half, once
from tests.security import inventory
from tests.security.bodies import address, bodies
from tests.security.canaries import CANARY, pages, still, text_of, told
from tests.security.doors import knock, state_of_tables, try_and_undo
from tests.security.hidden import hide
from tests.security.resources import RESOURCES
from tests.security.world import NOW

OUTSIDERS = ["anon", "charlie", "bob", "alice", "ada"]
ABSENT = {"INC": "INC-9998", "PM": "PM-9998", "ACT": "ACT-9998"}
EXAMPLES = {"/api/schema/", "/api/docs/"}
PLAIN = [  # every address that names no row: lists, figures, feeds, searches, choosers, whatever is added
    route for route, verbs in inventory.ROUTES.items() if "GET" in verbs and "<" not in route
]
LISTS = [route for route in PLAIN if route in inventory.WEB]
TYPED = ["q", "title", "text", "summary", "line", "object", "tag", "services", "service"]
NAMED = ["incident", "incidents", "postmortem", "item", "to", "into", "of", "key", "keys", "similar_to"]
NARROWED = [
    "q=ZEBRA",
    "q=quag",
    "owner=blue",
    "team=search",
    "status=open",
    "sort=-number",
    "service=checkout",
]
NARROWED += ["severity=1", "actor=blue", "person=blue", "verb=incident", "page=2", "limit=1", "q=%25", "q=_"]


@pytest.fixture(scope="module")
def standing_hidden(standing_world):
    return hide(standing_world)


@pytest.fixture
def hidden(standing_hidden, world):
    return deepcopy(standing_hidden)


def lists():
    """Each list and figure of the inventory narrowed down; the API says 400 to what it does not know."""
    yield from (f"/metrics/?format=csv&panel={panel}" for panel in PANELS)
    yield from (f"/metrics/commitments/?format=csv&panel=groups&by={by}" for by in By.values)
    for path in LISTS:
        yield f"{path}?format=csv"
        yield f"{path}?{'&'.join(f'{name}=ZEB' for name in TYPED)}"
    places = [path for resource in RESOURCES for path in (resource.web, resource.api) if path]
    yield from (f"{path}?{query}" for path in places for query in NARROWED)


def searches(hidden):
    for typed in ("ZEB", "ZEBRA", "quag", "zebra", *hidden.keys):
        yield f"/search/?q={quote(typed)}"


@pytest.mark.parametrize("role", OUTSIDERS)
def test_T11_T14_T15_no_page_list_export_or_search_tells_of_it(role, world, hidden, visit):
    client, leaks = visit(role), {}
    turn = OUTSIDERS.index(role)
    narrowed = list(lists())[
        turn + RUN * len(OUTSIDERS) :: 2 * len(OUTSIDERS)
    ]  # each is asked by one of them
    for path in [*half([*pages(world), *searches(hidden)], turn), *narrowed]:
        answer = knock(client, "GET", path)
        keys = (
            [] if path.partition("?")[0] in EXAMPLES else hidden.keys
        )  # keys stand there for example, whatever there is
        if found := told(text_of(answer), path, keys):
            leaks[path] = found
        assert answer.status_code < 500, path
    assert leaks == {}


@pytest.mark.parametrize("role", half(["charlie", "bob"]))
def test_T21_asking_what_an_address_takes_offers_nothing_hidden(role, hidden, visit):
    for path in (address(route, hidden.own) for route in inventory.API if route.startswith("/api/v1/")):
        assert not CANARY.search(text_of(visit(role).options(path))), path  # keys occur as examples


@once
def test_those_who_took_part_see_all_of_it(hidden, visit):
    """Otherwise the canaries prove nothing."""
    seen = ""
    for role in ("root", "blue"):
        paths = [*pages(hidden.world), "/audit/?format=csv", "/search/?q=ZEBRA"]
        seen += "".join(text_of(knock(visit(role), "GET", path)) for path in paths)
    assert all(re.search(rf"\b{key}\b", seen) for key in hidden.keys)
    assert len(set(re.findall(r"ZEBRA\d+", seen))) > 12


def twins(hidden):
    """Each route that names a hidden row, with its verbs: its address, and that of a row that never was."""
    for route, verbs in inventory.ROUTES.items():
        path = address(route, hidden.world)
        twin = re.sub(r"\b(INC|PM|ACT)-\d+\b", lambda found: ABSENT[found[1]], path)
        if twin != path:
            yield route, sorted({*verbs, "GET", "HEAD", "POST", "OPTIONS"}), path, twin


@pytest.mark.parametrize("role", OUTSIDERS)
def test_T01_T02_T13_T22_its_addresses_answer_like_those_of_a_row_that_never_was(
    role, hidden, visit, time_stands
):
    client, sent, different = visit(role), bodies(hidden.world), []
    before = state_of_tables()
    for route, verbs, path, twin in half(twins(hidden), OUTSIDERS.index(role)):
        for verb in verbs:
            body = sent.get((verb, route))
            here, nowhere = knock(client, verb, path, body), knock(client, verb, twin, body)
            is_refused = (
                verb == "OPTIONS" or here.status_code in REFUSED[role]
            )  # what an address takes is no secret
            if unnamed(here) != unnamed(nowhere) or not is_refused:
                different.append(f"{verb} {path}: {here.status_code} {nowhere.status_code}")
    assert different == []
    assert state_of_tables() == before


REFUSED = {role: {404, 405} for role in OUTSIDERS} | {"anon": {302, 401, 403}, "ada": {403, 404, 405}}


def unnamed(answer):
    status, text, headers = still(answer)
    hide_key = re.compile(r"\b(INC|PM|ACT)(-|%2D)\d+\b")
    return status, hide_key.sub("KEY", text), hide_key.sub("KEY", str(headers))


@pytest.mark.parametrize("role", half(["charlie", "bob"]))
def test_T107_conditional_requests_do_not_tell_either(role, hidden, visit, time_stands):
    client, different = visit(role), []
    asked = [
        {"if-none-match": "*"},
        {"if-none-match": '"1"'},
        {"if-modified-since": "Wed, 01 Jan 2020 00:00:00 GMT"},
    ]
    for number, (_route, _verbs, path, twin) in enumerate(twins(hidden)):
        headers = asked[(number + RUN) % len(asked)]
        here, nowhere = (client.get(where, headers=headers) for where in (path, twin))
        if unnamed(here) != unnamed(nowhere):
            different.append(f"{path} {headers}")
    assert different == []


@pytest.mark.parametrize("role", half(["charlie", "ada"]))
def test_T05_asking_any_list_or_chooser_about_it_by_key_is_asking_about_nothing(
    role, hidden, visit, time_stands
):
    client, different = visit(role), []
    asked = (hidden.incident.key, hidden.was_public.key, hidden.items[0].key)
    for number, path in enumerate(LISTS):
        for key in half(asked, number):
            here, nowhere = (
                client.get(path, dict.fromkeys([*NAMED, *TYPED], named))
                for named in (key, ABSENT[key.partition("-")[0]])
            )
            if unnamed(here) != unnamed(nowhere):
                different.append(f"{path} {key}")
    assert different == []


def test_T16_no_job_of_the_clock_tells_anybody_else(hidden, mail_dir):
    """Every entry of the schedule runs twice, on a working morning after; then mails and what listeners are
    sent are read."""
    due = NOW + timedelta(days=21)  # of what bob and blue promised
    morning = (due + timedelta(days=(7 - due.weekday()) % 7)).replace(hour=10)  # a Monday
    celery_app.loader.import_default_modules()
    with time_machine.travel(morning, tick=False):
        for entry in [*celery_app.conf.beat_schedule.values()] * 2:
            celery_app.tasks[entry["task"]]()
    letters = [message_from_bytes(path.read_bytes(), policy=default) for path in mail_dir.glob("*.eml")]
    theirs = [mail for mail in letters if not re.search("blue@|root@", str(mail["To"]))]
    leaks = [mail["Subject"] for mail in theirs if told(words_of(mail), "", hidden.keys)]
    assert leaks == []
    rows = Delivery.objects.values_list("object_key", "event__changes", "type")
    assert [row for row in rows if told(str(row), "", hidden.keys)] == []
    assert theirs


def words_of(mail):
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return " ".join([str(mail["Subject"]), *parts])


def foreign(hidden):
    """Bodies that name a hidden row where a row of one's own is expected."""
    world = hidden.world
    incident, item, write_up = world.incident.key, world.item.key, world.published.key
    own, other = hidden.own.item.key, hidden.own.incident.key
    return [
        ("POST", "/api/v1/action-items/", {"title": "Cap retries", "incident": incident}),
        ("PATCH", f"/api/v1/action-items/{own}/", {"incident": incident}),
        ("POST", f"/api/v1/action-items/{own}/transitions/", {"to": "duplicate", "duplicate_of": item}),
        (
            "POST",
            "/api/v1/action-item-changes/",
            {"items": [{"key": own}, {"key": item}], "priority": "P0"},
        ),
        ("POST", "/api/v1/action-item-views/", {"name": "Follow-up", "query": f"incident={incident}"}),
        ("POST", "/api/v1/postmortems/", {"incidents": [incident]}),
        ("PATCH", f"/api/v1/postmortems/{hidden.own.published.key}/", {"incidents": [other, incident]}),
        ("POST", f"/api/v1/postmortems/{hidden.own.published.key}/action-items/", {"item": item}),
        ("POST", f"/api/v1/incidents/{other}/transitions/", {"to": "merged", "into": incident}),
        (
            "POST",
            "/api/v1/toil-entries/",
            {"text": "Restart", "seconds": 600, "team": "payments", "incident": incident},
        ),
        ("PATCH", f"/api/v1/toil-entries/{hidden.own.toil.uuid}/", {"incident": incident}),
        (
            "POST",
            "/action-items/new/",
            {"title": "Cap", "kind": "prevent", "priority": 2, "incident": incident},
        ),
        ("POST", "/postmortems/new/", {"incidents": incident, "owner": "bob"}),
        ("POST", f"/postmortems/{hidden.own.published.key}/action-items/link/", {"item": item}),
        ("POST", f"/incidents/{other}/move/", {"to": "merged", "into": incident, "version": 99}),
        ("POST", "/toil/new/", {"text": f"Restart {incident}", "duration": "5m", "incident": incident}),
        ("GET", "/incidents/new/", {"incident": incident}),
        ("GET", "/postmortems/new/", {"incident": incident}),
        ("GET", "/action-items/new/", {"incident": incident, "postmortem": write_up}),
    ]


def test_T05_T06_T07_naming_it_in_a_body_is_naming_nothing(world, hidden, visit, time_stands):
    client, different = visit("bob"), []
    for verb, path, body in foreign(hidden):
        absent = json.loads(
            re.sub(r"\b(INC|PM|ACT)-(\d+)\b", lambda m: swap(m, hidden.keys), json.dumps(body))
        )
        if verb == "GET":
            path, there = (
                f"{path}?{'&'.join(f'{k}={v}' for k, v in given.items())}" for given in (body, absent)
            )
        else:
            there = path
        here = try_and_undo(client, verb, path, body)
        nowhere = try_and_undo(client, verb, there, absent)
        if unnamed(here) != unnamed(nowhere) or CANARY.search(text_of(here)):
            different.append(f"{verb} {path}: {here.status_code} {nowhere.status_code}")
        if verb != "GET" and path.startswith("/api/") and here.status_code < 400:
            different.append(f"{verb} {path} took it: {here.status_code}")
    assert different == []


def swap(found, keys):
    return ABSENT[found[1]] if found[0] in keys else found[0]


def test_T17_nobody_is_given_a_task_whose_incident_they_may_not_see(hidden, visit):
    answer = knock(
        visit("blue"), "PATCH", f"/api/v1/action-items/{hidden.items[0].key}/", {"owner": "charlie"}
    )
    assert answer.status_code == 400
    assert "may not see" in answer.content.decode()
    assert ActionItem.objects.get(pk=hidden.items[0].pk).owner_id == hidden.world.blue.pk
