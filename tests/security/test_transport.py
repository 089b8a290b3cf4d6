"""T67, T77, T78, T79, T85, T87: mail headers, redirects, hosts, origins, paths and verbs that nobody should send."""

from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from urllib.parse import urlsplit

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.notifications.mail import Mail
from apps.notifications.message import as_bytes
from apps.notifications.models import OutboxMail
from tests.halves import once
from tests.security.world import NOW

pytestmark = once


@dataclass(frozen=True)
class People:
    """All that a door needs to tell who knocks; the whole world would take longer to make than to ask."""

    bob: User
    root: User

    def person(self, role):
        return getattr(self, role, None)


@pytest.fixture
def world(bob, root):
    return People(bob, root)


BREAKS = [
    "Eve\r\nBcc: x@evil.example",
    "Eve\nSubject: x",
    "Eve\rX: y",
    "Eve\x00",
    "Eve\u2028Bcc: x@evil.example",
]
ADDRESSES = ["a@b.example\r\nBcc: x@evil.example", "a@b.example,c@d.example", "<ok@z.example>,evil@y.example"]
ADDRESSES += [
    '"x, evil@y.example" <ok@z.example>',
    f"{'a' * 300}@b.example",
    "a@b.example\u2028Bcc:x",
    "a b@c.example",
]
OUTSIDE = ["//evil.example", "/\\evil.example", "http:evil.example", "\\\\evil.example", "/%09/evil.example"]
OUTSIDE += [
    "/\t/evil.example",
    "///evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "https://evil.example",
]
OUTSIDE += [
    "https:/evil.example",
    "//testserver@evil.example",
    "https://testserver.evil.example",
    "\n//evil.example",
]
OUTSIDE += [
    "data:text/html,x",
    "//evil.example/%2f..",
    "http://[::1",
    "/%5cevil.example",
    "/..//evil.example",
]


@pytest.mark.parametrize("name", BREAKS)
def test_T67_a_name_with_a_line_break_is_refused_or_made_one_line(name, world, program):
    for path, role in (("/api/v1/users/me/", "bob"), ("/api/v1/users/bob/", "root")):
        program(role).patch(path, {"name": name}, format="json", headers={"if-match": "*"})
    program("root").post("/api/v1/users/", {"name": name, "email": "dora@ballast.example"}, format="json")
    program("root").post("/api/v1/teams/", {"name": name, "slug": "ledger"}, format="json")
    for stored in User.objects.values_list("name", flat=True):
        assert len(stored.splitlines()) == 1
        assert "\x00" not in stored


@pytest.mark.parametrize("email", ADDRESSES)
def test_T67_an_address_that_holds_two_is_refused(email, world, program):
    body = {"name": "Dora", "email": email}
    assert program("root").post("/api/v1/users/", body, format="json").status_code == 400
    assert (
        program("root")
        .patch("/api/v1/users/bob/", {"email": email}, format="json", headers={"if-match": "*"})
        .status_code
        == 400
    )


@pytest.mark.parametrize(
    "name", [*BREAKS, "Ev\u202ee", '"Eve" <x@evil.example>', "x@evil.example,", "=?utf-8?q?=0d=0a?="]
)
def test_T67_whatever_name_is_stored_a_mail_has_one_recipient_and_one_subject(name, world):
    world.bob.name = name
    row = OutboxMail(recipient=world.bob, kind="digest", message_id="<1@ballast.example>")
    try:
        sent = message_from_bytes(
            as_bytes(row, Mail(subject="Hello", text="A line.", html=""), NOW), policy=default
        )
    except ValueError:
        return  # this one mail fails, and says why
    assert [address.addr_spec for address in sent["To"].addresses] == ["bob@ballast.example"]
    assert len(sent.get_all("Subject")) == 1
    assert sent["Bcc"] is None


@pytest.mark.parametrize("target", OUTSIDE)
def test_T77_every_next_page_is_inside_the_portal(target, world):
    credentials = {"login": "bob@ballast.example", "password": "correct horse battery"}
    for path, body in (("/accounts/login/", credentials), ("/accounts/logout/", {})):
        for way in ("query", "body"):
            client = Client()
            if not body:
                client.force_login(world.bob)
            answer = (
                client.post(path, body, query_params={"next": target})
                if way == "query"
                else client.post(path, body | {"next": target})
            )
            assert answer.status_code == 302
            assert is_inside(answer.headers["Location"]), answer.headers["Location"]


