"""A mail server that is away, silent, moody or unsafe."""

import socket
from datetime import UTC, datetime, timedelta

import pytest

from apps.notifications import smtp
from apps.notifications.models import MailServer, OutboxMail
from apps.notifications.operations import deliver_due
from tests.factories import make_user
from tests.notifications.server import MailSink, free_port, talking
from tests.notifications.test_delivery import owe, status

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TICK = timedelta(seconds=15)

pytestmark = pytest.mark.django_db


@pytest.fixture
def away(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()


def server_at(settings, port):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def test_n25_f08_while_the_server_is_away_nothing_is_counted_and_one_worker_asks_now_and_then(
    kinds, settings, monkeypatch
):
    rows = [owe(make_user()) for _ in range(40)]
    tries = count_connections(monkeypatch)
    server_at(settings, free_port())
    moment = NOW
    while moment < NOW + timedelta(hours=2, minutes=40):
        assert deliver_due(moment) == {}
        moment += MINUTE
    assert len(tries) <= 5 + 160 / 5
    assert {status(row) for row in rows} == {"queued"}
    assert {(row.attempt, row.error) for row in rows} == {(0, "mail server: Connection refused")}

    with MailSink() as sink:
        server_at(settings, sink.port)
        while moment < NOW + timedelta(hours=2, minutes=55):
            deliver_due(moment)
            moment += TICK
    assert {status(row) for row in rows} == {"sent"}
    assert sink.recipients == sorted(row.recipient.email for row in rows)
    assert MailServer.objects.get().next_probe_at is None


def count_connections(monkeypatch):
    tries, connect = [], socket.create_connection
    monkeypatch.setattr(
        socket, "create_connection", lambda *args, **kw: tries.append(args) or connect(*args, **kw)
    )
    return tries


def test_n25_only_one_of_many_workers_probes(kinds, away, alice, monkeypatch):
    owe(alice)
    for n in range(5):
        deliver_due(NOW + n * TICK)
    tries = count_connections(monkeypatch)
    for _ in range(8):
        deliver_due(NOW + MINUTE * 7)
    assert len(tries) == 1


def test_a_server_that_goes_away_in_the_middle_gives_the_rest_back(kinds, settings, alice, bob, monkeypatch):
    first, second = owe(alice), owe(bob)

    def one_mail(connection):
        answer(connection, b"220 here")
        for reply in (b"250 hello", b"250 ok", b"250 ok", b"354 go"):
            hear(connection)
            answer(connection, reply)
        hear_text(connection)
        answer(connection, b"250 taken")

    with talking(once(one_mail)) as port:
        server_at(settings, port)
        assert deliver_due(NOW) == {"sent": 1}
    assert (status(first), status(second), second.attempt) == ("sent", "queued", 0)
    assert "mail server" in second.error


def once(script):
    """The first connection only; later ones are hung up on."""
    seen = []

    def first(connection):
        if not seen:
            seen.append(1)
            script(connection)

    return first


def answer(connection, line):
    connection.sendall(line + b"\r\n")


def hear(connection, until=b"\r\n"):
    heard = b""
    while not heard.endswith(until):
        more = connection.recv(65536)
        if not more:
            raise ConnectionError("hung up")
        heard += more
    return heard


def hear_text(connection):
    return hear(connection, until=b"\r\n.\r\n")


def test_f13_a_server_that_ends_each_conversation_after_ten_mails_gets_them_all_once(kinds, sink):
    people = [make_user() for _ in range(25)]
    for person in people:
        owe(person)
    every_tenth(sink)
    assert deliver_due(NOW) == {"sent": 25}
    assert sink.recipients == sorted(person.email for person in people)
    assert sink.connections == 3


def every_tenth(sink):
    """After ten mails over one connection: 421, and the line is cut."""
    kept = sink.handle_MAIL

    async def tired(server, session, envelope, address, options):
        session.mails = getattr(session, "mails", 0) + 1
        if session.mails > 10:
            server.transport.write(b"421 4.7.0 Too many mails on one connection\r\n")
            server.transport.close()
            return "421 closing"
        return await kept(server, session, envelope, address, options)

    sink.handle_MAIL = tired


def test_f09_a_server_that_says_nothing_frees_the_worker(kinds, settings, alice, monkeypatch):
    row = owe(alice)
    monkeypatch.setattr(smtp, "GREETING_SECONDS", 0.2)
    with talking(lambda connection: connection.recv(1)) as port:
        server_at(settings, port)
        assert deliver_due(NOW) == {}
    assert (status(row), row.attempt, row.error) == (
        "queued",
        0,
        "mail server: Connection unexpectedly closed: timed out",
    )


def test_f09_a_server_that_drips_frees_the_worker_too(kinds, settings, alice, monkeypatch):
    row = owe(alice)
    monkeypatch.setattr(smtp, "GREETING_SECONDS", 0.5)

    def drip(connection):
        for _ in range(50):
            connection.sendall(b"2")
            try:
                connection.settimeout(0.1)
                if not connection.recv(1):
                    return
            except TimeoutError:
                continue

    with talking(drip) as port:
        server_at(settings, port)
        assert deliver_due(NOW) == {}
    assert (status(row), row.attempt) == ("queued", 0)


def test_f10_no_answer_after_the_text_is_unknown_for_a_reminder_and_a_reset_is_sent_again(
    kinds, settings, alice, bob, monkeypatch
):
    monkeypatch.setattr(smtp, "LEAST_FINAL_SECONDS", 0.3)
    settings.EMAIL_TIMEOUT = 0.3
    reminder, reset = owe(alice), owe(bob, kind="reset")

    def takes_and_says_nothing(connection):
        connection.settimeout(0.6)
        answer(connection, b"220 here")
        for reply in (b"250 hello", b"250 ok", b"250 ok", b"354 go"):
            hear(connection)
            answer(connection, reply)
        hear_text(connection)
        connection.recv(1)

    with talking(takes_and_says_nothing) as port:
        server_at(settings, port)
        assert deliver_due(NOW) == {"queued": 1, "unknown": 1}
        assert (status(reminder), status(reset)) == ("unknown", "queued")
        assert deliver_due(NOW + MINUTE * 2) == {"unknown": 1}
    assert status(reset) == "unknown"


def test_f14_without_starttls_nothing_is_sent_in_clear(kinds, sink, settings, alice):
    settings.EMAIL_USE_TLS = True
    row = owe(alice)
    assert deliver_due(NOW) == {}
    assert (status(row), row.attempt, sink.mails) == ("queued", 0, [])
    assert "STARTTLS" in row.error
    assert deliver_due(NOW + MINUTE) == {}
    assert sink.connections == 1


def test_f14_a_broken_handshake_sends_nothing_in_clear(kinds, settings, alice):
    settings.EMAIL_USE_TLS = True
    row, heard = owe(alice), []

    def breaks(connection):
        answer(connection, b"220 here")
        heard.append(hear(connection))
        answer(connection, b"250-here\r\n250 STARTTLS")
        heard.append(hear(connection))
        answer(connection, b"220 go")
        connection.sendall(b"this is not TLS\r\n")
        heard.append(connection.recv(65536))

    with talking(breaks) as port:
        server_at(settings, port)
        assert deliver_due(NOW) == {}
    assert status(row) == "queued"
    assert [line[:4].upper() for line in heard[:2]] == [b"EHLO", b"STAR"]
    assert not any(b"MAIL" in line.upper() for line in heard)


def test_f15_a_wrong_password_is_named_and_tried_once_in_five_minutes(kinds, settings, alice):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "wrong"
    row, tries = owe(alice), []

    def refuses(connection):
        tries.append(1)
        answer(connection, b"220 here")
        hear(connection)
        answer(connection, b"250-here\r\n250 AUTH PLAIN")
        connection.recv(65536)
        answer(connection, b"535 5.7.8 Who are you")
        connection.recv(65536)

    with talking(refuses) as port:
        server_at(settings, port)
        for n in range(16):
            deliver_due(NOW + n * TICK)
    assert (status(row), row.error) == ("queued", "mail server: 535 5.7.8 Who are you")
    assert len(tries) == 1
    assert "wrong" not in row.error


def test_f15_a_refused_sender_stops_everything_and_blames_no_recipient(kinds, sink, alice, bob):
    sink.mail_answers = ["550 5.7.1 Sender not allowed"] * 9
    rows = [owe(alice), owe(bob)]
    assert deliver_due(NOW) == {}
    assert {status(row) for row in rows} == {"queued"}
    assert rows[0].error == "sender refused: 550 5.7.1 Sender not allowed"
    assert deliver_due(NOW + MINUTE) == {}
    sink.mail_answers.clear()
    assert deliver_due(NOW + MINUTE * 6) == {"sent": 2}


def test_a_worker_that_lost_its_lease_does_not_send(kinds, sink, alice, monkeypatch):
    """While it waited for the server another worker took the row over."""
    row = owe(alice)
    offer = smtp.SmtpPost.offer

    def slow_offer(self, *args):
        OutboxMail.objects.filter(pk=row.pk).update(claim=row.uuid)
        offer(self, *args)

    monkeypatch.setattr(smtp.SmtpPost, "offer", slow_offer)
    assert deliver_due(NOW) == {"lost": 1}
    assert sink.mails == []
