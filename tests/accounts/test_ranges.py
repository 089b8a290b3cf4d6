"""Dated ranges of one person never share a day: two transactions at once, and PostgreSQL against any writer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib import import_module
from threading import Barrier

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, close_old_connections, connection, connections, transaction

from apps.accounts.models import Absence, Membership, WorkSchedule
from apps.accounts.operations import add_absence, add_member, change_member, end_membership, set_schedule
from tests.factories import make_membership, make_user

pytestmark = pytest.mark.django_db(transaction=True)
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def at_once(*acts):
    """What each act raised, or None; they begin together, each on its own connection."""
    barrier = Barrier(len(acts), timeout=30)

    def run(act):
        close_old_connections()
        barrier.wait()
        try:
            act()
        except (ValidationError, IntegrityError) as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_two_memberships_that_would_overlap_one_is_refused(alice, charlie, payments):
    ranges = ((MARCH, MAY), (APRIL, None))
    outcomes = at_once(
        *(
            lambda pair=pair: add_member(
                payments, person=charlie, valid_from=pair[0], valid_to=pair[1], by=alice
            )
            for pair in ranges
        )
    )
    assert [type(outcome) for outcome in outcomes if outcome] == [ValidationError]
    assert Membership.objects.filter(user=charlie).count() == 1


def test_two_schedules_set_at_once_follow_each_other(bob):
    outcomes = at_once(
        lambda: set_schedule(bob, valid_from=MARCH, by=bob, mon=240),
        lambda: set_schedule(bob, valid_from=APRIL, by=bob, mon=0),
    )
    assert outcomes == [None, None]
    rows = list(WorkSchedule.objects.filter(user=bob).order_by("valid_from"))
    assert [row.valid_to for row in rows] == [row.valid_from for row in rows[1:]] + [None]


def test_a_change_and_an_end_leave_no_day_twice(alice, bob, payments):
    row = Membership.objects.get(user=bob)
    change_member(row, since=APRIL, allocation_pct=50, by=alice)
    row.refresh_from_db()
    with pytest.raises(ValidationError):
        end_membership(row, valid_to=MAY, by=alice)
    assert Membership.objects.filter(user=bob).on(APRIL).count() == 1


def test_of_two_leaves_that_would_overlap_one_is_refused(bob):
    outcomes = at_once(
        *(
            lambda days=days: add_absence(bob, first_on=days[0], last_on=days[1], by=bob)
            for days in ((MARCH, APRIL), (date(2026, 3, 31), MAY))
        )
    )
    assert [type(outcome) for outcome in outcomes if outcome] == [ValidationError]
    assert Absence.objects.filter(user=bob).count() == 1


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has no such rows any more")
def test_leave_that_overlapped_before_gives_way_without_a_minute_lost(bob):
    def leave(first, last, **kw):
        days = {"first_on": date(2026, 3, first), "last_on": date(2026, 3, last)}
        Absence.objects.create(user=bob, **days, **kw)

    leave(9, 10)
    leave(4, 20, is_half=True)
    leave(10, 13, reason="Annual leave")
    leave(12, 12, minutes=60)
    import_module("apps.accounts.migrations.0004_absences_never_overlap").part_ways(apps, None)
    kept = Absence.objects.order_by("first_on").values_list("first_on__day", "last_on__day", "is_half")
    assert list(kept) == [(4, 8, True), (9, 10, False), (11, 13, False), (14, 20, True)]


@pytest.mark.postgres
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no exclusion constraint")
def test_the_database_itself_refuses_a_shared_day(payments):
    bob = make_user(schedule=False)
    outcomes = at_once(
        lambda: make_membership(bob, payments, valid_from=MARCH, valid_to=MAY),
        lambda: make_membership(bob, payments, valid_from=APRIL),
    )
    assert [type(outcome) for outcome in outcomes if outcome] == [IntegrityError]
    outcomes = at_once(*[lambda: WorkSchedule.objects.create(user=bob, valid_from=MARCH)] * 2)
    assert [type(outcome) for outcome in outcomes if outcome] == [IntegrityError]
    with pytest.raises(IntegrityError, match="schedules_never_overlap"), transaction.atomic():
        WorkSchedule.objects.create(user=bob, valid_from=APRIL)
    Absence.objects.create(user=bob, first_on=APRIL, last_on=MAY)
    with pytest.raises(IntegrityError, match="absences_never_overlap"), transaction.atomic():
        Absence.objects.create(user=bob, first_on=MAY, last_on=MAY, minutes=60)
    for minutes in (60, 90):
        Absence.objects.create(user=bob, first_on=MARCH, last_on=MARCH, minutes=minutes)
    make_membership(make_user(), payments, valid_from=APRIL)
    Membership.objects.filter(user=bob).update(valid_to=MAY, valid_from=MARCH)
    make_membership(bob, payments, valid_from=MAY)


assert connection  # named in a condition above
