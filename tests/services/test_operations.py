import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent
from apps.services.models import Service
from apps.services.operations import add_service, edit_service, tags_named
from tests.factories import make_service, make_team

pytestmark = pytest.mark.django_db


def test_a_member_adds_a_service_for_the_own_team(bob, payments):
    other = make_service()
    service = add_service(
        slug="ledger",
        name="Ledger",
        owner_team=payments,
        by=bob,
        tags=["Money", "money", " "],
        links={"runbook": "https://wiki.example/ledger"},
        needs={other: "soft"},
    )
    assert [tag.name for tag in service.tags.all()] == ["money"]
    assert service.links.get().url == "https://wiki.example/ledger"
    assert service.needs.get().hardness == "soft"
    event = AuditEvent.objects.get(verb="service.added")
    assert (event.actor, event.object_key, event.changes["name"]) == (bob, "ledger", [None, "Ledger"])


def test_nobody_adds_a_service_for_a_team_they_are_not_in(bob, charlie, ada):
    for person in (bob, charlie, ada):
        with pytest.raises(PermissionDenied):
            add_service(slug="x", name="X", owner_team=make_team(), by=person)
    assert not Service.objects.exists()


def test_an_edit_leaves_before_and_after_in_the_audit_trail(alice, checkout):
    edit_service(checkout, changes={"tier": 0, "links": {"chat": "https://chat.example/c"}}, by=alice)
    event = AuditEvent.objects.get(verb="service.edited")
    assert event.changes == {"tier": [2, 0], "links": [{}, {"chat": "https://chat.example/c"}]}


def test_an_edit_that_changes_nothing_leaves_no_event(alice, checkout):
    edit_service(checkout, changes={"name": checkout.name, "tags": []}, by=alice)
    assert not AuditEvent.objects.exists()


def test_the_auditor_edits_nothing(ada, checkout):
    with pytest.raises(PermissionDenied):
        edit_service(checkout, changes={"tier": 0}, by=ada)


def test_a_service_cannot_be_given_to_a_team_one_is_not_in(alice, checkout):
    with pytest.raises(PermissionDenied):
        edit_service(checkout, changes={"owner_team": make_team()}, by=alice)


def test_a_service_cannot_depend_on_itself(alice, checkout):
    with pytest.raises(ValidationError, match="itself"):
        edit_service(checkout, changes={"needs": {checkout: "hard"}}, by=alice)


def test_a_link_that_is_no_web_address_is_refused(alice, checkout):
    with pytest.raises(ValidationError):
        edit_service(checkout, changes={"links": {"runbook": "javascript:alert(1)"}}, by=alice)
    assert not checkout.links.exists()


def test_tags_are_made_once():
    assert {tag.pk for tag in tags_named(["A b", "c"])} == {tag.pk for tag in tags_named(["a-b", "C"])}


def test_no_service_is_called_as_an_address_of_the_catalogue_is(payments, root):
    with pytest.raises(ValidationError, match="meaning in addresses"):
        add_service(slug="new", name="New", owner_team=payments, by=root)


def test_a_search_finds_words_in_any_of_its_names_and_tags(checkout):
    checkout.tags.set(tags_named(["cards", "europe"]))
    found = [list(Service.objects.matching(text)) for text in ("cards europe", "EURO check", "cards asia")]
    assert found == [[checkout], [checkout], []]
