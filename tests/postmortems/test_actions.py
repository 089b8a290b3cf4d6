import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import AuditEvent
from apps.postmortems.operations import add_action_item, draft_postmortem, link_action_item
from tests.factories import make_action_item, make_incident

pytestmark = pytest.mark.django_db


def test_an_action_item_belongs_to_the_postmortem_and_its_incident(draft, outage, now, alice):
    item = add_action_item(draft, title="Check the lease", owner=alice, now=now, by=alice)
    assert (item.source, item.incident) == ("postmortem", outage)
    assert list(draft.action_items.all()) == [item]
    assert AuditEvent.objects.get(verb="postmortem.action_item_linked").changes == {
        "action_items": [None, item.key]
    }


def test_an_action_item_of_a_private_incident_is_as_private(outage, now, alice):
    hidden = make_incident(by=alice, is_private=True)
    postmortem = draft_postmortem([outage, hidden], now=now, by=alice)
    assert add_action_item(postmortem, title="Rotate the key", now=now, by=alice).incident == hidden


def test_linking_twice_links_once(draft, alice):
    item = make_action_item()
    for _ in range(2):
        link_action_item(draft, item, by=alice)
    assert draft.action_items.count() == 1
    assert AuditEvent.objects.filter(verb="postmortem.action_item_linked").count() == 1


def test_action_items_can_be_added_to_a_published_text(published, now, alice):
    assert add_action_item(published, title="Late idea", now=now, by=alice).key == "ACT-2"


def test_strangers_and_auditors_add_nothing(draft, now, charlie, ada):
    for person in (charlie, ada):
        with pytest.raises(PermissionDenied):
            add_action_item(draft, title="Mine", now=now, by=person)


def test_deleting_a_postmortem_keeps_its_items(draft, now, alice):
    item = add_action_item(draft, title="Check the lease", now=now, by=alice)
    draft.delete()
    item.refresh_from_db()
    assert item.title == "Check the lease"
