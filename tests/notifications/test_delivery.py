from datetime import UTC, datetime, timedelta
from email.message import Message

import pytest

from apps.notifications import tasks
from apps.notifications.mail import Mail
from apps.notifications.models import MailServer, OutboxMail
from apps.notifications.operations import deliver_due, forget_old, outbox_row, queue_email, queue_emails
from tests.factories import make_user

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def owe(person, kind="digest", **what):
    name = what.pop("once_per", f"{kind}:{person.pk}")
    defaults = {"not_before": NOW, "expires_at": NOW + timedelta(hours=9)}
    queue_email(person, kind=kind, once_per=name, **{**defaults, **what})
    return OutboxMail.objects.get(dedupe_key=name)


def status(row):
    row.refresh_from_db()
    return row.status


def test_a_due_mail_is_sent_once_and_says_when(kinds, sink, alice):
    row = owe(alice, payload={"subject": "2 overdue - Thu 12 Mar"})
    assert deliver_due(NOW) == {"sent": 1}
    assert deliver_due(NOW) == {}
    row.refresh_from_db()
    assert (row.status, row.subject, row.attempt) == ("sent", "2 overdue - Thu 12 Mar", 1)
    assert row.sent_at - NOW < MINUTE
    assert sink.recipients == [alice.email]


def test_a_mail_waits_for_its_moment(kinds, sink, alice):
    owe(alice, not_before=NOW + MINUTE)
    assert deliver_due(NOW) == {}
    assert deliver_due(NOW + MINUTE) == {"sent": 1}


def test_n34_headers_say_that_a_machine_wrote_it_and_the_message_id_is_the_rows(kinds, sink, alice):
    row = owe(alice)
    deliver_due(NOW)
    [(_, mail)] = sink.mails
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["List-Id"] == "Ballast reminders <reminders.localhost>"
    assert mail["Message-ID"] == row.message_id == f"<{row.uuid}@localhost>"
    assert mail["From"] == "Ballast <ballast@localhost>"
    assert mail["To"] == "Alice <alice@ballast.example>"
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_styles_move_into_the_tags_of_a_mail(kinds, sink, settings, alice):
    settings.MAIL_KINDS = {
        **settings.MAIL_KINDS,
        "digest": {**settings.MAIL_KINDS["digest"], "render": STYLED},
    }
    owe(alice)
    deliver_due(NOW)
    [(_, mail)] = sink.mails
    assert 'style="color: red;"' in body(mail, "text/html")


def render_styled(row, now):
    page = "<html><head><style>p { color: red }</style></head><body><p>é</p></body></html>"
    return Mail("Styled", "Text", page)


STYLED = f"{__name__}.render_styled"


def body(mail: Message, kind):
    return next(part for part in mail.walk() if part.get_content_type() == kind).get_content()


def test_many_mails_share_one_connection_and_have_one_recipient_each(kinds, sink):
    people = [make_user() for _ in range(120)]
    for person in people:
        owe(person)
    assert deliver_due(NOW) == {"sent": 120}
    assert sink.connections == 1
    assert sink.recipients == sorted(person.email for person in people)
    assert len(set(sink.message_ids)) == 120


def test_what_somebody_waits_for_goes_first(kinds, sink, alice, bob):
    owe(alice)
    owe(bob, kind="reset", not_before=NOW)
    deliver_due(NOW)
    assert [recipient for recipient, _ in sink.mails] == [bob.email, alice.email]


def test_n2_a_mail_with_nothing_left_to_say_is_not_sent_today_any_more(kinds, sink, alice):
    row = owe(alice, kind="empty")
    assert deliver_due(NOW) == {"skipped_empty": 1}
    assert deliver_due(NOW + MINUTE) == {}
    assert (status(row), sink.mails) == ("skipped_empty", [])


def test_n18_the_same_broker_message_twice_sends_one_mail(kinds, sink, alice):
    owe(alice, not_before=NOW - timedelta(days=400), expires_at=datetime(2999, 1, 1, tzinfo=UTC))
    assert tasks.deliver_due_mail() == {"sent": 1}
    assert tasks.deliver_due_mail() == {}
    assert len(sink.mails) == 1


def test_owing_the_same_mail_twice_owes_it_once(alice):
    owe(alice)
    owe(alice)
    assert OutboxMail.objects.count() == 1


def test_n24_a_mail_that_is_too_late_expires_unsent(kinds, sink, alice):
    row = owe(alice)
    assert deliver_due(NOW + timedelta(hours=9)) == {}
    assert (status(row), sink.mails) == ("expired", [])


def test_mail_for_somebody_who_left_is_suppressed(kinds, sink, alice):
    row = owe(alice)
    type(alice).objects.filter(pk=alice.pk).update(is_active=False)
    assert deliver_due(NOW) == {"suppressed": 1}
    assert (status(row), sink.mails) == ("suppressed", [])


