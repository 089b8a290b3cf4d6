import pytest

from apps.toil import policies
from apps.toil.models import ToilEntry

pytestmark = pytest.mark.django_db


def test_one_logs_for_oneself_in_any_team(bob, charlie, search):
    assert policies.can_log(bob, bob, search)
    assert policies.can_log(charlie, charlie, search)


def test_for_others_logs_who_leads_the_team(alice, bob, charlie, root, payments, search):
    assert policies.can_log(alice, bob, payments)
    assert policies.can_log(root, bob, search)
    assert not policies.can_log(alice, bob, search)
    assert not policies.can_log(charlie, bob, payments)
    assert not policies.can_log(bob, alice, payments)


def test_an_auditor_writes_nothing(ada, payments):
    assert not policies.can_log(ada, ada, payments)
    assert not policies.can_edit_entry(ada, ToilEntry(person=ada, team=payments))
