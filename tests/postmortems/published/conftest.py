"""What is told outside of a published postmortem. It and its people are made once a module, since making them takes
longer than most tests do: each test has a savepoint inside of the module's transaction, and reads the rows anew."""

import pytest
from django.db import transaction

from apps.postmortems.operations import draft_postmortem, submit_for_review
from tests.factories import make_service, make_team, make_user
from tests.postmortems.conftest import NOW, approve_by_all, fill, make_outage, publish


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        payments = make_team(name="Payments", slug="payments")
        alice, bob = make_user("alice", team=payments, role="lead"), make_user("bob", team=payments)
        checkout = make_service(slug="checkout", owner_team=payments)
        outage = make_outage(checkout, alice, bob)
        postmortem = draft_postmortem([outage], now=NOW, by=alice)
        fill(postmortem, by=alice)
        published = publish(approve_by_all(submit_for_review(postmortem, now=NOW, by=alice)), by=alice)
        yield locals()
        transaction.set_rollback(True)


def again(name):
    """The row of that name, as nobody has touched it."""

    def fixture(standing, db):
        return type(standing[name]).objects.get(pk=standing[name].pk)

    return pytest.fixture(fixture, name=name)


payments, alice, bob = again("payments"), again("alice"), again("bob")
checkout, outage, published = again("checkout"), again("outage"), again("published")
