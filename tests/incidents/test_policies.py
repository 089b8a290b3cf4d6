import pytest

from apps.incidents.models import Incident
from apps.incidents.operations import add_entry, assign_role, end_role
from apps.incidents.policies import can_declare, can_edit_entry, can_hide, can_post, can_respond, can_see

pytestmark = pytest.mark.django_db


def test_everybody_but_an_auditor_may_declare(alice, charlie, root, ada):
    assert [can_declare(user) for user in (alice, charlie, root, ada)] == [True, True, True, False]


def test_the_owning_team_the_declarer_and_admins_respond_and_a_stranger_only_posts(
    outage, alice, bob, charlie, root, ada
):
    assert [can_respond(user, outage) for user in (alice, bob, charlie, root, ada)] == [
        True,
        True,
        False,
        True,
        False,
    ]
    assert can_post(charlie, outage)
    assert not can_post(ada, outage)


def test_who_held_a_role_still_responds_afterwards(outage, charlie, noon):
    assign_role(outage, role="scribe", person=charlie, by=charlie, now=noon)
    end_role(outage, role="scribe", by=charlie, now=noon)
    assert can_respond(charlie, Incident.objects.get(pk=outage.pk))


def test_a_private_incident_is_seen_by_admins_declarer_and_role_holders_only(
    secret, alice, bob, root, ada, noon
):
    assert [can_see(user, secret) for user in (alice, bob, root, ada)] == [False, False, True, False]
    assign_role(secret, role="ops", person=bob, by=root, now=noon)
    assert can_see(bob, Incident.objects.get(pk=secret.pk))
    assert set(Incident.objects.visible_to(bob)) == {secret}
    for user in (alice, ada):
        assert not Incident.objects.visible_to(user).exists()


def test_membership_alone_does_not_allow_hiding_what_one_would_lose(outage, alice, bob):
    assert can_hide(alice, outage)
    assert not can_hide(bob, outage)


def test_an_entry_is_corrected_by_its_author_and_by_responders(outage, alice, bob, charlie, root, noon):
    entry = add_entry(outage, body="Restarted the pods", by=charlie, now=noon)
    assert can_edit_entry(charlie, entry)
    assert can_edit_entry(bob, entry)
    own = add_entry(outage, body="Hm", by=alice, now=noon)
    assert not can_edit_entry(charlie, own)
    assert not can_edit_entry(root, outage.timeline.filter(kind="status").first())


def test_policies_cost_no_query_on_a_loaded_row(outage, bob, django_assert_num_queries):
    row = Incident.objects.for_page().get(pk=outage.pk)
    assert bob.memberships_now
    with django_assert_num_queries(0):
        assert can_respond(bob, row)
