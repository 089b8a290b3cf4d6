"""The one place from which the portal calls other machines at addresses that people typed.

A name is looked up once, every address it has is checked, and the connection goes to exactly an address that passed:
a second answer of the name server (DNS rebinding) is never asked for. Redirects are not followed, proxies of the
environment are not used, TLS is verified against the name, and everything together has `TOTAL_SECONDS`.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Timer
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote, urlsplit

from django.conf import settings

from apps.core.addresses import Place, is_named, may_call

TOTAL_SECONDS = 10.0
MOST_READ = 2_000_000  # bytes of an answer that is read at all
CONNECT_SECONDS = 4.0
MOST_ADDRESSES = 3
LONGEST_URL = 500
LONGEST_WAIT = timedelta(days=1)
PORTS = {"http": 80, "https": 443}
KEPT_AS_TYPED = "/%:@!$&'()*+,;=~-._?"


class Refused(Exception):
    """Nothing was sent: this address may not be called."""


class NoAnswer(Exception):
    """It may be called, and gave no answer in time, or none that is HTTP."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from `post`, which never reads a body: nobody there needs it, and it could be endless."""

    status: int
    retry_after: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back from `ask`: at most `MOST_READ` bytes of it; the names of headers in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Target(NamedTuple):
    """A URL taken apart once; nothing parses it a second time."""

    scheme: str
    host: str
    port: int
    path: str


class Request(NamedTuple):
    method: str
    body: bytes | None
    headers: Mapping[str, str]


class _Peer(NamedTuple):
    family: int
    sockaddr: tuple[object, ...]


Rule = Callable[[str, str, int, Iterable[Place]], bool]
Said = TypeVar("Said")


def target_of(url: str) -> Target:
    """Only http and https, no credentials, no blanks. Does not look the name up. Raises Refused."""
    if len(url) > LONGEST_URL or "\\" in url or any(sign <= " " or sign == "\x7f" for sign in url):
        raise Refused("This is not a web address.")
    try:
        parts = urlsplit(url)
        scheme, port = parts.scheme, parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
    except ValueError as error:  # also what cannot be written as a host name
        raise Refused("This is not a web address.") from error
    if scheme not in PORTS:
        raise Refused("The address must begin with https:// or http://.")
    if "@" in parts.netloc:
        raise Refused("An address with a name or password in it is not called.")
    is_odd = "%" in host or ("[" in parts.netloc and ":" not in host)
    if not host or is_odd or port == 0:
        raise Refused("This is not a web address.")
    path = quote(parts.path or "/", KEPT_AS_TYPED)
    query = f"?{quote(parts.query, KEPT_AS_TYPED)}" if parts.query else ""
    return Target(scheme, host, port or PORTS[scheme], path + query)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """One POST, one answer, whatever its status. Raises Refused or NoAnswer."""
    return _within_time(
        target_of(url),
        may_call,
        Request("POST", body, headers),
        lambda answer: Answer(answer.status, answer.getheader("Retry-After", "") or ""),
    )


def ask(method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str]) -> Reply:
    """One request that carries a secret of its receiver's, and its answer, whatever its status. Without TLS only where
    OUTBOUND_ALLOW names the place. Raises Refused or NoAnswer."""
    target = target_of(url)
    rule = may_call if target.scheme == "https" else is_named
    return _within_time(target, rule, Request(method, body, headers), _read)


def _read(answer: http.client.HTTPResponse) -> Reply:
    body = answer.read(MOST_READ + 1)
    if len(body) > MOST_READ:
        raise NoAnswer(f"its answer is longer than {MOST_READ // 1_000_000} MB")
    return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body)


def wait_asked(text: str, now: datetime) -> timedelta:
    """What Retry-After says, in seconds or as a date; nothing when it is neither."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), LONGEST_WAIT.total_seconds()))
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # a year of twenty digits
        return timedelta()
    wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta()), LONGEST_WAIT)


def _within_time(target: Target, rule: Rule, request: Request, read: Callable[[Any], Said]) -> Said:
    started = time.monotonic()
    peers = _look_up(target, rule)
    with _deadline(TOTAL_SECONDS - (time.monotonic() - started)) as watch:
        try:
            said = read(_ask(target, peers, request, watch))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NoAnswer(watch.words or _said(error)) from error
    if watch.words:  # the end that we made is no end of its headers
        raise NoAnswer(watch.words)
    return said


def _look_up(target: Target, rule: Rule) -> list[_Peer]:
    """The addresses of the name that may be called. Numbers are looked up too: 127.1 is an address as well."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAnswer("the name could not be looked up") from error
    allowed = settings.OUTBOUND_ALLOW
    peers = [
        _Peer(family, sockaddr)
        for family, _type, _protocol, _name, sockaddr in found
        if rule(target.host, str(sockaddr[0]), target.port, allowed)
    ]
    if not peers and rule is is_named:
        raise Refused("A secret is sent over https:// only, except where OUTBOUND_ALLOW names host and port.")
    if not peers:
        raise Refused("This address is not public, and OUTBOUND_ALLOW does not name it with this port.")
    return peers[:MOST_ADDRESSES]


class _Watch:
    """Closes whatever is open when time is up, since a timeout of a socket starts again with every byte."""

    def __init__(self) -> None:
        self.words = ""
        self._open: socket.socket | None = None

    def take(self, connection: socket.socket) -> None:
        self._open = connection
        if self.words:
            raise TimeoutError(self.words)

    def ring(self) -> None:
        self.words = f"no answer within {TOTAL_SECONDS:.0f} seconds"
        if self._open is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(
                    self._open, socket.SHUT_RDWR
                )  # below TLS, which another thread is using

    def drop(self) -> None:
        if self._open is not None:
            self._open.close()


@contextlib.contextmanager
def _deadline(seconds: float) -> Iterator[_Watch]:
    watch = _Watch()
    timer = Timer(max(seconds, 0), watch.ring)
    timer.daemon = True
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()
        watch.drop()


def _ask(target: Target, peers: list[_Peer], request: Request, watch: _Watch) -> http.client.HTTPResponse:
    is_secure = target.scheme == "https"
    kind = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
    connection = kind(target.host, target.port)
    connection.auto_open = 0  # it never connects by itself: that would look the name up again
    raw = _connect(peers, watch)
    connection.sock = _secure(raw, target.host, watch) if is_secure else raw
    connection.request(request.method, target.path, request.body, {**request.headers, "Connection": "close"})
    return connection.getresponse()


def _connect(peers: list[_Peer], watch: _Watch) -> socket.socket:
    """The first address that takes the connection."""
    trouble: OSError = ConnectionError("no address")
    for peer in peers:
        connection = socket.socket(peer.family, socket.SOCK_STREAM)
        connection.settimeout(CONNECT_SECONDS)
        watch.take(connection)
        try:
            connection.connect(peer.sockaddr)
        except OSError as error:
            connection.close()
            trouble = error
            continue
        connection.settimeout(TOTAL_SECONDS)
        return connection
    raise trouble


def _secure(raw: socket.socket, host: str, watch: _Watch) -> ssl.SSLSocket:
    """TLS to the address that was checked, with the certificate of the name that was typed."""
    context = ssl.create_default_context()
    secure = context.wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)
    watch.take(secure)
    secure.do_handshake()
    return secure


def _said(error: Exception) -> str:
    """In the machine's own words, without numbers, addresses or anything the other side wrote."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate was not accepted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return "no secure connection could be made"
    if isinstance(error, http.client.RemoteDisconnected):
        return "it hung up without an answer"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError):
        return (error.strerror or "the connection failed").lower()
    return "its answer is not HTTP"
