import logging

import pytest
from django.test import Client
from structlog.stdlib import ProcessorFormatter

pytestmark = pytest.mark.django_db


def test_every_answer_carries_a_request_id_and_keeps_a_given_one(web):
    assert len(web().get("/healthz")["X-Request-Id"]) == 32
    assert (
        web().get("/healthz", headers={"X-Request-Id": "from-the-proxy-1"})["X-Request-Id"]
        == "from-the-proxy-1"
    )
    assert web().get("/healthz", headers={"X-Request-Id": "a b\nc"})["X-Request-Id"] != "a b\nc"


def test_no_log_keeps_a_key_that_opens_something_by_itself(web, caplog):
    with caplog.at_level("INFO"):
        for way in ("accounts/password/reset/key/alice/{}/", "unsubscribe/{}/", "letters/learning/{}/stop/"):
            web().get(f"/{way.format('who-has-this-may')}")
    assert "/accounts/password/reset/key/alice/" in caplog.text
    assert "who-has-this-may" not in caplog.text


def test_no_line_of_django_itself_keeps_such_a_key():
    lines = next(each.formatter for each in logging.root.handlers if _writes_lines(each))
    said = ("Internal Server Error", "/api/v1/intake/blin_0123456789_who-has-this-may/")
    line = lines.format(logging.LogRecord("django.request", logging.ERROR, "", 1, "%s: %s", said, None))
    assert r"/api/v1/intake/blin_0123456789\u2026/" in line


def _writes_lines(handler):
    return isinstance(handler.formatter, ProcessorFormatter)


@pytest.mark.parametrize("path", ["/services/?q=%00", "/api/v1/services/?q=%00", "/services/%00/"])
def test_nul_in_an_address_is_400_and_not_500(web, alice, path):
    assert web(alice).get(path).status_code == 400


def test_nul_in_a_field_that_no_form_reads_is_no_500(web, alice, payments):
    told = {"name": "Search", "slug": "search", "tier": "1", "lifecycle": "production"}
    sent = {**told, "owner_team": payments.slug, "once": "a\x00b"}
    assert web(alice).post("/services/new/", sent).status_code in (302, 400)


def test_an_oversized_body_is_413(api, alice):
    answer = api(alice).post("/api/v1/services/", {"name": "x" * 3_000_000}, format="json")
    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/problem+json"


def test_pages_of_signed_in_people_are_never_cached(web, alice):
    answer = web(alice).get("/services/")
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert "Cookie" in answer["Vary"]


def test_the_policy_allows_no_inline_script_or_style(web, alice):
    policy = web(alice).get("/services/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_a_page_that_is_not_there_is_404_in_both_doors(web, alice):
    assert web(alice).get("/nowhere/").status_code == 404
    answer = web(alice).get("/api/v1/nowhere/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_form_without_its_token_is_403(alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post("/services/new/", {"name": "x"}).status_code == 403


def test_over_plain_http_a_page_redirects_and_the_api_refuses(web, api, alice, settings):
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    assert web(alice).get("/services/")["Location"].startswith("https://")
    assert api(alice).get("/api/v1/services/").status_code == 403
