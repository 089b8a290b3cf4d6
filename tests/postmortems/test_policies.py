import pytest

from apps.postmortems.models import Postmortem
from apps.postmortems.operations import draft_postmortem
from apps.postmortems.policies import can_draft, can_review, can_write
from tests.factories import make_incident, make_membership, make_service, make_team, make_user

pytestmark = pytest.mark.django_db


def test_the_owner_the_owning_team_responders_and_admins_write(draft, alice, bob, charlie, root, ada):
    assert [can_write(person, draft) for person in (alice, bob, root)] == [True, True, True]
    assert [can_write(person, draft) for person in (charlie, ada)] == [False, False]


def test_who_declared_the_incident_writes_without_being_in_the_team(now, charlie, alice):
    incident = make_incident(services=[make_service()], by=charlie)
    assert can_write(charlie, draft_postmortem([incident], owner=alice, now=now, by=alice))


def test_who_left_the_team_does_not_write_any_more(draft, payments, now):
    dora = make_user("dora")
    make_membership(dora, payments, valid_from="2020-01-01", valid_to="2021-01-01")
    assert not can_write(dora, draft)


def test_a_team_of_another_service_does_not_write(draft):
    assert not can_write(make_user("erin", team=make_team(), role="lead"), draft)


def test_neither_the_owner_nor_who_asked_reviews_nor_does_an_auditor(
    in_review, alice, bob, charlie, ada, root
):
    assert [can_review(person, in_review) for person in (bob, charlie, root)] == [True, True, True]
    assert [can_review(person, in_review) for person in (alice, ada)] == [False, False]


def test_auditors_start_nothing(ada, charlie):
    assert (can_draft(ada), can_draft(charlie)) == (False, True)


def test_a_postmortem_of_a_private_incident_is_as_private(now, alice, bob, charlie, root, ada, outage):
    hidden = make_incident(by=alice, is_private=True, title="Key leaked")
    postmortem = draft_postmortem([outage, hidden], now=now, by=alice)
    seers = [person for person in (alice, bob, charlie, root, ada) if _sees(person, postmortem)]
    assert seers == [alice, root]


def test_its_owner_sees_a_private_postmortem_but_not_the_incident(now, alice, bob):
    hidden = make_incident(by=alice, is_private=True, title="Key leaked")
    postmortem = draft_postmortem([hidden], owner=bob, now=now, by=alice)
    shown = Postmortem.objects.for_reader(bob).get(pk=postmortem.pk)
    assert shown.seen_incidents == []


def _sees(person, postmortem):
    return Postmortem.objects.visible_to(person).filter(pk=postmortem.pk).exists()
