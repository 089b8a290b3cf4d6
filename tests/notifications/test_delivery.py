import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.message import Message

import pytest
from django.conf import settings

from apps.core.engines import is_postgres
from apps.notifications import tasks
from apps.notifications.models import MailAddress, MailServer, NotificationPreference, OutboxMail
from apps.notifications.operations import (
    deliver_due,
    forget_old,
    help_deliver,
    outbox_row,
    queue_email,
    queue_emails,
)
from apps.notifications.operations.claims import BATCH, claim_batch
from apps.notifications.operations.delivery import LANES, WORTH_HELP
from apps.notifications.operations.writing import FRESH, Desk
from tests.factories import make_user
from tests.halves import RUN
from tests.notifications.server import free_port

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


def test_all_that_a_light_mail_needs_stands_in_its_tags():
    """Many mail programs leave the head out; what it says is for the dark and for small screens."""
    texts = {path.name: path.read_text() for path in (settings.BASE_DIR / "templates/emails").glob("*.html")}
    assert [name for name, text in texts.items() if "<style" in text] == ["_layout.html"]
    [rules] = re.findall(r"<style>(.*)</style>", texts["_layout.html"], re.DOTALL)
    assert re.sub(r"@media [^{]+{([^{}]*{[^{}]*})*\s*}", "", rules).split() == [
        *(":root", "{", "color-scheme:", "light", "dark;", "}")
    ]


def body(mail: Message, kind):
    return next(part for part in mail.walk() if part.get_content_type() == kind).get_content()


ODD = [
    ("Zoë Ångström", "zoe@ballast.example", "2 overdue – Grüße aus Köln " * 5),
    ('Doe, John "J"', "john.doe+x@ballast.example", "A plain subject, but a very long one " * 4),
    ("", "nobody@ballast.example", "Plain"),
]


@pytest.mark.parametrize(("name", "address", "subject"), ODD)
def test_odd_names_and_subjects_arrive_as_they_are_and_no_line_is_too_long(
    kinds, sink, alice, name, address, subject
):
    """The text begins lines with dots, and holds what no line can."""
    type(alice).objects.filter(pk=alice.pk).update(name=name, email=address)
    owe(alice, payload={"subject": subject, "text": f".\n..dots\r\nFrom {'x' * 2000} =_ é\n."})
    assert deliver_due(NOW) == {"sent": 1}
    [(_, mail)], [raw] = sink.mails, sink.contents
    [to] = mail["To"].addresses
    assert (to.display_name, to.addr_spec) == (name, address)
    assert mail["Subject"] == subject.strip() or mail["Subject"] == subject
    assert (
        body(mail, "text/plain").replace("\r\n", "\n").startswith(f".\n..dots\nFrom {'x' * 2000} =_ é\n.\n")
    )
    assert max(map(len, raw.split(b"\r\n"))) <= 200  # the address to unsubscribe stands in one line
    assert raw.isascii()


def test_the_next_mail_is_written_while_the_server_thinks_and_again_when_that_took_long(kinds, alice, bob):
    rows = [owe(alice, payload={"subject": "First"}), owe(bob, payload={"subject": "Second"})]
    moments, outcome = [NOW], Counter()
    desk = Desk(claim_batch(NOW), lambda: moments[-1], outcome)
    assert desk.take().row == rows[0]
    desk.write_ahead()
    assert desk.left == [rows[1]]
    type(rows[1]).objects.filter(pk=rows[1].pk).update(payload={"subject": "Third"})
    assert desk.take().subject == "Second"
    rows = claim_again(rows)
    desk = Desk(rows, lambda: moments[-1], outcome)
    desk.write_ahead()
    moments.append(NOW + FRESH)
    rows[0].recipient.is_active = False  # what was written ahead is not sent any more
    assert desk.take().row == rows[1]
    assert (desk.take(), outcome) == (None, {"suppressed": 1})


def claim_again(rows):
    OutboxMail.objects.update(status="queued", claim=None)
    return claim_batch(NOW)


def test_n29_when_many_cannot_be_read_at_once_each_is_read_by_itself(kinds, sink, settings, alice, bob):
    settings.MAIL_KINDS = {
        **settings.MAIL_KINDS,
        "digest": settings.MAIL_KINDS["digest"] | {"read_many": f"{__name__}.read_none"},
    }
    owe(alice), owe(bob), owe(bob, kind="broken")
    assert deliver_due(NOW) == {"sent": 2, "failed": 1}


def read_none(rows, now):
    raise KeyError("one of them is wrong")


def test_n36_no_text_is_kept_and_with_a_person_goes_all_that_was_owed_to_them(kinds, sink, bob, alice):
    for person in (alice, bob):
        owe(person, payload={"subject": "2 overdue"})
        NotificationPreference.objects.create(user=person, category="reviews", mode="portal")
    deliver_due(NOW)
    for person in (alice, bob):
        MailAddress.objects.create(user=person, address="old", refused_on=NOW.date(), reason="550")
    kept = {field.name for field in OutboxMail._meta.get_fields()}
    assert not kept & {"text", "html", "body", "content"}
    assert "A line." not in str(OutboxMail.objects.values())
    bob.delete()
    for model, field in ((OutboxMail, "recipient"), (NotificationPreference, "user"), (MailAddress, "user")):
        assert set(model.objects.values_list(field, flat=True)) == {alice.pk}


def test_many_mails_share_one_connection_and_have_one_recipient_each(kinds, sink):
    people = [make_user() for _ in range(BATCH)]
    for person in people:
        owe(person)
    assert deliver_due(NOW) == {"sent": BATCH}
    assert sink.connections == 1
    assert sink.recipients == sorted(person.email for person in people)
    assert len(set(sink.message_ids)) == BATCH


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


@pytest.mark.skipif(RUN == 0, reason="SQLite has one writer at a time: a worker keeps to one connection")
@pytest.mark.django_db(transaction=True)
def test_a_worker_with_much_to_send_has_several_connections_and_sends_each_mail_once(kinds, sink):
    people = [make_user() for _ in range(5)]
    rows = [owe(people[n % 5], once_per=f"much:{n}") for n in range(2 * BATCH + 20)]
    assert deliver_due(NOW) == {"sent": len(rows)}
    assert sink.connections == LANES
    assert sorted(sink.message_ids) == sorted(row.message_id for row in rows)
    assert Counter(sink.recipients) == {person.email: len(rows) // 5 for person in people}
    assert {status(row) for row in rows} == {"sent"}


def test_a_second_worker_helps_where_there_is_enough_for_two(kinds, sink, settings, alice):
    """Not on SQLite, which has one writer at a time; and a server that takes no second connection is not away."""
    rows = [owe(alice, once_per=f"much:{n}") for n in range(WORTH_HELP)]
    assert help_deliver(NOW) == {}
    rows += [owe(alice, once_per="one more")]
    settings.EMAIL_PORT = free_port()
    assert help_deliver(NOW) == {}
    assert {status(row) for row in rows} == {"queued"}
    assert not MailServer.objects.exists()
    settings.EMAIL_PORT = sink.port
    assert help_deliver(NOW) == ({"sent": len(rows)} if is_postgres() else {})
