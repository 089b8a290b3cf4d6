"""What two people do to each other at the same moment, on a server that really runs both."""

import threading
from datetime import date
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from apps.accounts.models import Membership, User
from apps.accounts.operations import add_member, edit_person
from apps.core.errors import Conflict
from tests.factories import make_user

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 20


@pytest.fixture(autouse=True)
def _needs_two_writers_at_once(db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")


def at_once(*acts):
    """What each act raised, or None."""
    barrier, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        barrier.wait()
        try:
            act()
        except (Conflict, PermissionDenied, ValidationError) as refusal:
            outcomes[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_two_admins_who_demote_each_other_leave_one(root):
    second = make_user("second", org_role="admin")
    for _ in range(ROUNDS):
        User.objects.filter(pk__in=[root.pk, second.pk]).update(org_role="admin")
        first, other = User.objects.get(pk=root.pk), User.objects.get(pk=second.pk)
        outcomes = at_once(
            partial(edit_person, other, changes={"org_role": "member"}, by=first),
            partial(edit_person, first, changes={"org_role": "member"}, by=other),
        )
        assert User.objects.admins().count() == 1
        assert len([outcome for outcome in outcomes if outcome]) == 1


def test_two_leads_who_add_the_same_person_make_one_membership(alice, charlie, payments):
    for _ in range(ROUNDS):
        Membership.objects.filter(user=charlie).delete()
        join = partial(add_member, payments, person=charlie, valid_from=date(2026, 3, 1), by=alice)
        outcomes = at_once(join, join)
        assert Membership.objects.filter(user=charlie).count() == 1
        assert len([outcome for outcome in outcomes if isinstance(outcome, ValidationError)]) == 1
