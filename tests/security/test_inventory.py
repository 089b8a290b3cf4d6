"""Requirement 5 (T04, T30, T40): every address, verb and role is classified, and behaves as classified."""

import re

import pytest
from django.conf import settings
from django.db import transaction

from tests.halves import half
from tests.security import inventory
from tests.security.bodies import LETTER, address, bodies
from tests.security.doors import (
    all_routes,
    is_refused,
    is_sent_to_sign_in,
    knock,
    state_of_tables,
    try_and_undo,
    written_statements,
)
from tests.security.world import ROLES

VERBS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
USUAL = ["bob", "root", "alice", "charlie", "ada"]  # who is asked first whether a write succeeds
WEB_VERBS = {"POST", "DELETE"}  # a page that does not tell verbs apart treats PUT and PATCH like DELETE
MAIL = """From: ballast@localhost
To: bob@ballast.example
Subject: Hello
Date: Mon, 02 Mar 2026 09:00:00 +0000

A line.
"""


@pytest.fixture
def letter(mail_dir):
    (mail_dir / f"{LETTER}.eml").write_text(MAIL)


def test_every_route_of_the_portal_is_classified_and_no_other():
    assert set(all_routes()) == set(inventory.ROUTES)


@pytest.mark.parametrize("role", ROLES)
def test_T02_T30_each_role_gets_through_where_the_inventory_says_and_is_refused_without_a_trace(
    role, world, visit, letter
):
    client, sent, before, wrong = visit(role), bodies(world), state_of_tables(), []
    for route, verbs in half(inventory.ROUTES.items(), ROLES.index(role)):
        for verb, who in verbs.items():
            ask = try_and_undo if role in who else knock
            answer = ask(client, verb, address(route, world), sent.get((verb, route)))
            is_through = not is_refused(answer) or route == "/accounts/logout/"  # which leads to the gate
            if is_through != (role in who) or answer.status_code >= 500:
                wrong.append(f"{verb} {route}: {answer.status_code}")
    assert wrong == []
    assert state_of_tables() == before


def test_every_write_succeeds_for_one_who_may_and_what_takes_a_key_once(world, visit, letter):
    """Otherwise the two tests above prove nothing about writes."""
    sent, without, keyed = bodies(world), [], _takes_a_key()
    assert len(keyed) > 50
    for route, verbs in half(inventory.ROUTES.items()):
        for verb in set(verbs) - {"GET"}:
            who = verbs[verb]
            succeeds = _repeats_its_answer if verb == "POST" and route in keyed else _succeeds
            usual = ["anon"] if "anon" in who else [role for role in USUAL if role in who]
            if who and not any(
                succeeds(visit(role), verb, route, address(route, world), sent.get((verb, route)))
                for role in usual
            ):
                without.append(f"{verb} {route}")
    assert without == []


def _takes_a_key():
    """The routes whose description names an Idempotency-Key. Reading all of it as YAML takes seconds."""
    text = (settings.BASE_DIR / "docs" / "openapi.yaml").read_text()
    within = r"^  (/api/v1/\S+):\n(?:(?!    post:)(?: {4}.*)?\n)*    post:\n((?:(?: {5}.*)?\n)*)"
    posts = re.findall(within, text, re.MULTILINE)
    return {re.sub(r"{(\w+)}", r"<\1>", path) for path, post in posts if "name: Idempotency-Key" in post}


def _repeats_its_answer(client, verb, route, path, body):
    """The second request with a key writes nothing and is answered as the first, but for what is shown once."""
    with transaction.atomic():
        first = knock(client, verb, path, body, key="k")
        with written_statements() as written:
            again = knock(client, verb, path, body, key="k")
        transaction.set_rollback(True)
    if (first.status_code, again.status_code, written) != (201, 201, []):
        return False
    one, other = first.json(), again.json()
    return other == one or other.items() < one.items()


def _succeeds(client, verb, route, path, body):
    answer = try_and_undo(client, verb, path, body)
    pages_that_answer = {"/markdown-preview/", "/tokens/new/", "/webhooks/new/", "/webhooks/<uuid>/secret/"}
    pages_that_answer |= {"/integrations/new/", "/integrations/<slug>/rotate/"}
    pages_that_answer |= {"/trackers/new/", "/trackers/<uuid>/secret/"}
    pages_that_answer |= {
        "/postmortems/<key>/hints/",
        "/postmortems/<key>/public/hints/",
        "/postmortems/<key>/sections/<slug>/draft/",
        "/postmortems/<key>/sections/<slug>/hints/",
        "/action-items/hints/",
        "/toil/quick/",
        "/action-items/bulk/",
        "/toil/many/",
        "/action-items/calendars/",
    }
    pages_that_answer |= {"/postmortems/feed/", "/postmortems/<key>/read/", "/unsubscribe/<token>/"}
    fine = {200, 201, 202, 204} if path.startswith("/api/") or route in pages_that_answer else {302}
    return answer.status_code in fine and (path == "/accounts/logout/" or not is_sent_to_sign_in(answer))


@pytest.mark.parametrize("role", half(["anon", "bob"]))
def test_T03_a_verb_that_is_not_offered_changes_nothing(role, world, visit, letter):
    client, sent, wrong = visit(role), bodies(world), []
    for route, verbs in inventory.ROUTES.items():
        for verb in (VERBS if route in inventory.API else WEB_VERBS) - set(verbs):
            with written_statements() as written:
                answer = knock(client, verb, address(route, world), sent.get(("POST", route)))
            if (
                written
                or answer.status_code >= 500
                or (route.startswith("/api/v1") and answer.status_code < 400)
            ):
                wrong.append(f"{verb} {route}: {answer.status_code} {written[:1]}")
    assert wrong == []


def test_T03_a_header_or_field_does_not_turn_a_verb_into_another(world, visit):
    client, before = visit("bob"), state_of_tables()
    path = f"/api/v1/toil-entries/{world.toil.uuid}/"
    headers = {"x-http-method-override": "DELETE", "x-method-override": "DELETE", "if-match": "*"}
    for target in (path, f"{path}?_method=DELETE"):
        assert client.post(target, "{}", content_type="application/json", headers=headers).status_code == 405
    client.post(world.toil.get_absolute_url(), {"_method": "DELETE"}, headers=headers)
    assert state_of_tables() == before


@pytest.mark.parametrize("verb", half(["get", "head"]))
def test_T40_reading_every_page_writes_nothing(verb, world, visit, letter):
    client, before, writers = visit("root"), state_of_tables(), {}
    for route, verbs in inventory.ROUTES.items():
        if "GET" in verbs:
            with written_statements() as written:
                getattr(client, verb)(address(route, world))
            if written:
                writers[route] = written
    assert writers == {}
    assert state_of_tables() == before
