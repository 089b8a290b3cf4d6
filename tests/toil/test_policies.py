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


def test_an_entry_is_edited_by_its_person_and_the_lead(alice, bob, charlie, payments):
    entry = ToilEntry(person=bob, team=payments)
    assert policies.can_edit_entry(bob, entry)
    assert policies.can_edit_entry(alice, entry)
    assert not policies.can_edit_entry(charlie, entry)


def test_entries_are_seen_by_their_person_and_the_lead(alice, bob, charlie, root, ada, payments, search, log):
    log(bob, payments, minutes=5)
    log(bob, search, minutes=5)
    seen = {
        user.slug: ToilEntry.objects.visible_to(user).count() for user in (alice, bob, charlie, root, ada)
    }
    assert seen == {"alice": 1, "bob": 2, "charlie": 0, "root": 0, "ada": 0}
