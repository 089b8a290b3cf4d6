"""Mail servers for tests: one that keeps what it gets and answers as told, one that is wrong below SMTP."""

import contextlib
import socket
import threading
from collections import Counter
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class MailSink:
    """A mail server that accepts everything, until a test says otherwise.

    `rcpt` and `data` map a recipient to the answers it gets, one after the other, before "250 OK". The first mail to
    one of `hangs_up_on` is taken, and nobody is told.
    """

    host = "127.0.0.1"

    def __init__(self, **options):
        self.mails, self.contents = [], []
        self.connections = 0
        self.offers = Counter()
        self.rcpt, self.data = {}, {}
        self.mail_answers = []
        self.hangs_up_on = set()
        self.port = free_port()
        self._controller = Controller(self, hostname=self.host, port=self.port, ready_timeout=10, **options)

    def __enter__(self):
        self._controller.start()
        return self

    def __exit__(self, *_error):
        self._controller.stop()

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.mail_answers:
            return self.mail_answers.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.offers[address] += 1
        if self.rcpt.get(address):
            return self.rcpt[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        [recipient] = envelope.rcpt_tos
        if self.data.get(recipient):
            return self.data[recipient].pop(0)
        self.contents.append(envelope.content)
        self.mails.append((recipient, message_from_bytes(envelope.content, policy=default)))
        if recipient in self.hangs_up_on:
            self.hangs_up_on.discard(recipient)
            server.transport.close()
        return "250 OK"

    @property
    def recipients(self):
        return sorted(recipient for recipient, _ in self.mails)

    @property
    def message_ids(self):
        return [mail["Message-ID"] for _, mail in self.mails]


@contextlib.contextmanager
def talking(script):
    """A server that says what it likes: `script(connection)` runs for each connection. Yields the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    stop = threading.Event()

    def serve():
        while not stop.is_set():
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                connection.settimeout(5)
                with connection, contextlib.suppress(OSError):
                    script(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        thread.join()
        listener.close()
