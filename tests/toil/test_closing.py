"""Weeks are provisional, then closed, and what changes after that stays visible."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from apps.accounts.operations import add_absence, remove_absence
from apps.toil import operations
from apps.toil.closed import changes_after_close, weeks_changed_after_close
from apps.toil.models import TeamWeek, WeekSnapshot
from apps.toil.periods import week_of
from apps.toil.rollup import final_moment
from tests.factories import make_team, make_user
from tests.toil.conftest import W10

pytestmark = pytest.mark.django_db
CLOSED = datetime(2026, 3, 11, 7, tzinfo=UTC)
LATE = datetime(2026, 3, 20, 12, tzinfo=UTC)


def revisions():
    rows = WeekSnapshot.objects.filter(monday=W10).order_by("revision")
    return [(row.revision, row.share.shown(), row.taken_at) for row in rows]


def test_a_week_is_final_two_days_after_it_is_over_for_the_last_colleague():
    zones = [ZoneInfo("Europe/Berlin"), ZoneInfo("America/Los_Angeles"), ZoneInfo("Pacific/Auckland")]
    assert final_moment(W10, zones) == CLOSED
    assert final_moment(W10, []) == datetime(2026, 3, 11, tzinfo=UTC)


@pytest.fixture
def kim(payments):
    return make_user("kim", team=payments, time_zone="America/Los_Angeles")


def test_a21_an_hour_that_comes_after_the_close_makes_a_second_revision(web, alice, kim, payments, log):
    kim.memberships.filter(team=payments).exists()
    alice.memberships.all().delete()
    for hours, day in ((8, 2), (7, 3)):
        log(kim, payments, hours=hours, day=date(2026, 3, day))
    operations.recompute_dirty_weeks(CLOSED - timedelta(seconds=1))
    assert revisions() == []
    for _ in range(2):
        operations.recompute_dirty_weeks(CLOSED)
    assert revisions() == [(1, "37.5%", CLOSED)]
    assert TeamWeek.objects.get(monday=W10).is_final
    log(kim, payments, hours=1, day=date(2026, 3, 4), now=LATE)
    for _ in range(2):
        operations.recompute_dirty_weeks(LATE)
    assert revisions() == [(1, "37.5%", CLOSED), (2, "40.0%", LATE)]
    (change,) = changes_after_close(payments, week_of(W10))
    assert (change.points, change.people) == (pytest.approx(2.5), [kim])
    with time_machine.travel(LATE, tick=False):
        page = web(kim).get("/toil/teams/payments/").content.decode()
    assert "+2.5 pp" in page
    assert "One person changed entries" in page
    log(kim, payments, hours=1, day=date(2026, 3, 5), now=LATE)
    operations.recompute_dirty_weeks(LATE + timedelta(hours=1))
    (whole,) = weeks_changed_after_close(payments, week_of(W10))
    assert (whole.points, whole.people, whole.times) == (pytest.approx(5), [kim], 2)


def test_who_changed_it_is_told_to_leads_who_read_entries(
    web, api, alice, bob, charlie, payments, read_by_leads, log
):
    operations.recompute_weeks(payments, [W10], now=CLOSED)
    log(bob, payments, hours=1, now=LATE)
    operations.recompute_dirty_weeks(LATE)
    for who, is_told in ((alice, True), (charlie, False)):
        page = web(who).get("/toil/teams/payments/weeks/2026-W10/").content.decode().split("Changed after")[1]
        assert ("Bob" in page) is is_told
        body = api(who).get("/api/v1/teams/payments/toil/weeks/2026-W10/").json()
        assert body["changes_after_close"][0]["changed_by"] == (["bob"] if is_told else [])
        assert (body["is_final"], body["changes_after_close"][0]["revision"]) == (True, 2)


def test_leave_that_is_told_late_changes_the_week_and_names_nobody(bob, payments, log):
    log(bob, payments, hours=8)
    operations.recompute_dirty_weeks(CLOSED)
    add_absence(bob, first_on=date(2026, 3, 6), last_on=date(2026, 3, 6), by=bob)
    operations.recompute_dirty_weeks(LATE)
    (change,) = changes_after_close(payments, week_of(W10))
    assert (change.people, [row[1] for row in revisions()]) == ([], ["20.0%", "25.0%"])


def test_where_nobody_had_time_at_the_close_nothing_is_compared_with_it(web, bob, payments, log):
    away = add_absence(bob, first_on=W10, last_on=date(2026, 3, 8), by=bob)
    log(bob, payments, hours=8)
    operations.recompute_dirty_weeks(CLOSED)
    remove_absence(away, by=bob)
    operations.recompute_dirty_weeks(LATE)
    page = web(bob).get("/toil/teams/payments/weeks/2026-W10/").content.decode().split("Changed after")[1]
    assert "no capacity at the close, 20.0% now<span" in page
    assert "after close" not in page


def test_computing_again_makes_no_revision_and_other_text_none_either(bob, payments, log):
    entry = log(bob, payments, hours=8)
    operations.recompute_all([payments], now=CLOSED)
    before = revisions()
    operations.edit_entry(entry, changes={"text": "Other words", "category": "migration"}, by=bob, now=LATE)
    operations.recompute_dirty_weeks(LATE)
    operations.recompute_all([payments], now=LATE)
    assert revisions() == before


def test_a_week_page_shows_what_its_figures_are_made_of(web, bob, charlie, payments, log):
    log(bob, payments, hours=6, day=date(2026, 3, 3))
    log(bob, payments, hours=2, kind="ops_other")
    log(charlie, payments, hours=1)
    log(bob, payments, hours=1, status="suggested")
    operations.recompute_dirty_weeks(CLOSED)
    page = web(charlie).get("/toil/teams/payments/weeks/2026-W10/").content.decode()
    for words in (
        "6 h ÷ 40 h = 15.0%",
        "1 counted for the team",
        "2 of toil, those of guests included",
        "Other 6 h, without guests",
        "1 h by guests",
        "2 h of other",
    ):
        assert words in page, words
    assert "Bob" not in page.split("<main")[1]
    assert "only suggested" not in page  # of one person it would say that Bob has something to answer
    for name in ("dora", "eric", "fay"):
        make_user(name, team=payments)
    assert (
        "1 more are only suggested"
        in web(charlie).get("/toil/teams/payments/weeks/2026-W10/").content.decode()
    )
    assert web(charlie).get("/toil/teams/payments/weeks/2020-W01/").status_code == 404
    for week, other in (
        ("2026-W10", "2026-W11"),
        ("2026-W11", "2026-W10"),
    ):  # the first stored, and the running one
        page = web(charlie).get(f"/toil/teams/payments/weeks/{week}/").content.decode()
        nav = page.partition('aria-label="Week"')[2].partition("</nav>")[0]
        assert re.findall(r">(2\d+-W\d+)<", nav) == [other], week


def test_the_tick_closes_what_is_due_and_leaves_the_rest(bob, payments, log):
    make_team()
    log(bob, payments, hours=1)
    operations.recompute_dirty_weeks(datetime(2026, 3, 9, 12, tzinfo=UTC))
    assert not TeamWeek.objects.filter(is_final=True).exists()
    operations.recompute_dirty_weeks(LATE)
    assert TeamWeek.objects.get(team=payments, monday=W10).is_final
    running = TeamWeek.objects.exclude(monday__lt=date(2026, 3, 16))
    assert not running.filter(is_final=True).exists()