def test_T77_somebody_who_is_signed_in_is_not_sent_outside_either(world, visit):
    for target in OUTSIDE:
        answer = visit("bob").get("/accounts/login/", query_params={"next": target})
        assert is_inside(answer.headers.get("Location", "/")), target


def is_inside(location):
    """As a browser reads it: backslashes are slashes, tabs and line breaks are nothing."""
    read = location.strip().replace("\\", "/").replace("\t", "").replace("\n", "")
    parts = urlsplit(read)
    return parts.netloc in {"", "testserver"} and parts.scheme in {"", "http"} and not read.startswith("//")


HOSTS = [
    "evil.example",
    "testserver.evil.example",
    "testserver:abc",
    "testserver@evil.example",
    "",
    "evil.example:80",
]


@pytest.mark.parametrize(
    "host", [*HOSTS, "testserver, evil.example", "test server", "[::1", "\u0442estserver"]
)
@pytest.mark.parametrize("path", ["/accounts/login/", "/", "/api/v1/incidents/", "/healthz", "/nowhere/"])
def test_T78_another_host_is_refused_or_never_spoken_of(host, path, db):
    answer = Client(raise_request_exception=False).get(path, headers={"host": host})
    assert answer.status_code < 500
    told = answer.headers.get("Location", "") + answer.content.decode()
    assert "evil.example" not in told


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://testserver.evil.example", "http://testserver"]
)
def test_T79_no_other_origin_is_let_in(origin, world, visit):
    for path in ("/", "/api/v1/incidents/", "/api/schema/", "/healthz"):
        asks = {"origin": origin, "access-control-request-method": "POST"}
        for answer in (
            visit("bob").get(path, headers={"origin": origin}),
            visit("bob").options(path, headers=asks),
        ):
            assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_T79_a_session_writes_through_the_api_only_with_the_forms_token(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.bob)
    body = {"title": "Cards", "severity": 2}
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
        answer = client.post(
            "/api/v1/incidents/", body if kind == "application/json" else "x=1", content_type=kind
        )
        assert answer.status_code in {403, 415}
    for path in ("/incidents/new/", "/profile/", "/accounts/logout/"):
        assert client.post(path, body).status_code == 403


PATHS = [
    "/api/../admin",
    "/%2e%2e/",
    "/;x",
    "/API/",
    "/API/v1/incidents/",
    "/admin/",
    "/admin%00",
    "/.git/config",
]
PATHS += [
    "/.env",
    "/static/../config/settings.py",
    "/static/..%2f..%2fmanage.py",
    "/static/%2e%2e/manage.py",
    "/static/",
]
PATHS += [
    "/media/../db.sqlite3",
    "/db.sqlite3",
    "/var/db.sqlite3",
    "/incidents//",
    "/incidents/%2e%2e/people/new/",
]
PATHS += ["/__debug__/", "/server-status", "/dev/mail/..%2fdb.sqlite3/", "/dev/mail/%2e%2e/html/"]
PATHS += [
    "/static//etc/passwd",
    "/%c0%ae%c0%ae/",
    "/incidents/INC-1%00/",
    "/incidents/INC-1;x/",
    "/incidents/%ed%a0%80/",
]
GONE = {400, 404}


@pytest.mark.parametrize("path", PATHS)
def test_T85_a_crooked_path_opens_nothing(path, world, visit):
    for role in ("anon", "root"):
        client = visit(role)
        client.raise_request_exception = False
        status = client.get(path).status_code
        assert status in GONE or (role == "anon" and status == 302), status


@pytest.mark.parametrize("verb", ["TRACE", "CONNECT", "PROPFIND", "TRACK", "BREW", "MKCOL"])
def test_T87_verbs_of_other_worlds_do_nothing(verb, world, visit):
    client = visit("root")
    client.raise_request_exception = False
    for path in ("/api/v1/incidents/", "/api/v1/incidents/INC-1/"):
        assert client.generic(verb, path).status_code in {400, 403, 405}
    answer = client.generic(verb, "/accounts/login/", headers={"x-echo": "zebra"})
    assert b"zebra" not in answer.content


def test_T87_strangers_read_neither_schema_nor_docs(client, db):
    assert client.get("/api/schema/").status_code == 401
    assert client.get("/api/docs/").status_code == 302
