import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from apps.accounts.mails import render_password_reset
from apps.accounts.models import User
from apps.accounts.operations import deactivate_person, reactivate_person
from apps.audit.models import AuditEvent
from apps.notifications.models import OutboxMail

pytestmark = pytest.mark.django_db
LOGIN, RESET = "/accounts/login/", "/accounts/password/reset/"
PASSWORD, NEW = "correct horse battery", "seven wet otters swim"


@pytest.fixture(autouse=True)
def _nobody_has_failed_yet(db):
    cache.clear()


def sign_in(email="alice@ballast.example", password=PASSWORD, client=None, path=LOGIN, **headers):
    return (client or Client()).post(path, {"login": email, "password": password}, headers=headers)


def reset_link(person):
    Client().post(RESET, {"email": person.email})
    mail = OutboxMail.objects.filter(recipient=person).latest("pk")
    text = render_password_reset(mail, timezone.now()).text
    return re.search(r"http\S+", text)[0]


def choose(link, password=NEW, client=None):
    client = client or Client()
    kept = client.get(urlsplit(link).path)
    return client.post(kept["Location"], {"password": password}) if kept.status_code == 302 else kept


def test_people_sign_in_by_e_mail_in_any_case(alice):
    answer = sign_in("ALICE@ballast.example")
    assert answer.status_code == 302
    assert answer["Location"] == "/"


def test_signing_in_gives_a_new_session_id(alice):
    client = Client()
    client.cookies["session"] = "planted0000000000000000000000000"
    sign_in(client=client)
    assert client.cookies["session"].value != "planted0000000000000000000000000"
    assert Session.objects.count() == 1


def test_the_sign_in_page_makes_no_session(db):
    assert "session" not in Client().get(LOGIN).cookies
    assert not Session.objects.exists()


def test_only_who_asks_stays_signed_in_when_the_browser_closes(alice):
    client = Client()
    sign_in(client=client)
    assert client.cookies["session"]["expires"] == ""
    client.post("/accounts/logout/")
    client.post(LOGIN, {"login": "alice@ballast.example", "password": PASSWORD, "remember": "on"})
    assert client.cookies["session"]["max-age"] == 7 * 24 * 3600


@pytest.mark.parametrize("email", ["alice@ballast.example", "nobody@ballast.example", "gone@ballast.example"])
def test_a_wrong_password_and_no_account_look_the_same(alice, email):
    gone = User(email="gone@ballast.example", name="Gone", slug="gone", is_active=False)
    gone.set_password(PASSWORD)
    gone.save()
    password = PASSWORD if email.startswith("gone") else "wrong"
    answer = sign_in(email, password)
    assert answer.status_code == 200
    page = re.sub(r'(value|name)="[^"]*"', "", answer.content.decode())
    assert "do not belong together" in page
    assert "inactive" not in page


