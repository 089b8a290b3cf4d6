"""Once an hour everything is read; what is wrong is seen, told once, and asked again more and more rarely."""

from datetime import timedelta

import pytest

from apps.action_items.models import Status
from apps.notifications.models import OutboxMail
from apps.trackers.mails import render_tracker_trouble
from apps.trackers.models import Connection, ExternalRef
from apps.trackers.operations import edit_connection, switch_connection
from apps.trackers.operations.turns import claim_due
from tests.trackers.conftest import fresh, ref_of, status, trouble
from tests.trackers.server import NOW

RESET = str(int((NOW + timedelta(minutes=40)).timestamp()))


def test_what_no_webhook_brought_is_known_within_the_hour(shop, item, github, linked, sync):
    linked(item, shop)
    github.close(1)
    assert sync(59) == {}
    sync(61)
    assert (status(item), fresh(shop).pulled_at) == (Status.DONE, NOW + timedelta(minutes=61))


def test_an_hour_without_news_is_one_question_that_costs_nothing(shop, item, github, linked, sync):
    linked(item, shop)
    for hour in (1, 2, 3):
        sync(61 * hour)
    asked = len(github.asked)
    sync(61 * 4)
    assert len(github.asked) == asked + 1
    assert github.asked[-1][3]["If-None-Match"].startswith('W/"')


def test_many_changes_are_read_page_by_page_and_none_is_skipped(shop, promise, github, linked, sync):
    items = [promise() for _ in range(3)]
    for one in items:
        linked(one, shop)
    for _ in range(240):
        github.add()
    for number in (2, 1, 3):
        github.close(number)
    sync(600)
    assert [status(one) for one in items] == [Status.VERIFIED] * 3  # P2: the policy asks nobody
    listed = [path for path in github.calls("GET") if "sort=updated" in path]
    assert all("page=1&" in f"{path}&" for path in listed)  # a list that shifts is read on by time


def test_an_issue_that_vanishes_without_a_word_is_noticed_within_a_day(shop, item, github, linked, sync):
    linked(item, shop)
    github.delete(1)
    sync(60 * 25)
    assert (ref_of(item).is_gone, status(item)) == (True, Status.OPEN)


@pytest.mark.parametrize(
    ("fault", "words", "rest"),
    [
        ((401, {}), "GitHub says 401: the token is wrong, expired or revoked.", 1),
        ((503, {"Retry-After": "600"}), "GitHub says 503: it has trouble of its own.", 10),
        ((301, {"Location": "http://127.0.0.1/"}), "GitHub says 301: it has moved", 1),
        ((200, {"Content-Type": "text/html"}, "x"), "", 0),
        ((429, {"Retry-After": "120"}), "", 2),
        ((403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": RESET}), "", 40),
    ],
)
def test_whatever_is_answered_the_tracker_rests_and_its_page_says_why(fault, words, rest, shop, github, sync):
    github.faults = [fault]
    sync(0)
    row = fresh(shop)
    assert row.trouble.startswith(words)
    assert row.resume_at == (NOW + timedelta(minutes=rest) if rest else None)


def test_the_budget_of_requests_is_never_overdrawn(shop, item, promise, github, sync, bob):
    github.faults = [(200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": RESET}, [])]
    sync(0)
    assert sync(39) == {}
    assert (len(github.asked), trouble(shop)) == (1, "")
    assert sync(61) == {"done": 1}


def test_whoever_connected_it_is_told_once_and_a_new_token_mends_it(
    shop, item, github, linked, sync, root, web
):
    linked(item, shop)
    github.token = "another"
    for minute in (61, 70, 120, 200):
        sync(minute)
    mail = OutboxMail.objects.get(kind="tracker_trouble")
    assert mail.recipient == root
    said = render_tracker_trouble(mail, NOW)
    assert "401: the token is wrong, expired or revoked" in said.text
    assert (fresh(shop).failures_in_a_row, sync(201)) == (4, {})
    assert "401" in web(root).get(f"/trackers/items/{item.key}/").text
    now = NOW + timedelta(minutes=202)
    edit_connection(fresh(shop), changes={"token": "another"}, by=root, now=now)
    assert (sync(202), trouble(shop), render_tracker_trouble(mail, NOW)) == ({"done": 1}, "", None)


def test_one_that_is_away_is_told_after_a_while_and_asked_twice_as_rarely_each_time(shop, github, sync, root):
    github.faults = [(500, {})] * 9
    asked = [minute for minute in range(200) if sync(minute)]
    assert asked == [0, 1, 3, 7, 15, 31, 61, 91, 121, 151]
    assert OutboxMail.objects.filter(kind="tracker_trouble").count() == 1


def test_two_workers_never_ask_the_same_tracker_and_a_dead_one_is_replaced(shop, sync):
    assert [len(claim_due(NOW)), len(claim_due(NOW)), sync(1)] == [1, 0, {}]
    assert sync(3) == {"done": 1}


def test_a_paused_tracker_is_asked_nothing_and_goes_on_where_it_was(shop, item, github, linked, sync, root):
    linked(item, shop)
    switch_connection(shop, is_enabled=False, by=root, now=NOW)
    github.close(1)
    assert sync(70) == {}
    switch_connection(fresh(shop), is_enabled=True, by=root, now=NOW + timedelta(minutes=80))
    sync(80)
    assert status(item) == Status.DONE


def test_a_new_secret_key_is_said_plainly(shop, settings, sync):
    settings.SECRET_KEY = "x" * 60
    sync(0)
    assert "Type it again" in trouble(shop)


def test_a_tick_without_work_is_one_statement(shop, item, linked, sync, django_assert_num_queries):
    linked(item, shop)
    sync(0)
    with django_assert_num_queries(1):
        assert sync(0) == {}
    Connection.objects.all().delete()
    assert ExternalRef.objects.get().connection is None
