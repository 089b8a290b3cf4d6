import re

import pytest

from apps.services.models import Service
from tests.factories import make_service

pytestmark = pytest.mark.django_db

FORM = {"name": "Ledger", "slug": "ledger", "tier": "1", "lifecycle": "production", "once": "abc"}


def test_the_form_adds_a_service_and_a_double_click_adds_one(web, bob, payments):
    client, data = web(bob), {**FORM, "owner_team": "payments", "runbook_url": "https://wiki.example/l"}
    first, second = client.post("/services/new/", data), client.post("/services/new/", data)
    assert first["Location"] == second["Location"] == "/services/ledger/"
    assert Service.objects.count() == 1


def test_a_refusal_stands_on_its_field_and_keeps_what_was_typed(web, bob, payments):
    make_service(slug="ledger", owner_team=payments)
    answer = web(bob).post(
        "/services/new/", {**FORM, "owner_team": "payments", "description": "Typed with care"}
    )
    assert answer.status_code == 200
    assert "slug" in answer.context["form"].errors
    assert "Typed with care" in answer.content.decode()


def test_somebody_without_a_team_is_told_why_there_is_no_form(web, charlie):
    assert web(charlie).get("/services/new/").status_code == 403


def test_a_page_shows_links_tags_and_dependencies(web, alice, ada, checkout):
    assert "Declare on this service" not in web(ada).get("/services/checkout/").content.decode()
    page = web(alice).get("/services/checkout/").content.decode()
    assert "Declare on this service" in page
    assert "Checkout" in page
    assert "Nothing is recorded" in page


def test_what_a_service_needs_is_ticked_and_what_is_ticked_comes_first(web, bob, payments):
    for slug in ("accounts", "bank", "zebra"):
        make_service(slug=slug, owner_team=payments, name=f"{slug} <b>")
    client = web(bob)
    client.post("/services/new/", FORM | {"owner_team": "payments", "needs_hard": ["zebra", "bank"]})
    page = client.get("/services/ledger/edit/").content.decode()
    boxes = re.findall(r'name="needs_hard" value="(\w+)"( checked)?[^>]*>([^<]*)</label>', page)
    assert [(slug, bool(mark)) for slug, mark, _ in boxes] == [
        ("bank", True),
        ("zebra", True),
        ("accounts", False),
    ]
    assert boxes[0][2] == "bank &lt;b&gt;"
    wrong = FORM | {"owner_team": "payments", "needs_hard": ["zebra"], "needs_soft": ["zebra"]}
    answer = client.post("/services/ledger/edit/", wrong)
    assert "Choose one of the two" in str(answer.context["form"].errors)
    assert len(re.findall(r'value="zebra" checked', answer.content.decode())) == 2


def test_the_csv_holds_exactly_the_filtered_rows(web, alice, checkout):
    make_service(slug="search", owner_team=checkout.owner_team, tier=0)
    body = b"".join(web(alice).get("/services/?tier=0&format=csv").streaming_content).decode()
    assert body.splitlines()[1].startswith("search,")
    assert len(body.splitlines()) == 2


def test_htmx_gets_the_table_alone(web, alice, checkout):
    answer = web(alice).get("/services/", headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert "HX-Request" in answer["Vary"]
