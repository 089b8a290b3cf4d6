"""Chores that come again: their rules, and what they suggest on whose days."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from apps.accounts.models import Absence, HolidayYear, WorkSchedule
from apps.audit.models import AuditEvent
from apps.toil import operations
from apps.toil.models import Recurring, ToilEntry
from apps.toil.suggestions.rules import BadRule, dates_of, next_date, read_rule, rule_in_words
from tests.factories import make_membership, make_user
from tests.toil.conftest import W10

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 4, 3, 9, tzinfo=UTC)  # Good Friday, in Germany


@pytest.mark.parametrize(
    ("rule", "words", "days"),
    [
        ("FREQ=DAILY", "Every day", [2, 3, 4, 5, 6, 7, 8]),
        ("freq=weekly;byday=mo,th", "Every week on Monday and Thursday", [2, 5]),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "Every 2 weeks on Monday", []),
        ("FREQ=MONTHLY;BYDAY=1FR", "Every month on the first Friday", [6]),
        ("FREQ=MONTHLY;BYMONTHDAY=4,-28", "Every month on day 4 and day 28 from the end", [4]),
        ("FREQ=DAILY;UNTIL=20260304T000000Z", "Every day, until 2026-03-04", [2, 3, 4]),
        ("FREQ=DAILY;COUNT=9", "Every day, 9 times", [2, 3]),
    ],
)
def test_a_rule_is_read_said_in_words_and_has_its_dates(rule, words, days):
    """It begins on Monday 23 February, one week before these."""
    stored = read_rule(rule)
    assert rule_in_words(stored) == words
    assert [day.day for day in dates_of(stored, date(2026, 2, 23), W10, date(2026, 3, 8))] == days


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "soon",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=9",
        "FREQ=DAILY;BYMONTHDAY=3",
        "FREQ=MONTHLY;BYMONTHDAY=30",  # some months have none
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=YEARLY;BYDAY=MO",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=1000",
        "FREQ=DAILY;INTERVAL=14;BYDAY=MO",  # from a Tuesday on there is none
        "FREQ=DAILY;COUNT=2;UNTIL=20260301",
        "FREQ=DAILY;UNTIL=20261340",
        "FREQ=DAILY;FREQ=DAILY",
        "BYDAY=MO",
    ],
)
def test_what_is_no_rule_or_would_be_sought_for_ever_is_refused(rule):
    with pytest.raises(BadRule):
        read_rule(rule)


def test_the_next_date_is_today_if_it_is_today():
    assert next_date("FREQ=WEEKLY;BYDAY=MO", W10, W10) == W10
    assert next_date("FREQ=WEEKLY;BYDAY=MO", W10, date(2026, 3, 3)) == date(2026, 3, 9)
    assert next_date("FREQ=DAILY;COUNT=1", W10, date(2026, 3, 3)) is None


@pytest.fixture
def kim(payments):
    person = make_user("kim", time_zone="Europe/Berlin", schedule=False)
    make_membership(person, payments)
    WorkSchedule.objects.create(user=person, valid_from=date(2020, 1, 1), country="DE")
    HolidayYear.objects.create(country="DE", year=2026, days={"2026-04-03": "Good Friday"})
    return person


def chore(person, team, rule="FREQ=DAILY", **kw):
    kw = {"text": "Rotate logs", "seconds": 900, "starts_on": date(2026, 3, 1)} | kw
    return operations.add_recurring(person=person, team=team, rule=rule, **kw, by=person, now=FRIDAY)


def asked(person):
    rows = ToilEntry.objects.filter(person=person, status="suggested").order_by("local_date")
    return [row.local_date.isoformat()[5:] for row in rows]


def test_it_asks_on_its_days_but_not_on_leave_nor_holidays_nor_what_is_logged(kim, payments, log):
    daily = chore(kim, payments)
    Absence.objects.create(user=kim, first_on=date(2026, 3, 30), last_on=date(2026, 3, 31))
    Absence.objects.create(user=kim, first_on=date(2026, 4, 1), last_on=date(2026, 4, 1), is_half=True)
    log(kim, payments, minutes=5, day=date(2026, 4, 2), text="ROTATE logs", now=FRIDAY)
    assert operations.suggest_recurring(FRIDAY) == 1
    assert asked(kim) == ["03-28", "03-29", "04-01"]
    assert [operations.suggest_recurring(FRIDAY), operations.suggest_recurring(FRIDAY)] == [0, 0]
    entry = ToilEntry.objects.filter(status="suggested").earliest("local_date")
    told = (entry.seconds, entry.trigger, entry.tz, entry.is_interval, entry.slices.get().seconds)
    assert told == (900, "scheduled", "Europe/Berlin", False, 900)
    midnight_there = datetime(2026, 4, 3, 22, 30, tzinfo=UTC)
    assert operations.suggest_recurring(midnight_there) == 1
    assert asked(kim)[-1] == "04-04"
    operations.dismiss_entry(entry, by=kim)
    edited = operations.edit_recurring(daily, changes={"seconds": 600}, by=kim, now=FRIDAY)
    operations.suggest_recurring(FRIDAY)
    waiting = ToilEntry.objects.filter(status="suggested")
    assert (asked(kim), {row.seconds for row in waiting}) == (["03-29", "04-01"], {600})
    operations.edit_recurring(edited, changes={"is_paused": True}, by=kim, now=FRIDAY)
    operations.suggest_recurring(FRIDAY)
    assert asked(kim) == []


def test_what_was_answered_stays_when_the_chore_goes(kim, payments):
    daily = chore(kim, payments, starts_on=date(2026, 4, 1))
    operations.suggest_recurring(FRIDAY)
    first = ToilEntry.objects.get(local_date=date(2026, 4, 1))
    operations.confirm_entry(first, by=kim, now=FRIDAY)
    operations.delete_recurring(daily, by=kim)
    operations.suggest_recurring(FRIDAY)
    assert list(ToilEntry.objects.values_list("status", flat=True)) == ["confirmed"]
    verbs = AuditEvent.objects.filter(verb__startswith="toil_recurring").values_list("verb", flat=True)
    assert set(verbs) == {"toil_recurring.added", "toil_recurring.deleted"}


def test_it_is_kept_by_its_person_alone(alice, bob, payments, web, api):
    daily = chore(bob, payments)
    for act in (
        lambda: operations.edit_recurring(daily, changes={"seconds": 5}, by=alice, now=FRIDAY),
        lambda: operations.delete_recurring(daily, by=alice),
        lambda: operations.add_recurring(person=bob, team=payments, by=alice, now=FRIDAY, text="x"),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert web(alice).get(daily.get_absolute_url()).status_code == 404
    assert api(alice).get("/api/v1/toil-recurring/").json()["results"] == []
    for bad in ({"rule": "soon"}, {"starts_on": date(2020, 1, 1)}, {"seconds": 0}, {"text": "a\x00b"}):
        with pytest.raises(ValidationError):
            chore(bob, payments, **bad)


def test_the_form_has_boxes_for_days_and_a_field_for_rules(web, bob, payments):
    new, client = reverse("toil:recurring_new"), web(bob)
    sent = {"text": "Rotate logs", "duration": "25", "team": "payments", "category": "other", "kind": "toil"}
    with time_machine.travel(FRIDAY, tick=False):
        page = client.post(new, sent).content.decode()
        assert "Choose its days, or write a rule." in page
        assert "cannot be used here" in client.post(new, sent | {"rule": "FREQ=NEVER"}).content.decode()
        assert (
            "Write a time" in client.post(new, sent | {"duration": "soon", "weekdays": "MO"}).content.decode()
        )
        client.post(new, sent | {"weekdays": ["MO", "TH"], "every": "2"})
        row = Recurring.objects.get()
        assert (row.rule, row.seconds, row.starts_on) == (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
            1500,
            FRIDAY.date(),
        )
        page = client.get(row.get_absolute_url()).content.decode()
        assert page.count(" checked") == 3  # two days, and the switch for keys
        assert 'value="2"' in page
        client.post(row.get_absolute_url(), sent | {"rule": "FREQ=MONTHLY;BYDAY=-1FR", "version": 1})
        page = client.get(reverse("toil:recurring_list")).content.decode()
        assert "Every month on the last Friday" in page
        assert "24 Apr" in page
