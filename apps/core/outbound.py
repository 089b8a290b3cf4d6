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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Timer
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from django.conf import settings

from apps.core.addresses import may_call

TOTAL_SECONDS = 10.0
CONNECT_SECONDS = 4.0
MOST_ADDRESSES = 3
LONGEST_URL = 500
PORTS = {"http": 80, "https": 443}
KEPT_AS_TYPED = "/%:@!$&'()*+,;=~-._?"


class Refused(Exception):
    """Nothing was sent: this address may not be called."""


class NoAnswer(Exception):
    """It may be called, and gave no answer in time, or none that is HTTP."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. The body is never read: nobody here needs it, and it could be endless."""

    status: int
    retry_after: str = ""


class Target(NamedTuple):
    """A URL taken apart once; nothing parses it a second time."""

    scheme: str
    host: str
    port: int
    path: str


class _Peer(NamedTuple):
    family: int
    sockaddr: tuple[object, ...]


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
    started = time.monotonic()
    target = target_of(url)
    peers = _look_up(target)
    with _deadline(TOTAL_SECONDS - (time.monotonic() - started)) as watch:
        try:
            answer = _ask(target, peers, body, headers, watch)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NoAnswer(watch.words or _said(error)) from error
    if watch.words:  # the end that we made is no end of its headers
        raise NoAnswer(watch.words)
    return answer


def _look_up(target: Target) -> list[_Peer]:
    """The addresses of the name that may be called. Numbers are looked up too: 127.1 is an address as well."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAnswer("the name could not be looked up") from error
    allowed = settings.OUTBOUND_ALLOW
    peers = [
        _Peer(family, sockaddr)
        for family, _type, _protocol, _name, sockaddr in found
        if may_call(target.host, str(sockaddr[0]), target.port, allowed)
    ]
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


def _ask(
    target: Target, peers: list[_Peer], body: bytes, headers: Mapping[str, str], watch: _Watch
) -> Answer:
    is_secure = target.scheme == "https"
    kind = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
    connection = kind(target.host, target.port)
    connection.auto_open = 0  # it never connects by itself: that would look the name up again
    raw = _connect(peers, watch)
    connection.sock = _secure(raw, target.host, watch) if is_secure else raw
    connection.request("POST", target.path, body, {**headers, "Connection": "close"})
    answer = connection.getresponse()
    return Answer(answer.status, answer.getheader("Retry-After", "") or "")


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