def test_n29_f16_a_mail_that_cannot_be_written_fails_alone(kinds, sink, alice, bob):
    broken, kindless = owe(alice, kind="broken"), owe(alice, kind="digest", once_per="odd")
    OutboxMail.objects.filter(pk=kindless.pk).update(kind="unheard_of")
    fine = owe(bob)
    assert deliver_due(NOW) == {"failed": 2, "sent": 1}
    assert [status(row) for row in (broken, kindless, fine)] == ["failed", "failed", "sent"]
    assert broken.error == "Could not be written: KeyError"


def test_a_line_break_in_a_subject_fails_that_mail_and_smuggles_nothing(kinds, sink, alice, bob):
    row = owe(alice, payload={"subject": "Hello\r\nBcc: all@ballast.example"})
    owe(bob)
    assert deliver_due(NOW) == {"failed": 1, "sent": 1}
    assert status(row) == "failed"
    assert sink.recipients == [bob.email]


def test_f12_a_refused_recipient_fails_for_good_and_alone(kinds, sink, alice, bob):
    sink.rcpt[alice.email] = ["550 5.1.1 No such mailbox"]
    refused, fine = owe(alice), owe(bob)
    assert deliver_due(NOW) == {"failed": 1, "sent": 1}
    assert (status(refused), status(fine)) == ("failed", "sent")
    assert refused.error == "550 5.1.1 No such mailbox"
    assert deliver_due(NOW + timedelta(hours=8)) == {}
    assert sink.connections == 1


def test_n26_f11_a_recipient_who_is_busy_is_tried_again_later_each_time_later(kinds, sink, alice, bob):
    sink.rcpt[alice.email] = ["451 Try later"] * 3
    row = owe(alice)
    owe(bob)
    assert deliver_due(NOW) == {"queued": 1, "sent": 1}
    waits = []
    moment = NOW
    while status(row) == "queued":
        waits.append(round((row.not_before - moment) / MINUTE))
        moment = row.not_before
        deliver_due(moment)
    assert (waits, row.status) == ([1, 5, 15], "sent")
    assert sink.recipients == [alice.email, bob.email]


def test_trying_later_ends_where_the_mail_expires(kinds, sink, alice):
    sink.rcpt[alice.email] = ["451 Try later"] * 9
    row = owe(alice, expires_at=NOW + timedelta(minutes=3))
    deliver_due(NOW)
    deliver_due(NOW + MINUTE * 2)
    assert deliver_due(NOW + MINUTE * 3) == {}
    assert status(row) == "expired"


def test_a_text_that_the_server_refuses_fails_and_one_it_postpones_waits(kinds, sink, alice, bob, charlie):
    sink.data[alice.email] = ["552 5.3.4 Too big"]
    sink.data[bob.email] = ["452 Disk full"]
    owe(alice), owe(bob), owe(charlie)
    assert deliver_due(NOW) == {"failed": 1, "queued": 1, "sent": 1}
    assert deliver_due(NOW + MINUTE * 2) == {"sent": 1}
    assert sink.recipients == [bob.email, charlie.email]


def test_a_worker_that_died_before_sending_lost_nothing(kinds, sink, alice):
    row = owe(alice)
    claim(row, "claimed")
    assert deliver_due(NOW) == {}
    assert deliver_due(NOW + MINUTE * 11) == {"sent": 1}


def claim(row, at):
    OutboxMail.objects.filter(pk=row.pk).update(status=at, claim=row.uuid, lease_until=NOW + MINUTE * 10)


def test_n28_a_worker_that_died_while_sending_leaves_a_reminder_unknown_and_a_reset_is_sent_again(
    kinds, sink, alice, bob
):
    reminder, reset = owe(alice), owe(bob, kind="reset")
    claim(reminder, "sending")
    claim(reset, "sending")
    assert deliver_due(NOW + MINUTE * 11) == {"sent": 1}
    assert (status(reminder), status(reset)) == ("unknown", "sent")
    assert "may have arrived" in reminder.error
    assert sink.message_ids == [reset.message_id]


def test_rows_are_forgotten_after_ninety_days_but_not_while_they_are_owed(alice, bob):
    old, owed = owe(alice), owe(bob)
    OutboxMail.objects.filter(pk=old.pk).update(status="sent")
    OutboxMail.objects.update(created_at=NOW - timedelta(days=91))
    assert forget_old(NOW) == 1
    assert list(OutboxMail.objects.all()) == [owed]


def test_a_round_with_nothing_due_costs_five_small_queries_and_no_connection(
    kinds, sink, django_assert_num_queries
):
    with django_assert_num_queries(5):
        assert deliver_due(NOW) == {}
    assert sink.connections == 0
    assert not MailServer.objects.exists()


def test_many_mails_are_queued_in_few_queries(django_assert_max_num_queries):
    rows = [
        outbox_row(make_user(), kind="digest", once_per=f"n:{n}", not_before=NOW, expires_at=NOW)
        for n in range(50)
    ]
    with django_assert_max_num_queries(3):
        queue_emails(rows)
    assert OutboxMail.objects.count() == 50
