from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from apps.notifications.models import OutboxMail
from apps.notifications.operations import deliver_due, queue_email
from tests.factories import make_action_item, make_user

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
URL = "/notifications/"

pytestmark = pytest.mark.django_db


def owe(person, name, **changes):
    queue_email(
        person,
        kind="digest",
        once_per=name,
        not_before=NOW,
        expires_at=NOW + timedelta(hours=9),
        payload={"local_date": "2026-03-12"},
    )
    OutboxMail.objects.filter(dedupe_key=name).update(**changes)


def test_a_stranger_is_turned_away(web):
    assert web().get(URL).status_code == 302


def test_one_sees_ones_own_mail_and_nobody_elses(web, alice, bob):
    owe(alice, "a", status="sent", subject="2 overdue - Thu 12 Mar")
    owe(bob, "b", status="failed", subject="Bobs own")
    page = web(alice).get(URL).content.decode()
    assert "2 overdue - Thu 12 Mar" in page
    assert "Bobs own" not in page


def test_an_admin_sees_what_went_wrong_for_others_and_nothing_more_of_theirs(web, root, bob):
    owe(bob, "a", status="sent", subject="Arrived well")
    owe(bob, "b", status="failed", subject="Bounced", error="550 No such mailbox")
    owe(bob, "c", status="unknown", subject="Nobody knows")
    page = web(root).get(URL).content.decode()
    assert "Arrived well" not in page
    assert "Bounced" in page
    assert "550 No such mailbox" in page
    assert "Nobody knows" in page


def test_a_mail_that_is_not_written_yet_is_named_by_what_it_will_be(web, alice):
    owe(alice, "a")
    assert "Digest of Thu 12 Mar" in web(alice).get(URL).content.decode()


def test_filters_find_by_word_status_and_kind(web, alice):
    owe(alice, "a", status="sent", subject="First words")
    owe(alice, "b", status="unknown", subject="Second words")
    for query in ("q=second", "status=unknown&status=failed"):
        page = web(alice).get(f"{URL}?{query}").content.decode()
        assert "Second words" in page
        assert "First words" not in page
    assert "First words" in web(alice).get(f"{URL}?kind=digest").content.decode()


def test_the_first_time_and_a_filter_without_result_say_different_things(web, alice):
    assert "No mail yet" in web(alice).get(URL).content.decode()
    assert "Clear all filters" in web(alice).get(f"{URL}?q=nothing").content.decode()


def test_htmx_gets_the_table_alone(web, alice):
    page = web(alice).get(URL, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page


def test_the_list_costs_the_same_for_one_row_and_for_ten(web, root, count_queries):
    client = web(root)
    owe(make_user(), "first", status="failed")
    client.get(URL)
    one = count_queries(lambda: client.get(URL))
    for n in range(10):
        owe(make_user(), f"more {n}", status="failed")
    assert count_queries(lambda: client.get(URL)) == one


def test_csv_holds_every_filtered_row(web, alice):
    owe(alice, "a", status="sent", subject="=1+1")
    answer = web(alice).get(f"{URL}?format=csv")
    text = b"".join(answer.streaming_content).decode()
    assert text.splitlines()[0].lstrip("\ufeff") == "due,sent,to,kind,subject,status,attempts,error"
    assert "'=1+1" in text


@time_machine.travel(NOW, tick=False)
def test_the_button_sends_me_a_digest_and_a_double_click_sends_one(web, alice, sink):
    make_action_item(owner=alice, due_on=NOW.date(), title="Due today")
    for _ in range(2):
        answer = web(alice).post(f"{URL}digest/now/", follow=True)
    assert "On its way" in answer.content.decode()
    row = OutboxMail.objects.get()
    assert row.payload["test"] is True
    deliver_due(row.not_before)
    assert sink.recipients == [alice.email]
    assert sink.mails[0][1]["Subject"].startswith("Test: 1 due today - Thu 12 Mar")


def test_asking_for_a_digest_takes_a_post_a_known_kind_and_somebody_who_may_write(web, alice, ada):
    assert web(alice).get(f"{URL}digest/now/").status_code == 405
    assert web(alice).post(f"{URL}password_reset/now/").status_code == 404
    assert web(alice).post(f"{URL}nonsense/now/").status_code == 404
    assert web(ada).post(f"{URL}digest/now/").status_code == 403
    assert not OutboxMail.objects.exists()
