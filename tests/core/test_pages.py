"""Lists count to a limit, and say so. Forms lose nothing that was typed, or stood there."""

import re

import pytest
from django.db.models.signals import pre_save

from apps.accounts.models import User
from apps.action_items.models import SavedView
from apps.audit.models import AuditEvent
from apps.core import pages
from apps.services.models import Service
from apps.toil.models import ToilSource
from tests.factories import make_action_item, make_incident, make_service

pytestmark = pytest.mark.django_db


def test_a_long_list_is_counted_up_to_a_limit_and_says_so(web, alice, payments, monkeypatch):
    monkeypatch.setattr(pages, "COUNTED", 3)
    for n in range(3):
        make_service(slug=f"s{n}", owner_team=payments)
    assert "More than" not in web(alice).get("/services/").content.decode()
    make_service(slug="s9", owner_team=payments)
    assert "More than 3 services" in web(alice).get("/services/").content.decode()


def test_the_csv_of_a_capped_list_holds_every_row(web, alice, payments, monkeypatch):
    monkeypatch.setattr(pages, "COUNTED", 3)
    for n in range(5):
        make_service(slug=f"s{n}", owner_team=payments)
    body = b"".join(web(alice).get("/services/?format=csv").streaming_content).decode()
    assert len(body.splitlines()) == 6


def test_a_form_whose_twin_was_quicker_says_so_and_keeps_what_was_typed(web, alice, payments):
    def be_quicker(instance, **_kwargs):  # between its look for a twin and its own row
        Service.objects.bulk_create([Service(slug=instance.slug, name="Twin", owner_team=payments)])

    sent = {
        "name": "Search",
        "slug": "search",
        "tier": "1",
        "lifecycle": "production",
        "owner_team": "payments",
    }
    pre_save.connect(be_quicker, sender=Service)
    try:
        page = web(alice).post("/services/new/", sent)
    finally:
        pre_save.disconnect(be_quicker, sender=Service)
    assert page.status_code == 200
    assert "Something with these values exists already" in page.content.decode()
    assert 'value="Search"' in page.content.decode()


def test_the_line_ends_of_a_browser_are_no_change_and_no_characters(web, alice, payments):
    text = "\n".join(["x"] * 2000)  # as long as it may be
    service = make_service(slug="search", owner_team=payments, description=f"{text}x")
    form = web(alice).get("/services/search/edit/").context["form"]
    shown = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in shown.items() if value} | {
        "description": f"{text}x".replace("\n", "\r\n")
    }
    assert web(alice).post("/services/search/edit/", sent).status_code == 302
    service.refresh_from_db()
    assert service.description == f"{text}x"
    assert not AuditEvent.objects.filter(verb="service.edited").exists()


def test_what_is_offered_to_nobody_any_more_stays_until_another_is_chosen(web, root, bob, payments, checkout):
    incident = make_incident(services=[checkout], by=root)
    item = make_action_item(service=checkout, owner=bob, team=payments, by=root)
    ToilSource.objects.create(slug="quota", name="Quota", team=payments, owner=bob, service=checkout)
    view = SavedView.objects.create(owner=root, name="Stuck", team=payments)  # in which root was once
    Service.objects.update(lifecycle="retired")
    User.objects.filter(pk=bob.pk).update(is_active=False)
    service, person = '<option value="checkout" selected>', '<option value="bob" selected>'
    for address, shown in (
        (incident.get_absolute_url(), ['name="services" value="checkout"[^>]* checked']),
        (item.get_absolute_url(), [service, person]),
        ("/toil/sources/quota/", [service, person]),
        (f"/action-items/views/{view.uuid}/", ['<option value="payments" selected>']),
    ):
        page = web(root).get(f"{address}edit/").content.decode()
        assert [mark for mark in shown if not re.search(mark, page)] == [], address
