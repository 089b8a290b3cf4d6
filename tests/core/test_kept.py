"""What is typed and sent after the session has ended is still there after signing in, for its person alone."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from apps.core.kept import COOKIE, MARK, forget_old_forms
from apps.core.models import KeptForm
from apps.postmortems.models import Comment
from apps.postmortems.operations import draft_postmortem
from tests.factories import make_incident

pytestmark = pytest.mark.django_db
TEXT = "The lease lapsed.\n\nNobody saw it <b>until</b> “nine”."


@pytest.fixture
def section(alice, checkout):
    incident = make_incident(by=alice, services=[checkout])
    return draft_postmortem([incident], now=timezone.now(), by=alice).sections.get(slug="summary")


@pytest.fixture
def edit_url(section):
    return f"{section.postmortem.get_absolute_url()}sections/summary/edit/"


def fields_of(page, address):
    """What a browser would send of the form that goes there."""
    form = re.search(rf'<form[^>]*action="{re.escape(address)}".*?</form>', page, re.DOTALL)[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', form)
    return {name: unescape(value) for name, value in found}


def sent_signed_out(client, address, page_address=None, **typed):
    """Open the page, lose the session, send the form."""
    fields = fields_of(client.get(page_address or address).content.decode(), address)
    Session.objects.all().delete()
    return client.post(address, fields | typed)


def test_alice_signs_in_again_and_sends_what_she_typed(web, alice, section, edit_url):
    client = web(alice)
    answer = sent_signed_out(client, edit_url, text=TEXT)
    assert answer.headers["Location"] == "/accounts/login/?next=/kept/"  # an address says nothing
    assert "What you typed is kept" in client.get(answer.headers["Location"]).content.decode()
    cookie = answer.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cookie.value not in str(list(KeptForm.objects.values()))
    client.force_login(alice)
    page = client.get("/kept/").content.decode()
    assert "Nobody saw it &lt;b&gt;until&lt;/b&gt;" in page
    sent = client.post(edit_url, fields_of(page, edit_url))
    assert sent.headers["Location"].endswith("#summary")
    section.refresh_from_db()
    assert section.body == TEXT
    assert not KeptForm.objects.exists()
    assert client.get("/kept/").headers["Location"] == "/"


def test_who_signs_in_as_another_person_does_not_get_it(web, alice, bob, edit_url):
    client = web(alice)
    sent_signed_out(client, edit_url, text=TEXT)
    client.force_login(bob)
    assert client.get("/kept/").headers["Location"] == "/"
    assert client.post("/kept/").headers["Location"] == "/"
    elsewhere = web(alice)  # the right person in another browser
    assert elsewhere.get("/kept/").headers["Location"] == "/"
    client.force_login(alice)
    assert "The lease lapsed." in client.get("/kept/").content.decode()


def test_a_comment_is_kept_alike_and_can_be_let_go(web, bob, section):
    client, page = web(bob), section.postmortem.get_absolute_url()
    address = f"{page}sections/summary/comments/new/"
    sent_signed_out(client, address, page, body="How do we know?", quote="", password="hunter2")
    assert "hunter2" not in str(list(KeptForm.objects.values()))
    client.force_login(bob)
    assert "How do we know?" in client.get("/kept/").content.decode()
    assert client.post("/kept/").headers["Location"] == "/"
    assert not KeptForm.objects.exists()
    assert not Comment.objects.exists()


def test_a_page_from_before_signing_in_anew_loses_nothing_either(alice, section, edit_url):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    fields = fields_of(client.get(edit_url).content.decode(), edit_url)
    answer = client.post(edit_url, fields | {"text": TEXT, "csrfmiddlewaretoken": "a" * 64})
    assert answer.headers["Location"] == "/kept/"
    section.refresh_from_db()
    assert section.body == ""
    page = client.get("/kept/").content.decode()
    assert client.post(edit_url, fields_of(page, edit_url)).status_code == 302
    section.refresh_from_db()
    assert section.body == TEXT


@pytest.mark.parametrize("mark", ["", "1", "InB3bmVkIg:1abc:forged"])
def test_what_no_page_of_ours_has_marked_is_not_stored(client, edit_url, mark):
    answer = client.post(edit_url, {"text": TEXT, MARK: mark})
    assert answer.headers["Location"] == f"/accounts/login/?next={edit_url}"
    assert COOKIE not in answer.cookies
    assert not KeptForm.objects.exists()


def test_it_lasts_twelve_hours_and_five_forms_of_a_person(web, alice, edit_url):
    client = web(alice)
    fields = fields_of(client.get(edit_url).content.decode(), edit_url)
    Session.objects.all().delete()
    for number in range(7):
        client.post(edit_url, fields | {"text": f"Text {number}"})
    assert KeptForm.objects.count() == 5
    KeptForm.objects.update(kept_at=timezone.now() - timedelta(hours=12, minutes=1))
    client.force_login(alice)
    assert client.get("/kept/").headers["Location"] == "/"
    assert forget_old_forms(timezone.now()) == 5
