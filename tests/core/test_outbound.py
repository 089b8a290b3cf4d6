"""T60 to T64: the portal calls nobody inside, whatever is typed, resolved or answered."""

import contextlib
import socket
import ssl
import subprocess
import time
from shutil import which

import pytest

from apps.core import outbound
from apps.core.addresses import NEVER_BY_NAME, may_call
from apps.core.outbound import NoAnswer, Refused, post, target_of
from config import env
from tests.halves import once
from tests.notifications.server import free_port, talking
from tests.webhooks.receiver import Receiver

pytestmark = once


BODY, HEADERS = b'{"a": 1}', {"Content-Type": "application/json"}
INSIDE = [
    *("127.0.0.1", "127.1", "0177.0.0.1", "2130706433", "0x7f000001", "127.255.255.254", "localhost"),
    *("0", "0.0.0.0", "0.1.2.3", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]"),
    *("[::ffff:8.8.8.8]", "[::127.0.0.1]", "169.254.169.254", "[fd00:ec2::254]", "[fe80::1]", "[fec0::1]"),
    *("10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "[fc00::1]", "[fdff::1]"),
    *("100.64.0.1", "100.127.255.255", "224.0.0.1", "239.255.255.255", "[ff02::1]", "255.255.255.255"),
    *("240.0.0.1", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255"),
    *("198.51.100.1", "203.0.113.1", "[64:ff9b::7f00:1]", "[64:ff9b::808:808]", "[64:ff9b:1::1]"),
    *("[2002:7f00:1::]", "[2002:808:808::1]", "[2001::1]", "[2001:0:7f00:1::]", "[2001:db8::1]"),
    *("[2001:10::1]", "[3fff::1]", "[5f00::1]", "[100::1]", "①②⑦.⓪.⓪.①", "１２７.0.0.1", "127。0。0。1"),
]
NO_ADDRESS = [
    *(
        "",
        "https://",
        "http:///x",
        "example.com",
        "//example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
    ),
    *("gopher://example.com/", "javascript:alert(1)", "HTTP://", "https://example.com:99999/"),
    *(
        "https://example.com:x/",
        "https://example.com:0/",
        "https://user:pass@example.com/",
        "https://@example.com/",
    ),
    *(
        "https://user@example.com/",
        "https://example.com\\@127.0.0.1/",
        "https://exa mple.com/",
        "https://[::1/",
    ),
    *(
        "https://[fe80::1%25eth0]/",
        "https://example.com/\r\nX-Evil: 1",
        "https://example.com/\t",
        "https://a..b/",
    ),
    *(f"https://{'a' * 64}.example/", f"https://example.com/{'a' * 500}", "https://[v1.x]/", "https://%31/"),
]


@pytest.fixture(autouse=True)
def nothing_is_allowed(settings):
    settings.OUTBOUND_ALLOW = []


@pytest.fixture
def allow(settings):
    def name(*places):
        settings.OUTBOUND_ALLOW = list(places)

    return name


@pytest.fixture
def receiver(allow):
    with Receiver() as server:
        allow(server.place)
        yield server


@pytest.fixture
def names(monkeypatch):
    """names["a.example"] = ["10.0.0.1"] is what the name server says; `names.asked` is what it was asked."""

    class Names(dict):
        asked = []

    known, real = Names(), socket.getaddrinfo

    def look_up(host, port, *args, **kwargs):
        known.asked.append(host)
        found = known.get(host, [host])
        return [one for address in found for one in real(address, port, type=socket.SOCK_STREAM)]

    known.asked = []
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.fixture
def no_socket_opens(monkeypatch):
    def connect(self, address):
        pytest.fail(f"a connection to {address}")

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.mark.parametrize("host", INSIDE)
def test_t60_an_address_inside_is_refused_however_it_is_spelled(host, no_socket_opens):
    for url in (f"http://{host}/", f"https://{host}:8443/hook"):
        with pytest.raises((Refused, NoAnswer)) as refusal:
            post(url, BODY, HEADERS)
        assert refusal.type is Refused or "looked up" in str(
            refusal.value
        )  # some spellings are no address here


def test_t60_what_a_name_leads_to_counts_not_the_name(names, no_socket_opens):
    names["hooks.example.com"] = ["10.0.0.1", "169.254.169.254", "fd00::1"]
    with pytest.raises(Refused, match="not public"):
        post("https://hooks.example.com/", BODY, HEADERS)


@pytest.mark.parametrize("url", NO_ADDRESS)
def test_what_is_no_web_address_or_holds_a_password_is_refused_before_any_look_up(
    url, names, no_socket_opens
):
    with pytest.raises(Refused):
        post(url, BODY, HEADERS)
    assert names.asked == []


def test_ordinary_addresses_of_the_internet_may_be_called():
    for address in ("8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "2606:4700::1111"):
        assert may_call("hooks.example.com", address, 443, [])


def test_the_allow_list_opens_a_network_or_a_name_at_one_port_and_nothing_beside():
    network, name = ("10.20.0.0/16", 443), ("hooks.corp", 8443)
    assert may_call("x", "10.20.3.4", 443, [network])
    assert not may_call("x", "10.20.3.4", 80, [network])
    assert not may_call("x", "10.21.0.1", 443, [network])
    assert may_call("hooks.corp", "192.168.1.1", 8443, [name])
    assert not may_call("other.corp", "192.168.1.1", 8443, [name])
    assert may_call("x", "fd00::1", 443, [("fd00::/8", 443)])
    assert not may_call("x", "::ffff:10.20.3.4", 443, [network])


def test_a_name_on_the_allow_list_opens_no_metadata_service_and_no_multicast():
    for network in NEVER_BY_NAME:
        assert not may_call(
            "hooks.corp",
            str(network[1] if network.prefixlen < 128 else network[0]),
            443,
            [("hooks.corp", 443)],
        )
    assert may_call("x", "169.254.1.1", 443, [("169.254.1.1/32", 443)])  # whoever writes the number means it


def test_t62_one_look_up_and_the_connection_goes_to_an_address_that_passed(receiver, names):
    names["rebind.example"] = ["10.0.0.1", "127.0.0.1"]
    url = f"http://rebind.example:{receiver.port}/hook?a=b"
    assert post(url, BODY, HEADERS).status == 200
    assert names.asked == ["rebind.example"]
    [request] = receiver.requests
    assert (request.path, request.body) == ("/hook?a=b", BODY)
    assert request.headers["Host"] == f"rebind.example:{receiver.port}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_t61_a_redirect_is_an_answer_and_is_not_followed(status, receiver, allow):
    with Receiver() as inside:
        allow(receiver.place, inside.place)
        receiver.always = (status, {"Location": inside.url})
        assert post(receiver.url, BODY, HEADERS).status == status
        assert inside.requests == []


def test_the_environments_proxies_are_not_used(receiver, monkeypatch):
    with Receiver() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert post(receiver.url, BODY, HEADERS).status == 200
        assert proxy.requests == []


def test_a_path_that_is_not_ascii_is_written_as_addresses_are(receiver):
    post(f"http://127.0.0.1:{receiver.port}/größe/%C3%A9?ü=1#part", BODY, HEADERS)
    assert receiver.requests[0].path == "/gr%C3%B6%C3%9Fe/%C3%A9?%C3%BC=1"


def until_it_hangs_up(handler, send=b""):
    """Says the same again and again, until the other side has had enough."""
    handler.connection.settimeout(0.02)
    while True:
        if send:
            handler.wfile.write(send)
        try:
            if handler.connection.recv(1) == b"":
                return
        except TimeoutError:
            continue
        except OSError:
            return


def quietly(act):
    def answer(handler):
        with contextlib.suppress(OSError):
            act(handler)
        handler.close_connection = True

    return answer


def stream(handler):
    handler.say(200)
    while True:
        handler.wfile.write(b"x" * 65536)


def many_headers(handler):
    handler.wfile.write(
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"x" * 999) for n in range(5000))
    )


ENDLESS = {
    "silence": until_it_hangs_up,
    "one byte at a time": lambda handler: until_it_hangs_up(handler, b"H"),
    "headers without end": lambda handler: (
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n"),
        until_it_hangs_up(handler, b"X: y\r\n"),
    ),
    "100 continue for ever": lambda handler: until_it_hangs_up(handler, b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize("how", ENDLESS)
def test_t63_a_receiver_that_never_comes_to_an_end_is_left_in_time(how, receiver, monkeypatch):
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", 0.4)
    receiver.always = quietly(ENDLESS[how])
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        post(receiver.url, BODY, HEADERS)
    assert time.monotonic() - began < 5  # and not for ever; a busy machine may take its time


WRONG = {
    "hangs up": lambda handler: handler.connection.shutdown(socket.SHUT_RDWR),
    "no HTTP": lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "a status that is none": lambda handler: handler.wfile.write(b"HTTP/1.1 abc OK\r\n\r\n"),
    "thousands of headers": many_headers,
    "a line without end": lambda handler: handler.wfile.write(b"HTTP/1.1 200 " + b"x" * 100_000),
}


@pytest.mark.parametrize("how", WRONG)
def test_what_is_no_answer_is_none(how, receiver):
    receiver.always = quietly(WRONG[how])
    with pytest.raises(NoAnswer) as silence:
        post(receiver.url, BODY, HEADERS)
    assert "SSH" not in str(silence.value)  # nothing of what it said is repeated


def test_t63_a_body_without_end_is_not_read(receiver):
    receiver.always = quietly(stream)
    assert post(receiver.url, BODY, HEADERS).status == 200


def test_a_closed_port_and_an_unknown_name_are_no_answer(allow):
    port = free_port()
    allow(("127.0.0.1", port))
    with pytest.raises(NoAnswer, match="refused"):
        post(f"http://127.0.0.1:{port}/", BODY, HEADERS)
    with pytest.raises(NoAnswer, match="looked up"):
        post("https://nobody.invalid/", BODY, HEADERS)


@pytest.fixture
def certified(tmp_path, monkeypatch):
    """certified("localhost") makes a certificate for that name, trusts it, and returns the server's context."""
    if not which("openssl"):
        pytest.skip("needs the command openssl")

    def make(name, *, trust=True):
        key, certificate = tmp_path / f"{name}.key", tmp_path / f"{name}.pem"
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
                *("-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", f"/CN={name}"),
                *("-addext", f"subjectAltName=DNS:{name}"),
            ],
            check=True,
            capture_output=True,
        )
        if trust:
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.greeted = []
        context.sni_callback = lambda _socket, name, _context: context.greeted.append(name)
        return context

    return make


def test_tls_is_verified_against_the_name_that_was_typed(certified, allow, names):
    context = certified("hooks.example.com")
    names["hooks.example.com"] = names["other.example.com"] = ["127.0.0.1"]
    with Receiver(tls=context) as receiver:
        allow(("127.0.0.1/32", receiver.port))
        assert post(f"https://hooks.example.com:{receiver.port}/", BODY, HEADERS).status == 200
        assert context.greeted == ["hooks.example.com"]
        with pytest.raises(NoAnswer, match="certificate"):
            post(f"https://other.example.com:{receiver.port}/", BODY, HEADERS)
        assert len(receiver.requests) == 1


def test_a_certificate_that_nobody_trusts_gets_nothing(certified, allow):
    with Receiver(tls=certified("localhost", trust=False)) as receiver:
        allow(("localhost", receiver.port))
        with pytest.raises(NoAnswer, match="certificate"):
            post(f"https://localhost:{receiver.port}/", BODY, HEADERS)
        assert receiver.requests == []


def test_a_server_that_is_silent_in_the_handshake_is_left_in_time(allow, monkeypatch):
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", 0.4)
    with talking(lambda connection: [None for _ in iter(lambda: connection.recv(4096), b"")]) as port:
        allow(("127.0.0.1", port))
        with pytest.raises(NoAnswer, match="within"):
            post(f"https://127.0.0.1:{port}/", BODY, HEADERS)


def test_the_allow_list_of_the_environment_is_read_or_refused(monkeypatch):
    monkeypatch.setenv("OUTBOUND_ALLOW", "hooks.corp:8443, 10.20.0.0/16:443, [FD00::/8]:443")
    assert env.places("OUTBOUND_ALLOW") == [("hooks.corp", 8443), ("10.20.0.0/16", 443), ("fd00::/8", 443)]
    for wrong in ("hooks.corp", "10.0.0.0/8", "hooks.corp:0", "hooks.corp:99999", ":443", "hooks.corp:https"):
        monkeypatch.setenv("OUTBOUND_ALLOW", wrong)
        with pytest.raises(SystemExit, match="OUTBOUND_ALLOW"):
            env.places("OUTBOUND_ALLOW")


def test_a_target_is_taken_apart_once():
    assert target_of("HTTPS://Hooks.Example.COM/a?b=c#d") == ("https", "hooks.example.com", 443, "/a?b=c")
    assert target_of("http://[2606:4700::1111]:8080") == ("http", "2606:4700::1111", 8080, "/")
    assert target_of("https://bücher.example/").host == "xn--bcher-kva.example"


def test_a_secret_goes_without_tls_only_where_the_place_is_named(allow, receiver):
    with pytest.raises(Refused, match="https"):
        outbound.ask("GET", "http://8.8.8.8/", headers={"Authorization": "Bearer 1"})
    assert outbound.ask("POST", receiver.url, body=BODY, headers=HEADERS).status == 200
    allow()
    with pytest.raises(Refused, match="https"):
        outbound.ask("POST", receiver.url, body=BODY, headers=HEADERS)
    assert len(receiver.requests) == 1


def test_t63_an_answer_is_read_to_its_limit_and_no_further(receiver, monkeypatch):
    def long(handler):
        handler.say(200, {"Content-Length": "30"})
        handler.wfile.write(b"x" * 30)

    receiver.always = long
    assert outbound.ask("POST", receiver.url, body=BODY, headers=HEADERS).body == b"x" * 30
    monkeypatch.setattr(outbound, "MOST_READ", 29)
    with pytest.raises(NoAnswer, match="longer"):
        outbound.ask("POST", receiver.url, body=BODY, headers=HEADERS)
