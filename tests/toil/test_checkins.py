"""The weekly check-in: who, when, what it changes, and that silence stays silence."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from apps.accounts.models import Absence
from apps.accounts.operations import add_absence
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.toil import operations
from apps.toil.checkins.own import week_to_confirm, weeks_to_confirm
from apps.toil.models import DirtyWeek, TeamWeek, WeekCheckin
from tests.factories import make_membership, make_user
from tests.toil.conftest import LATER, W10, W11, days

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 3, 6, 9, tzinfo=UTC)


@pytest.fixture
def confirm():
    def do(person, team, monday=W10, *, by=None, now=LATER, **kw):
        return operations.confirm_week(
            person=person, team=team, monday=monday, by=by or person, now=now, **kw
        )

    return do


def figures(week):
    number = week.number
    return [*(share.shown() for share in (number.floor, number.reported, number.ceiling)), number.coverage]


def test_a1_all_confirmed_is_one_number(search, log, week, confirm):
    for day in days(5):
        bob = make_user(team=search)
        log(bob, search, hours=12, day=day)
        confirm(bob, search)
    assert figures(week(search)) == ["30.0%", "30.0%", "30.0%", 100]


def test_a14_the_fourth_is_silent_and_a14b_logs_without_confirming(search, log, week, confirm):
    people = [make_user(team=search) for _ in range(4)]
    for somebody, hours in zip(people[:3], (20, 20, 10), strict=True):
        log(somebody, search, hours=hours)
        confirm(somebody, search)
    found = week(search)
    assert figures(found) == ["31.3%", "41.7%", "56.3%", 75]
    assert found.number.verdict(search.toil_cap_pct) == "possible"
    for day in days(3):
        log(people[3], search, hours=2, day=day)
    assert figures(week(search)) == ["35.0%", "41.7%", "56.3%", 75]


def test_a_day_of_silence_that_holds_more_than_its_capacity_raises_the_ceiling(search, log, week):
    log(make_user(team=search), search, hours=10)
    assert week(search).number.ceiling.toil_seconds == (10 + 4 * 8) * 3600


def test_of_the_running_week_only_days_that_count_are_open(search, log, week):
    bob = make_user(team=search)
    log(bob, search, hours=3)
    found = week(search, now=datetime(2026, 3, 4, 12, tzinfo=UTC)).number
    assert (found.capacity_minutes, found.open_seconds, found.coverage) == (960, 960 * 60, 0)


def test_an_explicit_zero_is_data_and_silence_is_not(search, week, confirm):
    bob = make_user(team=search)
    assert figures(week(search)) == ["0.0%", "no capacity", "100.0%", 0]
    with pytest.raises(ValidationError, match="Nothing is logged"):
        confirm(bob, search)
    row = confirm(bob, search, nothing_to_add=True)
    assert (row.nothing_to_add, figures(week(search))) == (True, ["0.0%", "0.0%", "0.0%", 100])
    event = AuditEvent.objects.get(verb="toil_week.confirmed")
    assert (event.object_key, event.changes) == (
        f"search/{bob.slug} 2026-W10",
        {"nothing_to_add": [None, True]},
    )


def test_that_there_was_nothing_is_refused_once_something_is_logged(bob, payments, log, confirm):
    log(bob, payments, minutes=25)
    with pytest.raises(Conflict, match="25 min of toil are logged"):
        confirm(bob, payments, nothing_to_add=True)


def test_only_the_person_confirms(alice, bob, root, ada, payments, confirm):
    for other in (alice, root, ada):
        with pytest.raises(PermissionDenied):
            confirm(bob, payments, by=other, nothing_to_add=True)


def test_saying_it_twice_is_saying_it_once(bob, payments, log, confirm):
    log(bob, payments, minutes=25)
    first, second = confirm(bob, payments), confirm(bob, payments, W10.replace(day=5))
    assert first == second
    assert AuditEvent.objects.filter(verb="toil_week.confirmed").count() == 1


def test_a_week_opens_on_its_last_working_day_where_the_person_is(payments, confirm):
    kim = make_user(team=payments, time_zone="Pacific/Auckland")
    thursday = datetime(2026, 3, 6, 0, tzinfo=ZoneInfo("Pacific/Auckland")).replace(day=5, hour=23)
    with pytest.raises(ValidationError, match="from Friday 6 March on"):
        confirm(kim, payments, nothing_to_add=True, now=thursday)
    Absence.objects.create(user=kim, first_on=FRIDAY.date(), last_on=FRIDAY.date())
    confirm(kim, payments, nothing_to_add=True, now=thursday)


def test_who_did_not_count_has_nothing_to_confirm(charlie, payments, confirm):
    with pytest.raises(ValidationError, match="did not count"):
        confirm(charlie, payments, nothing_to_add=True)
    make_membership(charlie, payments, counts_capacity=False)
    with pytest.raises(ValidationError, match="did not count"):
        confirm(charlie, payments, nothing_to_add=True)


def test_a_later_entry_does_not_take_it_back_and_the_person_may(bob, alice, payments, log, week, confirm):
    log(bob, payments, hours=1)
    row = confirm(bob, payments)
    log(bob, payments, hours=1)
    found = week(payments).number
    assert (found.confirmed_seconds, found.confirmed_minutes) == (7200, 2400)
    with pytest.raises(PermissionDenied):
        operations.withdraw_checkin(row, by=alice)
    for _ in range(2):
        operations.withdraw_checkin(row, by=bob)
    assert AuditEvent.objects.filter(verb="toil_week.withdrawn").count() == 1
    assert DirtyWeek.objects.filter(by=bob).exists()
    assert week(payments).number.confirmed_minutes == 0


def test_one_is_asked_about_the_last_four_weeks_and_each_team(web, payments, search, log, confirm):
    bob = make_user()
    make_membership(bob, payments, allocation_pct=60)
    make_membership(bob, search, allocation_pct=40, valid_from=W10)
    log(bob, payments, minutes=25)
    now = datetime(2026, 3, 12, 9, tzinfo=UTC)  # Thursday of the week after
    confirm(bob, payments, now=now)
    rows = [(row.week, row.team.slug, row.seconds, bool(row.checkin)) for row in weeks_to_confirm(bob, now)]
    assert rows == [
        ("2026-W10", "payments", 1500, True),
        ("2026-W10", "search", 0, False),
        ("2026-W09", "payments", 0, False),
        ("2026-W08", "payments", 0, False),
    ]
    add_absence(bob, first_on=date(2026, 2, 16), last_on=date(2026, 3, 1), by=bob)
    log(bob, payments, minutes=5, day=date(2026, 2, 25), now=now)
    asked = [row.week for row in weeks_to_confirm(bob, now) if not row.checkin]
    assert asked == ["2026-W10", "2026-W09"]  # of the other week on leave nothing can be missing
    assert [row.week for row in week_to_confirm(bob, date(2026, 2, 16), now)] == ["2026-W08"]
    with time_machine.travel(now, tick=False):
        page = web(bob).get("/toil/teams/payments/").content.decode()
    assert "2026-W08" not in page.split("Weekly check-in")[1].split("All check-ins")[0]


def test_one_press_confirms_on_the_page_and_moves_the_number(web, bob, payments, log):
    with time_machine.travel(FRIDAY, tick=False):
        log(bob, payments, hours=4, now=FRIDAY)
        page = web(bob).get("/toil/").content.decode()
        assert "That is all" in page
        url = "/toil/teams/payments/weeks/2026-W10/confirm/"
        answer = web(bob).post(url, {"back": "team"}, follow=True)
        page = answer.content.decode()
        assert "2026-W10 is confirmed for Payments" in page
        assert "Take back" in page
        assert TeamWeek.objects.get(monday=W10).confirmed_toil_seconds == 4 * 3600
        assert "already" not in web(bob).post(url, follow=True).content.decode()
        web(bob).post("/toil/teams/payments/weeks/2026-W10/withdraw/")
        assert not WeekCheckin.objects.exists()
        empty = web(bob).post("/toil/teams/payments/weeks/2026-W09/confirm/", {"nothing_to_add": "1"})
        assert (empty.status_code, WeekCheckin.objects.get().nothing_to_add) == (302, True)
        for wrong in ("2026-W54", "2026-10", "x", "9999-W52", "0001-W01"):
            assert web(bob).post(f"/toil/teams/payments/weeks/{wrong}/confirm/").status_code == 404


def test_a_program_confirms_lists_and_takes_back(api, alice, bob, charlie, payments, read_by_leads, log):
    url = "/api/v1/toil-checkins/"
    with time_machine.travel(FRIDAY, tick=False):
        sent = {"team": "payments", "week": "2026-W10"}
        assert "nothing_to_add" in api(bob).post(url, sent).json()["errors"]
        assert "week" in api(bob).post(url, sent | {"week": "W10"}).json()["errors"]
        answer = api(bob).post(url, sent | {"nothing_to_add": True})
        assert (answer.status_code, answer.json()["week"]) == (201, "2026-W10")
        assert [len(api(who).get(url).json()["results"]) for who in (alice, bob, charlie)] == [1, 1, 0]
        row = answer.headers["Location"]
        assert api(alice).delete(row).status_code == 403
        assert api(charlie).delete(row).status_code == 404
        assert api(bob).delete(row).status_code == 204


def test_the_team_reads_floor_reported_ceiling_and_verdict(api, charlie, bob, payments, log, confirm):
    make_user(team=payments)
    log(bob, payments, hours=24)
    log(bob, payments, hours=6, day=days(2)[1])
    confirm(bob, payments)
    operations.recompute_dirty_weeks(datetime(2026, 3, 9, 12, tzinfo=UTC))
    with time_machine.travel(datetime(2026, 3, 9, 12, tzinfo=UTC), tick=False):
        body = api(charlie).get("/api/v1/teams/payments/toil/", {"weeks": 2}).json()
    week = body["weeks"][0]
    names = ("pct", "reported_pct", "ceiling_pct", "coverage_pct", "verdict", "is_final")
    assert [week[name] for name in names] == [37.5, 75.0, 87.5, 50.0, "possible", False]
    assert (body["cap_applies_to"], W11.isoformat()) == ("toil", body["weeks"][1]["monday"])
