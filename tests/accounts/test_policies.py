from datetime import date

import pytest

from apps.accounts import policies
from tests.factories import make_membership, make_team

pytestmark = pytest.mark.django_db


def test_leads_and_admins_look_after_a_team(alice, bob, charlie, root, ada, payments):
    assert policies.can_edit_team(alice, payments)
    assert policies.can_edit_team(root, payments)
    assert not any(policies.can_edit_team(user, payments) for user in (bob, charlie, ada))


def test_a_lead_of_one_team_does_not_lead_another(alice, payments):
    assert not policies.can_edit_team(alice, make_team())


def test_a_lead_whose_membership_ended_leads_no_more(charlie, payments):
    make_membership(charlie, payments, role="lead", valid_to=date(2021, 1, 1))
    assert not policies.can_edit_team(charlie, payments)


def test_hours_are_planned_by_oneself_a_lead_or_an_admin(alice, bob, charlie, root, ada):
    assert all(policies.can_plan_for(user, bob) for user in (bob, alice, root))
    assert not any(policies.can_plan_for(user, bob) for user in (charlie, ada))
    assert not policies.can_plan_for(bob, alice)


def test_an_auditor_sees_their_own_plan_and_changes_nothing(ada, bob):
    assert policies.can_see_plan(ada, ada)
    assert not policies.can_see_plan(ada, bob)
    assert not policies.can_plan_for(ada, ada)


def test_a_token_is_never_stronger_than_its_owner(alice, ada):
    assert policies.can_make_token(alice, "write")
    assert policies.can_make_token(ada, "read")
    assert not policies.can_make_token(ada, "write")


def test_policies_ask_for_todays_memberships_once(alice, bob, payments, django_assert_num_queries):
    with django_assert_num_queries(2):  # alice's and bob's
        for _ in range(3):
            policies.can_plan_for(alice, bob)
            policies.can_edit_team(alice, payments)
