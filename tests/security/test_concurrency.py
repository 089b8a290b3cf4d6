"""F39-F43: requests that arrive at the same moment, through the doors. What operations race is tested in their apps."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import close_old_connections, connections

from apps.core.models import OnceOnlyRequest
from apps.incidents.models import Incident
from apps.incidents.operations import declare_incident, transition_incident
from tests.factories import make_service, make_team, make_user
from tests.security.world import NOW

pytestmark = pytest.mark.django_db(transaction=True)
INCIDENTS = "/api/v1/incidents/"


@pytest.fixture
def lead(transactional_db):
    team = make_team(name="Payments", slug="payments")
    person = make_user("alice", team=team, role="lead")
    make_service(slug="checkout", owner_team=team)
    return person


@pytest.fixture
def incident(lead):
    return declare_incident(title="Cards fail", severity=2, commander=lead, by=lead, now=NOW)


def at_once(count, act):
    """What `count` threads answered, each with its own connection, that began together."""
    barrier = Barrier(count, timeout=30)

    def run(number):
        close_old_connections()
        barrier.wait()
        try:
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def declare(client, title="Cards fail", **headers):
    return client.post(INCIDENTS, {"title": title, "severity": 2, "services": ["checkout"]}, headers=headers)


def codes(answers):
    return sorted(answer.status_code for answer in answers)


def test_F39_twins_with_one_key_create_one_row_and_get_the_same_answer(lead, api):
    key = {"Idempotency-Key": uuid.uuid4().hex}
    clients = [api(lead) for _ in range(8)]
    answers = at_once(8, lambda n: declare(clients[n], **key))
    assert codes(answers) == [201] * 8
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 7
    assert Incident.objects.count() == 1
    assert OnceOnlyRequest.objects.count() == 1


def test_F39_one_key_with_different_bodies_creates_one_and_refuses_the_rest(lead, api):
    key = {"Idempotency-Key": uuid.uuid4().hex}
    clients = [api(lead) for _ in range(6)]
    answers = at_once(6, lambda n: declare(clients[n], title=f"Cards {n}", **key))
    assert codes(answers) == [201] + [422] * 5
    assert Incident.objects.count() == 1


def test_F40_a_form_sent_twelve_times_at_once_creates_one_row_and_all_lead_to_it(lead, web):
    sent = {"title": "Cards fail", "severity": 2, "kind": "real", "once": uuid.uuid4().hex}
    clients = [web(lead) for _ in range(12)]
    answers = at_once(12, lambda n: clients[n].post("/incidents/new/", sent))
    assert codes(answers) == [302] * 12
    assert {answer.headers["Location"] for answer in answers} == {Incident.objects.get().get_absolute_url()}


def test_F41_of_edits_of_one_version_one_is_stored_and_the_others_learn_of_it(incident, lead, api):
    clients, tag = [api(lead) for _ in range(8)], {"If-Match": f'"{incident.version}"'}
    path = incident.get_api_url()
    answers = at_once(8, lambda n: clients[n].patch(path, {"title": f"Title {n}"}, headers=tag))
    assert codes(answers) == [200] + [412] * 7
    stored = next(answer.json() for answer in answers if answer.status_code == 200)
    incident.refresh_from_db()
    assert incident.title == stored["title"]
    tags = {answer.headers["ETag"] for answer in answers}
    assert tags == {f'"{incident.version}"'}


def test_F42_resolved_from_both_doors_at_once_it_moves_once(incident, lead, api, web):
    """The operation alone is raced by the app's own tests."""
    programs, browsers = [api(lead) for _ in range(5)], [web(lead) for _ in range(5)]
    by_program, by_form = (
        f"{incident.get_api_url()}transitions/",
        f"{incident.get_absolute_url()}transitions/",
    )

    def resolve(number):
        if number < 5:
            return programs[number].post(by_program, {"to": "resolved", "reason": "It works"})
        return browsers[number - 5].post(by_form, {"to": "resolved", "reason": "It works"})

    answers = at_once(10, resolve)
    assert max(codes(answers)) < 500
    assert codes(answers[:5]).count(200) <= 1
    assert incident.transitions.filter(to_status="resolved").count() == 1


def test_F42_resolved_and_reopened_at_once_the_history_is_one_chain(incident, lead, api):
    transition_incident(incident, to="resolved", by=lead, now=NOW)
    clients, path = [api(lead) for _ in range(8)], f"{incident.get_api_url()}transitions/"
    moves = ["investigating", "closed"]
    answers = at_once(8, lambda n: clients[n].post(path, {"to": moves[n % 2], "reason": "Seen"}))
    assert set(codes(answers)) <= {200, 400, 409}
    steps = list(incident.transitions.order_by("pk").values_list("from_status", "to_status"))
    assert all(before[1] == after[0] for before, after in pairwise(steps))
    incident.refresh_from_db()
    assert incident.status == steps[-1][1]


def test_F43_thirty_declare_at_once_some_in_vain_and_the_keys_have_no_gap(lead, api):
    clients = [api(lead) for _ in range(30)]
    wrong = {"title": "Cards fail", "severity": 2, "services": ["nothing"]}

    def act(number):
        client = clients[number]
        return client.post(INCIDENTS, wrong) if number % 10 == 0 else declare(client, title=f"Cards {number}")

    answers = at_once(30, act)
    assert codes(answers) == [201] * 27 + [400] * 3
    assert sorted(Incident.objects.values_list("number", flat=True)) == list(range(1, 28))