@pytest.mark.parametrize(
    ("next_page", "lands"),
    [
        ("/incidents/", "/incidents/"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("javascript:1", "/"),
    ],
)
def test_after_signing_in_one_lands_inside_the_portal(alice, next_page, lands):
    answer = Client().post(LOGIN, {"login": alice.email, "password": PASSWORD, "next": next_page})
    assert answer["Location"] == lands


def test_ten_failures_lock_an_account_even_for_the_right_password(alice):
    statuses = [sign_in(password=f"wrong {n}").status_code for n in range(10)]
    assert statuses == [200] * 10
    answer = sign_in()
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_other_host_names_and_forged_addresses_give_no_more_attempts(alice):
    forged = {"X-Real-IP": "9.9.9.9", "Forwarded": "for=9.9.9.9"}
    for n in range(10):
        host = "localhost" if n % 2 else "testserver"
        sign_in(password="wrong", **forged, **{"X-Forwarded-For": f"10.0.0.{n}", "Host": host})
    assert sign_in(**{"X-Forwarded-For": "10.9.9.9"}).status_code == 429


def test_thirty_failures_lock_an_address_whatever_accounts_it_tries(alice):
    statuses = [
        sign_in(f"p{n}@x.example", "wrong", **{"X-Forwarded-For": f"10.0.0.{n}"}).status_code
        for n in range(31)
    ]
    assert statuses == [200] * 30 + [429]
    assert sign_in().status_code == 429


def test_the_owner_enters_a_locked_account_by_the_mailed_link(alice):
    for _ in range(11):
        sign_in(password="wrong")
    assert choose(reset_link(alice))["Location"] == "/accounts/password/reset/key/done/"
    assert sign_in(password=NEW).status_code == 302


def test_signing_out_takes_a_post_and_clears_the_site(web, alice):
    client = web(alice)
    cookie = client.cookies["session"].value
    assert client.get("/accounts/logout/").status_code == 405
    answer = client.post("/accounts/logout/")
    assert answer["Location"] == LOGIN
    assert "storage" in answer["Clear-Site-Data"]
    client.cookies["session"] = cookie
    assert client.get("/profile/").status_code == 302


@pytest.mark.parametrize("email", ["alice@ballast.example", "nobody@ballast.example", "ada@gone.example"])
def test_asking_for_a_new_password_tells_nothing(alice, email):
    answer = Client().post(RESET, {"email": email})
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/password/reset/done/"
    assert OutboxMail.objects.count() == (1 if email == alice.email else 0)
    assert not User.objects.filter(is_system=True).exists()


def test_the_link_names_the_configured_host_and_goes_to_the_stored_address(alice, settings):
    settings.BASE_URL = "https://ballast.example"
    Client().post(
        RESET, {"email": "ALICE@ballast.example"}, headers={"Host": "localhost", "X-Forwarded-Host": "evil"}
    )
    mail = render_password_reset(OutboxMail.objects.get(recipient=alice), timezone.now())
    assert "https://ballast.example/accounts/password/reset/key/alice/" in mail.text
    assert "https://ballast.example/accounts/password/reset/key/alice/" in mail.html


def test_a_letter_that_only_looks_alike_reaches_nobody_else(alice):
    Client().post(RESET, {"email": "alıce@ballast.example"})
    assert not OutboxMail.objects.exclude(recipient=alice).exists()


def test_a_new_password_ends_every_session_and_works_once(alice, web):
    elsewhere, link = web(alice), reset_link(alice)
    assert choose(link).status_code == 302
    assert elsewhere.get("/profile/").status_code == 302
    assert choose(link).status_code == 404
    assert AuditEvent.objects.get(verb="user.password_changed").changes == {}


def test_the_key_leaves_the_address_before_one_types(alice):
    link = reset_link(alice)
    answer = Client().get(urlsplit(link).path)
    assert link.split("/")[-2] not in answer["Location"]


@pytest.mark.parametrize(
    "change",
    [{"email": "new@x.example"}, {"is_active": False}, {"last_login": datetime(2026, 1, 1, tzinfo=UTC)}],
)
def test_a_link_dies_when_the_account_changes(alice, change):
    link = reset_link(alice)
    User.objects.filter(pk=alice.pk).update(**change)
    assert choose(link).status_code == 404


def test_a_link_dies_after_an_hour(alice):
    link = reset_link(alice)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert choose(link).status_code == 404


def test_a_weak_password_is_refused_on_its_field(alice):
    answer = choose(reset_link(alice), "password")
    assert answer.status_code == 200
    assert "password" in answer.context["form"].errors


def test_nothing_is_mailed_to_somebody_deactivated_meanwhile(alice):
    Client().post(RESET, {"email": alice.email})
    User.objects.update(is_active=False)
    assert render_password_reset(OutboxMail.objects.get(recipient=alice), timezone.now()) is None


def test_changing_the_password_keeps_this_session_and_ends_the_others(web, alice):
    here, there = web(alice), web(alice)
    answer = here.post("/accounts/password/change/", {"current": PASSWORD, "password": NEW})
    assert answer["Location"] == "/tokens/"
    assert here.get("/profile/").status_code == 200
    assert there.get("/profile/").status_code == 302


def test_changing_the_password_takes_the_current_one(web, alice):
    answer = web(alice).post("/accounts/password/change/", {"current": "wrong", "password": NEW})
    assert "current" in answer.context["form"].errors
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_deactivation_ends_sessions_and_mailed_keys_for_good(web, alice, root):
    client, link = web(alice), reset_link(alice)
    deactivate_person(alice, by=root, now=timezone.now())
    assert client.get("/profile/").status_code == 302
    reactivate_person(alice, by=root)
    assert client.get("/profile/").status_code == 302
    assert choose(link).status_code == 404
    assert sign_in().status_code == 302


@pytest.mark.parametrize(
    "path",
    ["signup/", "inactive/", "password/reset/", "password/reset/done/", "password/reset/key/done/", "login/"],
)
def test_the_pages_of_the_gate_open_without_an_account(db, path):
    assert Client().get(f"/accounts/{path}").status_code == 200


@pytest.mark.parametrize(
    "path", ["email/", "confirm-email/", "reauthenticate/", "password/set/", "login/code/confirm/"]
)
def test_routes_we_do_not_use_do_not_exist(web, alice, path):
    assert web(alice).get(f"/accounts/{path}").status_code == 404


def test_nobody_signs_up(db):
    answer = Client().post("/accounts/signup/", {"email": "x@x.example", "password1": NEW, "password2": NEW})
    assert answer.status_code == 405
    assert not User.objects.filter(email="x@x.example").exists()


def test_asking_again_and_again_for_one_account_is_429_with_a_time_to_wait(alice):
    answers = [Client().post(RESET, {"email": "nobody@x.example"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert "Too many attempts" in answers[-1].content.decode()
