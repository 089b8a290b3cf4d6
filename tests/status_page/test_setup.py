"""Admins open pages to strangers, in the web and by programs; responders say what an incident is called there."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent
from apps.incidents.operations import edit_incident
from apps.status_page.models import PublicTitle, StatusPage
from apps.status_page.operations import add_page, edit_page, set_public_title
from tests.incidents.test_parallel import all_at_once

pytestmark = pytest.mark.django_db


def verbs(key):
    return list(AuditEvent.objects.filter(object_key=key).order_by("pk").values_list("verb", flat=True))


def test_a_page_is_off_until_an_admin_opens_it_and_each_step_is_in_the_trail(root, checkout):
    page = add_page(service=checkout, slug="cards", name="Cards", by=root)
    assert not page.is_on
    edit_page(page, changes={"is_on": True}, by=root)
    edit_page(page, changes={"description": "Paying by card"}, by=root)
    edit_page(page, changes={"is_on": False}, by=root)
    edit_page(page, changes={"is_on": False}, by=root)
    steps = ["added", "switched_on", "edited", "switched_off"]
    assert verbs("status page cards") == [f"status_page.{step}" for step in steps]


def test_nobody_but_admins_opens_a_page(alice, ada, root, checkout):
    page = add_page(service=checkout, slug="cards", name="Cards", by=root)
    for user in (alice, ada):
        with pytest.raises(PermissionDenied):
            add_page(name="Ours", by=user)
        with pytest.raises(PermissionDenied):
            edit_page(page, changes={"is_on": True}, by=user)


@pytest.mark.parametrize("slug", ["feed", "history", "organisation", "", "a b"])
def test_an_address_is_a_word_that_no_other_address_takes(root, checkout, slug):
    with pytest.raises(ValidationError) as refusal:
        add_page(service=checkout, slug=slug, name="Cards", by=root)
    assert set(refusal.value.message_dict) == {"slug"}


def test_there_is_one_page_for_the_organisation_and_one_for_a_service(root, checkout):
    add_page(name="Acme", by=root)
    add_page(service=checkout, slug="cards", name="Cards", by=root)
    for again in ({}, {"service": checkout, "slug": "cards-2"}):
        with pytest.raises(ValidationError) as refusal:
            add_page(name="Again", **again, by=root)
        assert set(refusal.value.message_dict) == {"service"}


@pytest.mark.django_db(transaction=True)
def test_of_many_who_add_the_same_page_at_once_one_does_and_the_others_are_told(root):
    def add(_number):
        try:
            return add_page(name="Acme", by=root)
        except ValidationError as refusal:
            return refusal

    answers = all_at_once(add, 8)
    assert len(answers) == 8
    assert sum(isinstance(answer, StatusPage) for answer in answers) == 1
    assert verbs("status page organisation") == ["status_page.added"]


def test_pages_are_set_up_in_the_web(web, root, alice, checkout):
    client, path = web(root), "/status-pages/"
    assert "No status pages yet" in client.get(path).content.decode()
    form = {"service": "checkout", "name": "Cards", "slug": "cards", "is_on": "on"}
    assert client.post(f"{path}new/", form).status_code == 302
    assert StatusPage.objects.get().is_on
    assert "To everybody" in client.get(path).content.decode()
    assert client.post(f"{path}cards/edit/", {"name": "Cards", "slug": "cards"}).status_code == 302
    assert not StatusPage.objects.get().is_on
    refused = client.post(f"{path}new/", {"name": "Acme", "slug": "feed", "service": "checkout"})
    assert refused.status_code == 200
    assert "Select a valid choice" in refused.content.decode()
    for where in (path, f"{path}new/", f"{path}cards/edit/"):
        assert web(alice).get(where).status_code == 404


def test_pages_are_set_up_by_programs(api, root, alice, checkout):
    path = "/api/v1/status-pages/"
    made = api(root).post(path, {"name": "Acme", "is_on": True})
    assert (made.status_code, made.json()["slug"], made.json()["url"]) == (201, "organisation", "/status/")
    cards = api(root).post(path, {"service": "checkout", "slug": "cards", "name": "Cards"})
    assert (cards.status_code, cards.json()["is_on"]) == (201, False)
    one = f"{path}cards/"
    assert api(root).patch(one, {"is_on": True}).json()["is_on"] is True
    assert api(root).patch(one, {"slug": "feed"}).status_code == 400
    assert api(root).post(path, {"service": "checkout", "slug": "x", "name": "X"}).status_code == 400
    assert len(api(root).get(path).json()["results"]) == 2
    for where in (path, one):
        assert api(alice).get(where).status_code == 404


def test_responders_name_an_incident_for_outside_and_nobody_names_a_private_one(outage, alice, charlie, now):
    assert set_public_title(outage, title="Cards are declined", by=alice).title == "Cards are declined"
    with pytest.raises(PermissionDenied):
        set_public_title(outage, title="Mine", by=charlie)
    set_public_title(outage, title="", by=alice)
    assert not PublicTitle.objects.exists()
    assert verbs(f"{outage.key} public title") == ["incident.public_title_set"] * 2
    edit_incident(outage, changes={"is_private": True}, by=alice, now=now)
    with pytest.raises(PermissionDenied):
        set_public_title(outage, title="Hm", by=alice)


def test_the_public_title_is_set_in_the_web_and_by_programs(outage, cards, web, api, alice, charlie):
    page, path = f"/status-pages/incidents/{outage.key}/", f"/api/v1/incidents/{outage.key}/public-title/"
    assert "Disruption of Card payments" in web(alice).get(page).content.decode()
    assert web(alice).post(page, {"title": "Cards are declined"}).status_code == 302
    assert api(charlie).get(path).json() == {"title": "Cards are declined", "shown": "Cards are declined"}
    assert api(charlie).put(path, {"title": "x"}).status_code == 403
    assert api(alice).put(path, {"title": ""}).json() == {"title": "", "shown": "Disruption of Card payments"}
    assert api(alice).put(path, {"title": "a" * 121}).status_code == 400
