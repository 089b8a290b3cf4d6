import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from apps.accounts.models import ApiToken, User
from apps.accounts.operations import create_token, deactivate_person, revoke_token
from apps.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
ME = "/api/v1/users/me/"


def make(person, *, scope="write", days=30, now=None):
    now = now or timezone.now()
    return create_token(
        person, name="ci", scope=scope, expires_at=now + timedelta(days=days), by=person, now=now
    )


def call(secret, path=ME, method="get", **kw):
    return getattr(Client(), method)(path, headers={"Authorization": f"Bearer {secret}"}, **kw)


def test_the_database_knows_a_keyed_hash_and_never_the_secret(alice):
    token, secret = make(alice)
    assert re.fullmatch(r"blst_[0-9a-f]{10}_[A-Za-z0-9_-]{43}", secret)
    stored = str(ApiToken.objects.values().get()) + str(list(AuditEvent.objects.values()))
    assert secret not in stored
    assert secret.removeprefix(token.prefix + "_") not in stored
    assert len(token.digest) == 64


def test_a_token_acts_as_its_owner_and_notes_when(alice):
    token, secret = make(alice)
    assert call(secret).json()["slug"] == "alice"
    token.refresh_from_db()
    assert timezone.now() - token.last_used_at < timedelta(minutes=1)


def test_a_request_with_a_token_costs_one_query_for_the_token(alice, django_assert_num_queries):
    _, secret = make(alice)
    call(secret)
    with django_assert_num_queries(2):  # the token with its owner, the owner's teams
        call(secret)


def test_use_is_noted_at_most_once_a_minute(alice):
    token, secret = make(alice)
    before = timezone.now() - timedelta(seconds=30)
    ApiToken.objects.update(last_used_at=before)
    call(secret)
    token.refresh_from_db()
    assert token.last_used_at == before


def test_a_token_that_reads_does_not_write(alice):
    _, secret = make(alice, scope="read")
    assert call(secret).status_code == 200
    answer = call(secret, method="patch", data="{}", content_type="application/json")
    assert answer.status_code == 403
    assert answer.json()["detail"] == "This token may read only."


def spoil(secret, how, alice, root):
    if how == "expired":
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif how == "revoked":
        revoke_token(ApiToken.objects.get(), by=alice, now=timezone.now())
    elif how == "owner left":
        deactivate_person(alice, by=root, now=timezone.now())
    return {
        "wrong secret": secret[:-1] + "~",
        "unknown": "blst_0000000000_x",
        "empty": "",
        "odd": "ö\x7f",
    }.get(how, secret)


@pytest.mark.parametrize(
    "how", ["expired", "revoked", "owner left", "wrong secret", "unknown", "empty", "odd"]
)
def test_every_token_that_is_not_good_gets_the_same_401(alice, root, how):
    _, secret = make(alice)
    answer = call(spoil(secret, how, alice, root))
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["detail"] == "This token is not valid."


def test_a_bad_token_is_not_helped_by_a_good_session(web, alice):
    answer = web(alice).get(ME, headers={"Authorization": "Bearer blst_no"})
    assert answer.status_code == 401


@pytest.mark.parametrize("header", ["Basic YWxpY2U6cHc=", "Token abc", ""])
def test_other_ways_to_sign_in_are_401(db, header):
    answer = Client().get(ME, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_in_the_address_is_no_way_in(alice):
    _, secret = make(alice)
    assert Client().get(f"/api/v1/teams/?token={secret}").status_code == 401


def test_a_session_needs_its_csrf_token_in_the_api(alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.patch(ME, "{}", content_type="application/json").status_code == 403
    assert client.get(ME).status_code == 200


def test_there_is_no_way_to_a_token_through_the_api(alice):
    _, secret = make(alice)
    for path in ("/api/v1/tokens/", "/tokens/new/"):
        answer = call(secret, path, "post", data={"name": "more", "scope": "write", "days": "30"})
        assert answer.status_code in {302, 404}
    assert ApiToken.objects.count() == 1


def test_nobody_makes_or_revokes_a_token_of_somebody_else(alice, bob):
    now = datetime(2026, 3, 1, tzinfo=UTC)
    with pytest.raises(PermissionDenied):
        create_token(alice, name="x", scope="read", expires_at=now + timedelta(days=1), by=bob, now=now)
    token, _ = make(alice)
    with pytest.raises(PermissionDenied):
        revoke_token(token, by=bob, now=now)


def test_an_auditor_gets_no_token_that_writes(ada):
    make(ada, scope="read")
    with pytest.raises(PermissionDenied):
        make(ada)


@pytest.mark.parametrize("days", [0, -1, 400])
def test_a_token_lives_at_most_a_year(alice, days):
    with pytest.raises(ValidationError):
        make(alice, days=days)


def test_the_command_prints_the_token_alone(alice):
    out = StringIO()
    call_command("create_token", "Alice@ballast.example", "--scope", "write", stdout=out)
    secret = out.getvalue().strip()
    assert "\n" not in secret
    assert call(secret).status_code == 200
    assert AuditEvent.objects.get(verb="token.created").actor == User.objects.system()


@pytest.mark.parametrize(
    ("email", "scope"), [("nobody@ballast.example", "read"), ("ada@ballast.example", "write")]
)
def test_the_command_refuses_in_one_sentence(ada, email, scope):
    with pytest.raises(CommandError):
        call_command("create_token", email, "--scope", scope)


def test_the_first_admin_comes_from_the_command_line(db, monkeypatch):
    monkeypatch.setenv("FIRST_PASSWORD", "seven wet otters")
    call_command(
        "create_admin",
        "Boss@x.example",
        "--name",
        "Boss",
        "--password-env",
        "FIRST_PASSWORD",
        stdout=StringIO(),
    )
    boss = User.objects.get(email="boss@x.example")
    assert boss.is_org_admin
    assert boss.check_password("seven wet otters")


def test_the_first_admin_needs_a_password_that_holds(db, monkeypatch):
    monkeypatch.setenv("FIRST_PASSWORD", "password")
    with pytest.raises(CommandError):
        call_command("create_admin", "boss@x.example", "--name", "Boss", "--password-env", "FIRST_PASSWORD")
    assert not User.objects.filter(email="boss@x.example").exists()
