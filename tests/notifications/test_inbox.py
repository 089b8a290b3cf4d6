"""The inbox: whatever is mailed is there when it was due, with mail up or down."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.notifications.models import MailAddress, OutboxMail
from apps.notifications.operations import deliver_due, forget_old, writing
from apps.notifications.templatetags.inbox import inbox_of
from tests.factories import make_user
from tests.notifications.server import free_port
from tests.notifications.test_delivery import owe, status

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


def inbox(person, now=NOW):
    return [row.title for row in OutboxMail.objects.inbox_of(person, now).order_by("due_at", "pk")]


def test_n25_while_the_mail_server_is_away_it_is_all_there_by_name_at_the_time_it_was_due(
    settings, alice, bob
):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    row = owe(alice, payload={"subject": "2 overdue"})
    empty = owe(alice, kind="empty")
    owe(bob, kind="portal")
    for minute in range(8):  # long enough for the breaker
        deliver_due(NOW + timedelta(minutes=minute))
    assert (status(row), row.attempt, status(empty)) == ("queued", 0, "skipped_empty")
    assert (inbox(alice), inbox(bob)) == (["2 overdue"], ["For the portal"])
    assert row.due_at == NOW


def test_what_comes_later_what_says_nothing_and_what_opens_an_account_is_not_in_it(sink, alice):
    owe(alice, kind="reset")
    owe(alice, kind="empty")
    owe(alice, not_before=NOW + timedelta(hours=1), payload={"subject": "Later"})
    deliver_due(NOW)
    assert inbox(alice) == []
    assert len(inbox(alice, NOW + timedelta(hours=1))) == 1


def test_it_is_kept_for_three_months(alice):
    owe(alice)
    OutboxMail.objects.update(created_at=NOW, status="sent")
    assert len(inbox(alice, NOW + timedelta(days=89))) == 1
    assert inbox(alice, NOW + timedelta(days=90)) == []
    assert forget_old(NOW + timedelta(days=91)) == 1


@pytest.fixture
def message(alice):
    now = timezone.now()
    return owe(alice, not_before=now, expires_at=now, payload={"subject": "Hello"})


def test_the_header_counts_what_is_unread_in_one_query(alice, bob, message, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert (inbox_of(alice).unread, inbox_of(alice).refused) == (1, "")
    assert inbox_of(bob).unread == 0


def test_looking_changes_nothing_and_the_button_marks_it_as_read(web, alice, bob, message):
    page = web(alice).get(message.get_absolute_url()).content.decode()
    assert "A line." in page
    assert "Inbox, 1 unread" in page
    message.refresh_from_db()
    assert message.read_at is None
    assert web(bob).get(message.get_absolute_url()).status_code == 404
    assert web(bob).post(f"{message.get_absolute_url()}read/").status_code == 404
    web(alice).post(f"{message.get_absolute_url()}read/")
    message.refresh_from_db()
    first = message.read_at
    web(alice).post(f"{message.get_absolute_url()}read/")
    message.refresh_from_db()
    assert first == message.read_at is not None
    web(alice).post(f"{message.get_absolute_url()}unread/")
    web(alice).post("/inbox/read/")
    message.refresh_from_db()
    assert message.read_at is not None


def test_what_cannot_be_written_any_more_does_not_take_the_page_with_it(web, alice):
    now = timezone.now()
    for kind in ("broken", "empty"):
        row = owe(alice, kind=kind, not_before=now, expires_at=now)
        page = web(alice).get(row.get_absolute_url())
        assert (page.status_code, "Nothing is left of it" in page.content.decode()) == (200, True)


def test_the_api_lists_shows_and_marks(api, alice, bob, message):
    url = message.get_api_url()
    [row] = api(alice).get("/api/v1/inbox/?unread=true").json()["results"]
    assert (row["uuid"], row["read_at"], row["mail"]) == (str(message.uuid), None, "queued")
    assert api(alice).get(url).json()["text"] == "A line."
    assert api(bob).get(url).status_code == 404
    assert api(alice).post(f"{url}read/").json()["read_at"] is not None
    assert api(alice).post(f"{url}unread/").json()["read_at"] is None
    assert api(alice).post("/api/v1/inbox/read-all/").json() == {"marked": 1}
    assert api(alice).get("/api/v1/inbox/?unread=true").json()["results"] == []


def test_n27_no_such_mailbox_stops_all_mail_to_it_until_the_person_says_it_works(sink, web, alice, bob):
    sink.rcpt[alice.email] = ["550 5.1.1 No such mailbox"]
    first = owe(alice)
    owe(bob)
    assert deliver_due(NOW) == {"failed": 1, "sent": 1}
    second = owe(alice, once_per="second", payload={"subject": "Second"})
    assert deliver_due(NOW) == {"in_portal": 1}
    assert (status(first), status(second), "Second" in inbox(alice)) == ("failed", "in_portal", True)
    page = web(alice).get("/notifications/preferences/").content.decode()
    assert "Mail to alice@ballast.example is refused." in page
    assert "550 5.1.1 No such mailbox" in page
    assert "is refused" not in web(bob).get("/notifications/preferences/").content.decode()
    web(alice).post("/notifications/address/confirm/")
    web(alice).post("/notifications/address/confirm/")
    assert AuditEvent.objects.filter(verb="mail_address.confirmed").count() == 1
    owe(alice, once_per="third")
    assert deliver_due(NOW) == {"sent": 1}


def test_n27_another_refusal_counts_from_the_second_day_on(sink, alice):
    sink.rcpt[alice.email] = ["550 5.7.1 Not wanted"] * 3
    for n, moment in enumerate((NOW, NOW + timedelta(hours=1))):
        owe(alice, once_per=f"today:{n}")
        deliver_due(moment)
    assert MailAddress.objects.get().bouncing_since is None
    tomorrow = NOW + timedelta(days=1)
    owe(alice, once_per="tomorrow", expires_at=tomorrow + timedelta(hours=1))
    deliver_due(tomorrow)
    assert MailAddress.objects.get().bouncing_since is not None
    type(alice).objects.filter(pk=alice.pk).update(email="alice@new.example")
    owe(alice, once_per="new", not_before=tomorrow, expires_at=tomorrow + timedelta(hours=1))
    assert deliver_due(tomorrow) == {"sent": 1}


def test_n27_what_gets_through_counts_although_the_next_mail_is_written_meanwhile(
    sink, alice, bob, monkeypatch
):
    monkeypatch.setattr(writing, "FRESH", timedelta())  # as after five seconds: each is read by itself
    sink.rcpt[alice.email] = ["550 5.7.1 Not wanted"]
    owe(alice)
    deliver_due(NOW)
    owe(alice, once_per="second"), owe(bob)
    assert deliver_due(NOW) == {"sent": 2}
    assert not MailAddress.objects.exists()


def test_n27_a_domain_out_of_reach_is_tried_again_and_a_refused_text_blames_no_address(sink, alice):
    carol = make_user("carol")
    sink.rcpt[alice.email] = ["550 5.4.4 Unable to route"]
    sink.data[carol.email] = ["552 5.3.4 Too big"]
    owe(alice), owe(carol)
    assert deliver_due(NOW) == {"queued": 1, "failed": 1}
    assert not MailAddress.objects.exists()
    assert deliver_due(NOW + timedelta(minutes=2)) == {"sent": 1}
