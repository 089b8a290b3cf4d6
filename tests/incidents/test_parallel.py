"""Many at once: the lock leaves one move and one commander."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction

from apps.core.errors import Conflict
from apps.incidents.models import Incident
from apps.incidents.operations import (
    assign_role,
    declare_incident,
    edit_incident,
    edit_severity_policy,
    transition_incident,
)
from tests.factories import make_user

AT_ONCE = 20


def all_at_once(act, count):
    """What `count` threads answered that began together."""
    barrier, answers = threading.Barrier(count), []

    def run(number):
        barrier.wait()
        try:
            answers.append(act(number))
        except Conflict as refusal:
            answers.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture
def crisis(transactional_db, noon):
    root = make_user(org_role="admin")
    return root, declare_incident(title="Everything is down", severity=1, by=root, now=noon)


@pytest.mark.django_db(transaction=True)
def test_twenty_resolve_at_once_and_one_does(crisis, noon):
    root, incident = crisis
    answers = all_at_once(lambda _n: transition_incident(incident, to="resolved", by=root, now=noon), AT_ONCE)
    assert len(answers) == AT_ONCE
    assert sum(isinstance(answer, Conflict) for answer in answers) == AT_ONCE - 1
    assert incident.transitions.filter(to_status="resolved").count() == 1
    assert incident.milestones.filter(kind="resolved").count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_take_the_same_role_and_one_has_it(crisis, noon):
    _root, incident = crisis
    people = [make_user() for _ in range(10)]
    answers = all_at_once(
        lambda n: assign_role(incident, role="commander", person=people[n], by=people[n], now=noon), 10
    )
    assert sum(isinstance(answer, Conflict) for answer in answers) == 9
    assert incident.roles.filter(until__isnull=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_merges_into_each_other_make_no_circle(crisis, noon):
    root, first = crisis
    second = declare_incident(title="Same", severity=1, by=root, now=noon)
    pair = [(first, second), (second, first)]

    def merge(number):
        one, other = pair[number]
        try:
            return transition_incident(one, to="merged", into=other, by=root, now=noon)
        except Exception as refusal:
            if isinstance(refusal, OperationalError):
                raise
            return refusal

    answers = all_at_once(merge, 2)
    merged = [one for one, _ in pair if type(one).objects.get(pk=one.pk).status == "merged"]
    assert len(answers) == 2
    assert len(merged) == 1


@pytest.mark.django_db(transaction=True)
def test_who_makes_a_merged_incident_private_waits_for_its_parts_before_it_holds_the_whole(crisis, noon):
    """As an undone merge locks them: with the whole in hand, each would wait for the other's."""
    if not connection.features.has_select_for_update:
        pytest.skip("SQLite has one lock for everything")
    root, part = crisis
    whole = declare_incident(title="Same", severity=1, by=root, now=noon)
    transition_incident(part, to="merged", into=whole, by=root, now=noon)

    def hide(_number):
        return edit_incident(whole, changes={"is_private": True}, by=root, now=noon)

    thread = threading.Thread(target=all_at_once, args=(hide, 1))
    with transaction.atomic():
        rows = Incident.objects.select_for_update(nowait=True)
        rows.get(pk=part.pk)
        thread.start()
        while thread.is_alive() and not somebody_waits_for_us():
            thread.join(0.01)
        assert thread.is_alive()
        assert rows.get(pk=whole.pk)
    thread.join()
    assert Incident.objects.filter(is_private=True).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_new_cadence_locks_open_incidents_in_their_order_whatever_lies_first_in_the_table(crisis, noon):
    if not connection.features.has_select_for_update:
        pytest.skip("SQLite has one lock for everything")
    root, first = crisis
    second = declare_incident(title="So is this", severity=1, by=root, now=noon)
    edit_incident(first, changes={"title": "Written behind the second"}, by=root, now=noon)
    minutes = {"1": 7, "2": 60, "3": None, "4": None}

    def hurry(_number):
        return edit_severity_policy(changes={"update_minutes": minutes}, by=root, now=noon)

    thread = threading.Thread(target=all_at_once, args=(hurry, 1))
    with transaction.atomic():
        rows = Incident.objects.select_for_update(nowait=True)
        rows.get(pk=first.pk)
        thread.start()
        while thread.is_alive() and not somebody_waits_for_us():
            thread.join(0.01)
        assert thread.is_alive()
        assert rows.get(pk=second.pk)
    thread.join()
    moved = Incident.objects.values_list("update_due_at", flat=True)
    assert [one - noon for one in moved] == [timedelta(minutes=7)] * 2


def somebody_waits_for_us():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_or(pg_backend_pid() = ANY(pg_blocking_pids(pid))) FROM pg_locks WHERE NOT granted"
        )
        return cursor.fetchone()[0]
