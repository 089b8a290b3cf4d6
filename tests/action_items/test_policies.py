import pytest

from apps.action_items import policies
from tests.factories import make_action_item, make_team, make_user

pytestmark = pytest.mark.django_db


def test_creator_owner_team_and_admin_may_edit_and_nobody_else(alice, bob, charlie, root, ada, payments):
    owner, creator = make_user("olga"), make_user("carl")
    item = make_action_item(by=creator, owner=owner, team=payments)
    people = (alice, bob, charlie, root, ada, owner, creator)
    allowed = {user for user in people if policies.can_edit_action_item(user, item)}
    assert allowed == {alice, bob, root, owner, creator}


def test_an_item_without_a_team_is_not_everybodys(bob, charlie):
    item = make_action_item()
    assert not policies.can_edit_action_item(bob, item)
    assert not policies.can_edit_action_item(charlie, item)


def test_an_auditor_may_nothing_even_as_owner(ada, payments):
    item = make_action_item(owner=ada, team=payments)
    assert not policies.can_edit_action_item(ada, item)
    assert not policies.can_verify_action_item(ada, item)
    assert not policies.can_add_action_item(ada)


@pytest.mark.parametrize(("priority", "may"), [(0, False), (1, False), (2, True), (3, True)])
def test_the_owner_verifies_only_what_is_not_urgent(bob, charlie, priority, may):
    item = make_action_item(owner=bob, priority=priority)
    assert policies.can_verify_action_item(bob, item) is may
    assert policies.can_verify_action_item(charlie, item)


def test_urgent_items_are_dropped_by_a_lead_of_their_team_or_an_admin_who_is_not_the_owner(
    alice, bob, root, payments
):
    urgent = make_action_item(priority=1, team=payments, owner=bob)
    assert policies.can_drop_action_item(alice, urgent)
    assert policies.can_drop_action_item(root, urgent)
    assert not policies.can_drop_action_item(bob, urgent)
    assert not policies.can_drop_action_item(alice, make_action_item(priority=0, team=payments, owner=alice))
    assert not policies.can_drop_action_item(root, make_action_item(priority=0, team=payments, owner=root))
    assert not policies.can_drop_action_item(alice, make_action_item(priority=0, team=make_team(), owner=bob))
    assert policies.can_drop_action_item(bob, make_action_item(priority=2, team=payments, owner=bob))
