"""Sending with real processes, on either database: many at once, and killed where it hurts. Lost 0, doubled 0."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from apps.notifications.models import OutboxMail
from apps.notifications.operations import outbox_row, queue_emails
from tests.factories import make_action_item, make_user
from tests.notifications.server import free_port

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=11)  # a lease is ten minutes
KILLED = -9
DEATHS = {"connected": 1, "claimed": 2, "accepted": 3, "sending": 3, "final_dot": 3, "answered": 3}
UNCLEAR = {"sending", "final_dot", "answered"}


def promise_things(people, each):
    lead = make_user()
    for _ in range(people):
        owner = make_user()
        for _ in range(each):
            make_action_item(owner=owner, by=lead, due_on=date(2026, 3, 12), next_reminder_at=NOW)


def owe_mails(count, kind):
    queue_emails(
        [
            outbox_row(
                make_user(),
                kind=kind,
                once_per=f"{kind}:{n}",
                not_before=NOW,
                expires_at=NOW + timedelta(hours=9),
            )
            for n in range(count)
        ]
    )


def test_n17_f05_many_planners_and_senders_at_once_make_one_row_and_one_mail_each(fleet):
    """500 items of 50 people, 8 workers; more planners than the two clocks that anybody runs."""
    promise_things(people=50, each=10)
    crew = 8 if fleet.is_postgres else 4
    planners = [{"role": "plan"}] * crew
    senders = [{"role": "deliver", "until_sent": 50}] * crew
    assert fleet.sail((NOW, planners + senders)) == [[0] * 2 * crew]
    assert fleet.ask(
        "SELECT count(*), count(DISTINCT item_id) FROM action_items_reminder WHERE stage = 's2'"
    ) == [(500, 500)]
    assert Counter(fleet.statuses.values()) == {"sent": 50}
    assert Counter(fleet.sink.message_ids) == dict.fromkeys(fleet.statuses, 1)
    assert fleet.ask(f"SELECT count(*) FROM action_items_actionitem WHERE next_reminder_at <= '{NOW}'") == [
        (0,)
    ]


def test_n17_many_senders_on_one_row_send_it_once(fleet):
    owe_mails(1, "reset")
    crew = 8 if fleet.is_postgres else 4
    assert fleet.sail((NOW, [{"role": "deliver"}] * crew)) == [[0] * crew]
    assert len(fleet.sink.mails) == 1


def dying_crew():
    return [
        {"role": "deliver", "die_at": point, "hit": hit, "until_sent": 99} for point, hit in DEATHS.items()
    ]


def test_f01_n28_reminders_are_never_doubled_and_every_doubtful_one_is_shown(fleet):
    owe_mails(60, "digest")
    assert fleet.sail((NOW, dying_crew()), (LATER, [{"role": "deliver"}])) == [[KILLED] * len(DEATHS), [0]]
    delivered = Counter(fleet.sink.message_ids)
    unknown = [message for message, status in fleet.statuses.items() if status == "unknown"]
    lost = [
        message for message, status in fleet.statuses.items() if status == "sent" and not delivered[message]
    ]
    assert Counter(fleet.statuses.values()) == {"sent": 60 - len(UNCLEAR), "unknown": len(UNCLEAR)}
    assert lost == []
    assert set(delivered.values()) == {1}
    assert 1 <= sum(delivered[message] for message in unknown) <= 2


def test_f01_n28_mails_people_wait_for_all_arrive_and_a_second_copy_has_the_same_message_id(fleet):
    owe_mails(60, "reset")
    assert fleet.sail((NOW, dying_crew()), (LATER, [{"role": "deliver"}])) == [[KILLED] * len(DEATHS), [0]]
    delivered = Counter(fleet.sink.message_ids)
    assert Counter(fleet.statuses.values()) == {"sent": 60}
    assert set(delivered) == set(fleet.statuses)
    copies = Counter(delivered.values())
    assert copies[1] >= 58
    assert set(copies) <= {1, 2}


class Away:
    host = "127.0.0.1"

    def __init__(self):
        self.port = free_port()


def at(hour, minute):
    return NOW.replace(hour=hour, minute=minute)


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="processes that share a server; in one process on both"
)
def test_n24_n25_n26_n27_a_server_that_is_away_for_hours_then_refuses_one_and_hangs_up_on_another(fleet):
    """Down from 9:00 to 11:40 with 40 digests, two workers each time; then it has moods, and one mail is too late."""
    owe_mails(40, "digest")
    owe_mails(2, "reset")
    OutboxMail.objects.filter(dedupe_key="digest:39").update(expires_at=at(11, 0))
    senders = [{"role": "deliver"}] * 2
    server, fleet.sink = fleet.sink, Away()
    moments = [at(9, 0), at(9, 1), at(11, 39)]
    assert fleet.sail(*((now, senders) for now in moments)) == [[0] * 2] * 3
    assert Counter(fleet.statuses.values()) == {"queued": 41, "expired": 1}
    [(attempts,)] = fleet.ask("SELECT max(attempt) FROM notifications_outboxmail")
    assert attempts == 0
    fleet.sink = server
    names = dict(
        fleet.ask(
            "SELECT dedupe_key, email FROM notifications_outboxmail JOIN accounts_user u ON u.id = recipient_id"
        )
    )
    server.rcpt[names["digest:1"]] = ["550 5.1.1 No such mailbox"]
    server.rcpt[names["digest:2"]] = ["451 4.3.0 Try later"]
    server.hangs_up_on |= {names["digest:3"], names["reset:1"]}
    assert fleet.sail(*((now, senders) for now in (at(11, 44), at(11, 50), at(11, 55)))) == [[0] * 2] * 3
    found = dict(fleet.ask("SELECT dedupe_key, status FROM notifications_outboxmail"))
    odd = {"digest:1": "failed", "digest:3": "unknown", "digest:39": "expired"}
    assert found == dict.fromkeys(names, "sent") | odd
    copies = Counter(server.recipients)
    assert copies == Counter(dict.fromkeys(names.values(), 1)) - Counter(
        [names["digest:1"], names["digest:39"]]
    ) + Counter([names["reset:1"]])
    assert (
        Counter(server.message_ids).most_common(1)[0][1] == 2
    )  # the second copy of the reset has the same id
