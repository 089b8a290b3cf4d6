"""What waits for a yes or a no: counted nowhere, seen by nobody else, answered once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.toil.figures import own_week
from apps.toil.models import DirtyWeek, ToilEntry, ToilSlice
from apps.toil.operations import confirm_entry, delete_entry, dismiss_entry, edit_entry
from tests.toil.conftest import LATER, W10

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
WAITING = ("suggested", "needs_review")


def verbs():
    return list(AuditEvent.objects.filter(verb__startswith="toil_entry").values_list("verb", flat=True))[::-1]


@pytest.mark.parametrize("status", WAITING)
def test_what_waits_counts_nowhere_and_is_seen_by_its_person_alone(
    status, bob, alice, payments, read_by_leads, log, week
):
    interval = {"started_at": MONDAY, "ended_at": MONDAY + timedelta(hours=1)}
    counted = log(bob, payments, **interval)
    waits = log(bob, payments, **interval, status=status)
    assert [piece.attributed for piece in counted.slices.all()] == [3600]  # nothing to share the hour with
    assert week(payments).toil_seconds == 3600
    assert own_week(bob, MONDAY).toil_seconds == 3600
    assert set(ToilEntry.objects.visible_to(bob)) == {counted, waits}
    assert set(ToilEntry.objects.visible_to(alice)) == {counted}
    assert list(ToilEntry.objects.waiting()) == [waits]


def test_who_has_not_answered_for_long_is_told_that_more_than_twenty_wait(web, bob, payments, log):
    for _ in range(20):
        log(bob, payments, minutes=5, status="suggested")
    assert "More follow" not in web(bob).get("/toil/").content.decode()
    log(bob, payments, minutes=5, status="suggested")
    page = web(bob).get("/toil/").content.decode()
    assert '<span class="count">20+</span>' in page
    assert "More follow once these are answered" in page


def test_confirming_lets_it_count_and_shares_the_time(bob, payments, log, week):
    first = log(bob, payments, started_at=MONDAY, ended_at=MONDAY + timedelta(hours=1))
    second = log(
        bob,
        payments,
        started_at=MONDAY + timedelta(minutes=30),
        ended_at=MONDAY + timedelta(hours=2),
        status="suggested",
    )
    assert week(payments).toil_seconds == 3600
    for _ in "twice":
        confirm_entry(second, by=bob, now=LATER)
    assert [piece.attributed // 60 for piece in (first.slices.get(), second.slices.get())] == [45, 75]
    assert week(payments).toil_seconds == 2 * 3600
    assert verbs() == ["toil_entry.logged", "toil_entry.confirmed"]


def test_confirming_with_another_length_keeps_the_start(bob, payments, log, week):
    held = log(bob, payments, started_at=MONDAY, ended_at=MONDAY + timedelta(hours=15), status="needs_review")
    found = confirm_entry(held, changes={"seconds": 1800, "text": "Half of it"}, by=bob, now=LATER)
    assert (found.started_at, found.seconds, found.text) == (MONDAY, 1800, "Half of it")
    assert ToilSlice.objects.get().attributed == 1800
    assert week(payments).toil_seconds == 1800
    assert confirm_entry(held, changes={"seconds": 1800}, seen=1, by=bob, now=LATER).version == 2
    with pytest.raises(Conflict, match="counts already"):  # another tab says another time
        confirm_entry(held, changes={"seconds": 2700}, seen=1, by=bob, now=LATER)


def test_dismissed_it_stays_a_row_that_counts_nothing_and_may_come_back(bob, payments, log, week):
    entry = log(bob, payments, minutes=20, status="suggested")
    assert not DirtyWeek.objects.exists()
    for _ in "twice":
        dismiss_entry(entry, by=bob)
    assert (week(payments).toil_seconds, ToilEntry.objects.waiting().count()) == (0, 0)
    confirm_entry(ToilEntry.objects.get(), by=bob, now=LATER)
    assert week(payments).toil_seconds == 1200
    with pytest.raises(Conflict, match="counts already"):
        dismiss_entry(entry, by=bob)


def test_what_is_suggested_for_tomorrow_is_not_confirmed_today(bob, payments, log):
    entry = log(bob, payments, minutes=20, day=date(2026, 3, 3), status="suggested")
    with pytest.raises(ValidationError, match="future"):
        confirm_entry(entry, by=bob, now=MONDAY)


def test_nobody_else_answers_for_bob(bob, alice, root, payments, log):
    entry = log(bob, payments, minutes=20, status="needs_review")
    for other in (alice, root):
        for answer in (dismiss_entry, lambda row, by: confirm_entry(row, by=by, now=LATER)):
            with pytest.raises(PermissionDenied):
                answer(entry, by=other)


def test_it_may_be_edited_and_deleted_while_it_waits(bob, payments, log, week):
    entry = log(bob, payments, minutes=20, status="suggested")
    edited = edit_entry(entry, changes={"seconds": 600}, by=bob, now=LATER)
    assert (edited.status, week(payments).toil_seconds) == ("suggested", 0)
    delete_entry(edited, by=bob)
    assert not ToilSlice.objects.filter(local_date=W10).exists()
