"""A thin use of smtplib: one connection for many mails, and every step's answer told apart.

Django's backend sends and raises in one call. A sender that must know whether a mail can have left needs the step
between the recipient's acceptance and the text, and must tell a refusal from a silence.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from threading import Timer

from django.conf import settings

from apps.notifications.answers import Later, Refused, ServerTrouble, Unclear
from apps.notifications.message import PLAIN_ADDRESS, sender

GREETING_SECONDS = 20
GOODBYE_SECONDS = 5
LEAST_FINAL_SECONDS = 60  # a server may think about a mail before it answers; giving up early sends it twice
BYE, GO_ON = 421, 354


class SmtpPost:
    def __init__(self) -> None:
        self._server: smtplib.SMTP | None = None
        self._is_envelope_open = False

    def open(self) -> None:
        """Connect, turn on TLS, sign in; anything that goes wrong is the server's trouble, not a mail's."""
        self.close()
        server = _client()
        try:
            with _at_most(GREETING_SECONDS * 1.25, server):
                _greet(server)
        except (OSError, ValueError) as error:  # smtplib's own errors are OSErrors
            server.close()
            raise _trouble(error) from error
        _wait_at_most(server, max(settings.EMAIL_TIMEOUT, LEAST_FINAL_SECONDS))
        self._server, self._is_envelope_open = server, False

    def offer(self, sender: str, recipient: str) -> None:
        """MAIL and RCPT. A connection that has gone stale is made anew once."""
        try:
            self._envelope(sender, recipient)
        except (_Gone, OSError):
            self.open()
            try:
                self._envelope(sender, recipient)
            except (_Gone, OSError) as error:
                self.drop()
                raise ServerTrouble(f"mail server: {_said(error)}") from error

    def _envelope(self, sender: str, recipient: str) -> None:
        server = self._connected()
        if self._is_envelope_open:
            server.rset()
        self._is_envelope_open = True
        code, words = server.docmd("MAIL", f"FROM:{_path(sender)}")
        if code >= 500:
            raise ServerTrouble(f"sender refused: {_words(code, words)}", is_hopeless=True)
        _check(code, words)
        try:
            _check(*server.docmd("RCPT", f"TO:{_path(recipient)}"))
        except ValueError as error:
            raise Refused("this address cannot be written in ASCII") from error

    def data(self, content: bytes, meanwhile: Callable[[], None]) -> None:
        """The text. After this the server has it, has refused it, or nobody knows. `meanwhile` runs while the server
        makes up its mind."""
        try:
            _check(*_data(self._connected(), content, meanwhile))
            self._is_envelope_open = False
        except _Gone as error:
            self.drop()
            raise Later(str(error)) from error
        except OSError as error:
            self.drop()
            raise Unclear(f"no answer from the mail server: {_said(error)}") from error

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return self._server

    def drop(self) -> None:
        """Forget the connection without a word."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def close(self) -> None:
        """Say goodbye, unless the other side has gone already."""
        if self._server is not None and self._server.sock is not None:
            with contextlib.suppress(OSError):
                _wait_at_most(self._server, GOODBYE_SECONDS)
                self._server.quit()
        self.drop()


class _Gone(Exception):
    """421: the server ends this conversation."""


def _client() -> smtplib.SMTP:
    timeout = min(settings.EMAIL_TIMEOUT, GREETING_SECONDS)
    name = sender().domain
    if settings.EMAIL_USE_SSL:
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(local_hostname=name, timeout=timeout, context=context)
    else:
        server = smtplib.SMTP(local_hostname=name, timeout=timeout)
    server._host = settings.EMAIL_HOST  # type: ignore[attr-defined]  # connect() leaves it out: TLS checks this name
    return server


def _greet(server: smtplib.SMTP) -> None:
    code, words = server.connect(settings.EMAIL_HOST, settings.EMAIL_PORT)
    if code != 220:
        raise smtplib.SMTPConnectError(code, words)
    server.ehlo_or_helo_if_needed()
    if settings.EMAIL_USE_TLS:  # refused: raises, and nothing leaves in clear
        server.starttls(context=ssl.create_default_context())
        server.ehlo_or_helo_if_needed()
    if settings.EMAIL_HOST_USER:
        server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)


def _trouble(error: Exception) -> ServerTrouble:
    """A password or a missing STARTTLS does not mend itself; a server that is away comes back."""
    if isinstance(error, smtplib.SMTPResponseException):
        is_hopeless = error.smtp_code >= 500
        return ServerTrouble(
            f"mail server: {_words(error.smtp_code, error.smtp_error)}", is_hopeless=is_hopeless
        )
    is_hopeless = isinstance(error, smtplib.SMTPNotSupportedError | ssl.SSLError | ValueError)
    return ServerTrouble(f"mail server: {_said(error)}"[:300], is_hopeless=is_hopeless)


def _said(error: Exception) -> str:
    """A system's error without its number, anything else in its own words."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _path(address: str) -> str:
    """As smtplib writes it, which reads each address with care; those that need none are nearly all."""
    return f"<{address}>" if PLAIN_ADDRESS.fullmatch(address) else smtplib.quoteaddr(address)


def _data(server: smtplib.SMTP, content: bytes, meanwhile: Callable[[], None]) -> tuple[int, bytes | str]:
    """As smtplib's own, with time to do something between the last dot and the answer. Lines of `content` end in CRLF,
    also the last one, and the first one begins with no dot."""
    code, words = server.docmd("DATA")
    if code != GO_ON:  # refused before the text was sent
        return code, words
    server.send(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
    meanwhile()
    return server.getreply()


@contextlib.contextmanager
def _at_most(seconds: float, server: smtplib.SMTP) -> Iterator[None]:
    """A server that drips one byte a second keeps every time limit of a socket; this one it does not."""
    timer = Timer(seconds, _hang_up, [server])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _wait_at_most(server: smtplib.SMTP, seconds: float) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)


def _hang_up(server: smtplib.SMTP) -> None:
    if server.sock is not None:
        with contextlib.suppress(OSError):
            server.sock.shutdown(socket.SHUT_RDWR)


def _check(code: int, words: bytes | str) -> None:
    if code == BYE:
        raise _Gone(_words(code, words))
    if code >= 500:
        raise Refused(_words(code, words))
    if code >= 400:
        raise Later(_words(code, words))
    if code < 200:
        raise smtplib.SMTPException(f"not an answer: {_words(code, words)}")


def _words(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"[:300]
