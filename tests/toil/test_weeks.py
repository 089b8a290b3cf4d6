"""Stored weeks follow their inputs, in whatever order and however often they are computed."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.accounts.models import Absence, CapacityChange, Membership
from apps.toil import operations, tasks
from apps.toil.models import Category, DirtyWeek, TeamWeek, ToilEntry, WeekSnapshot
from apps.toil.periods import month_name, quarter_name, week_name
from tests import factories
from tests.toil.conftest import LATER, W10, W11

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 13, 12, tzinfo=UTC)


def stored():
    fields = (
        "team",
        "monday",
        "toil_seconds",
        "capacity_minutes",
        "days",
        "guest_seconds",
        "input_hash",
        "computed_at",
    )
    return list(TeamWeek.objects.order_by("team", "monday").values_list(*fields))


def test_the_tick_computes_marked_weeks_and_takes_the_marks_away(bob, payments, log):
    log(bob, payments, hours=4)
    operations.recompute_dirty_weeks(NOW)
    assert TeamWeek.objects.get(team=payments, monday=W10).toil_seconds == 4 * 3600
    assert not DirtyWeek.objects.exists()


def test_the_tick_again_writes_nothing(bob, payments, log):
    log(bob, payments, hours=4)
    operations.recompute_dirty_weeks(NOW)
    before = stored()
    assert operations.recompute_dirty_weeks(NOW + timedelta(seconds=30)) == 0
    assert stored() == before


def test_a_week_that_begins_gets_its_row(payments, bob):
    operations.recompute_dirty_weeks(NOW)
    assert TeamWeek.objects.get(team=payments).monday == W11
    operations.recompute_dirty_weeks(datetime(2026, 3, 15, 11, tzinfo=UTC))  # Monday in Kiritimati
    assert TeamWeek.objects.filter(team=payments, monday=date(2026, 3, 16)).exists()


def test_a_running_week_grows_when_a_day_is_over(payments, bob):
    def capacity(now):
        operations.recompute_dirty_weeks(now)
        return TeamWeek.objects.get(team=payments, monday=W11).capacity_minutes

    assert capacity(NOW) == 4 * 480
    assert capacity(NOW + timedelta(hours=1)) == 4 * 480
    assert capacity(datetime(2026, 3, 14, 0, 1, tzinfo=UTC)) == 5 * 480
    assert TeamWeek.objects.get(team=payments, monday=W11).next_change_at is None


def test_a_change_of_capacity_reaches_the_weeks_of_the_persons_teams(payments, bob, log, week):
    log(bob, payments, hours=4)
    assert week(payments, now=NOW).capacity_minutes == 2400
    Absence.objects.create(user=bob, first_on=date(2026, 3, 5), last_on=date(2026, 3, 10))
    CapacityChange.objects.create(user=bob, since=date(2026, 3, 5), until=date(2026, 3, 11))
    operations.recompute_dirty_weeks(NOW)
    assert not CapacityChange.objects.exists()
    assert {row.monday: row.capacity_minutes for row in TeamWeek.objects.all()} == {
        W10: 3 * 480,
        W11: 2 * 480,
    }


def test_an_open_ended_change_reaches_back_two_years_and_forward_to_this_week(payments, bob):
    CapacityChange.objects.create(user=bob, since=date(2000, 1, 1), until=None)
    operations.recompute_dirty_weeks(NOW)
    mondays = TeamWeek.objects.order_by("monday").values_list("monday", flat=True)
    assert (len(mondays), mondays[0], mondays[104]) == (105, date(2024, 3, 11), W11)


def test_a_mark_that_comes_while_its_week_is_computed_stays(payments, bob, log, monkeypatch):
    log(bob, payments, hours=4)
    plain_load = operations.weeks.load_inputs

    def load_and_log(*args):
        found = plain_load(*args)
        log(bob, payments, hours=1)
        return found

    monkeypatch.setattr(operations.weeks, "load_inputs", load_and_log)
    operations.recompute_weeks(payments, [W10], now=NOW)
    monkeypatch.undo()
    assert DirtyWeek.objects.count() == 1
    operations.recompute_dirty_weeks(NOW)
    assert TeamWeek.objects.get(monday=W10).toil_seconds == 5 * 3600


def test_one_query_plan_serves_one_week_and_many(payments, bob, log, django_assert_max_num_queries):
    log(bob, payments, hours=4)
    mondays = [W10 + timedelta(weeks=n) for n in range(40)]
    with django_assert_max_num_queries(19):
        operations.recompute_weeks(payments, mondays, now=LATER)
    assert TeamWeek.objects.count() == 40


def test_the_command_gives_identical_rows(payments, bob, log):
    log(bob, payments, hours=4)
    operations.recompute_dirty_weeks(NOW)
    before = stored()
    out = StringIO()
    call_command("recompute_toil", "--team", "payments", "--now", NOW.isoformat(), stdout=out)
    call_command("recompute_toil", "--all", "--now", NOW.isoformat(), stdout=out)
    assert [row for row in stored() if row in before] == before
    TeamWeek.objects.all().delete()
    call_command("recompute_toil", "--all", "--now", NOW.isoformat(), stdout=out)
    assert [row for row in stored() if row[1] in (W10, W11)] == before


def test_the_command_does_what_is_marked_and_refuses_what_is_not_there(payments, bob, log):
    log(bob, payments, hours=4)
    out = StringIO()
    call_command("recompute_toil", stdout=out)
    assert "weeks came out different" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("recompute_toil", "--team", "nowhere")


def test_the_task_is_the_operation_with_the_clock(payments, bob, log):
    log(bob, payments, hours=4)
    assert tasks.recompute_dirty_weeks() >= 1
    assert not DirtyWeek.objects.exists()


def test_other_operational_work_is_kept_apart(payments, bob, log, week):
    log(bob, payments, hours=4)
    log(bob, payments, hours=3, kind="ops_other")
    log(bob, payments, hours=2, kind="engineering")
    found = week(payments)
    assert (found.toil_seconds, found.ops_seconds) == (4 * 3600, 3 * 3600)


def test_what_is_only_suggested_counts_nothing(payments, bob, log, week):
    entry = log(bob, payments, hours=4)
    ToilEntry.objects.filter(pk=entry.pk).update(status="suggested")
    assert week(payments).toil_seconds == 0


def test_a_team_without_people_has_no_capacity(payments, week):
    assert week(payments).share.exact is None


steps = st.lists(
    st.tuples(
        st.integers(0, 1),  # who
        st.integers(0, 20),  # day
        st.integers(1, 600),  # minutes
        st.sampled_from([Category.OTHER, Category.MIGRATION]),
        st.integers(0, 23),  # an interval from this hour when even
    ),
    min_size=1,
    max_size=6,
)


class Conservation(TestCase):
    """Nothing is lost or counted twice, whatever the order of what happens."""

    def setUp(self):
        self.team = factories.make_team()
        self.people = [
            factories.make_user(team=self.team, time_zone=zone) for zone in ("UTC", "Europe/Berlin")
        ]

    def _log(self, who, day, minutes, category, hour):
        when = {"seconds": minutes * 60, "local_date": W10 + timedelta(days=day)}
        if hour % 2 == 0:
            start = datetime(2026, 3, 2, hour, tzinfo=UTC) + timedelta(days=day)
            when = {"started_at": start, "ended_at": start + timedelta(minutes=minutes)}
        person = self.people[who]
        return operations.log_entry(
            person=person, team=self.team, text="x", category=category, by=person, now=LATER, **when
        )

    def _sums(self):
        operations.recompute_all([self.team], now=LATER)
        rows = TeamWeek.objects.filter(toil_seconds__gt=0)
        return {row.monday: (row.toil_seconds, row.days, row.capacity_minutes) for row in rows}

    @settings(derandomize=True, max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(steps, st.randoms(use_true_random=False))
    def test_days_weeks_months_and_quarters_hold_the_same_seconds_in_any_order(self, given_steps, random):
        for step in given_steps:
            self._log(*step)
        before = self._sums()
        self._check_sums()
        for entry in ToilEntry.objects.all():
            operations.delete_entry(entry, by=entry.person)
        assert self._sums() == {}
        shuffled = given_steps[:]
        random.shuffle(shuffled)
        for step in shuffled:
            self._log(*step)
        assert self._sums() == before
        kept = list(WeekSnapshot.objects.values_list("monday", "revision").order_by("pk"))
        assert operations.recompute_all([self.team], now=LATER) == 0
        assert list(WeekSnapshot.objects.values_list("monday", "revision").order_by("pk")) == kept != []

    def _check_sums(self):
        weeks = TeamWeek.objects.prefetch_related("categories")
        for row in weeks:
            assert sum(part.seconds for part in row.categories.all()) == row.toil_seconds
            assert (row.share.exact is None) == (row.capacity_minutes == 0)
        by_day = [(day, totals.toil) for row in weeks for day, totals in row.by_day()]
        whole = sum(row.toil_seconds for row in weeks)
        for name in (week_name, month_name, quarter_name):
            sums = {}
            for day, seconds in by_day:
                sums[name(day)] = sums.get(name(day), 0) + seconds
            assert sum(sums.values()) == whole


def test_a_membership_that_ends_takes_its_capacity_away(payments, bob, week):
    assert week(payments).capacity_minutes == 2400
    Membership.objects.filter(user=bob).update(valid_to=date(2026, 3, 4))
    assert week(payments).capacity_minutes == 960
