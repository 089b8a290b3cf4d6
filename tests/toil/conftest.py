"""Week 10 of 2026 is Mon 2 to Sun 8 March, week 11 follows it; full time is Monday to Friday, 480 minutes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from apps.action_items.models import ActionItem
from apps.toil import operations
from apps.toil.models import TeamWeek
from tests.factories import make_action_item, make_team

W10, W11 = date(2026, 3, 2), date(2026, 3, 9)
LATER = datetime(2027, 3, 1, 12, tzinfo=UTC)
BEFORE = [150, 160, 140, 155, 145, 150, 300, 150]
PLAN = {"strategy": "automate", "expected_pct": 90, "build_minutes": 2400, "maintenance_minutes": 12}


@pytest.fixture
def later():
    """A moment long after every example, so that all their weeks are over."""
    return LATER


@pytest.fixture
def log():
    """log(bob, team, hours=6, day="2026-03-03") as bob himself would."""

    def do(person, team, *, hours=0, minutes=0, day=W10, now=LATER, **kw):
        if not {"started_at", "seconds"} & set(kw):
            kw |= {"seconds": int(hours * 3600 + minutes * 60), "local_date": day}
        kw.setdefault("text", "Restart stuck consumer")
        return operations.log_entry(person=person, team=team, by=person, now=now, **kw)

    return do


@pytest.fixture
def week():
    """week(team, W10) is the stored week, computed now."""

    def read(team, monday=W10, *, now=LATER):
        operations.recompute_weeks(team, [monday], now=now)
        return TeamWeek.objects.get(team=team, monday=monday)

    return read


@pytest.fixture
def read_by_leads(payments):
    """Payments has agreed that its leads read single entries."""
    payments.leads_read_entries = True
    payments.save()


@pytest.fixture
def search(db):
    return make_team(name="Search", slug="search")


def days(count, first=W10):
    return [first + timedelta(days=n) for n in range(count)]


def monday(n):
    return W10 + timedelta(weeks=n)


def at(day):
    return datetime.combine(day, time(12), UTC)


@pytest.fixture
def quota(bob, payments, checkout):
    return operations.add_source(name="Quota tickets", slug="quota", team=payments, service=checkout, by=bob)


@pytest.fixture
def log_weeks(bob, payments, log):
    """Each number of minutes in a week of its own, confirmed, from the nth week on."""

    def do(source, minutes, first=0, *, times=1):
        for n, each in enumerate(minutes, first):
            if each:
                log(bob, payments, minutes=each, day=monday(n), source=source, occurrences=times)
            operations.confirm_week(
                person=bob,
                team=payments,
                monday=monday(n),
                nothing_to_add=not each,
                by=bob,
                now=at(monday(60)),
            )
        operations.recompute_weeks(
            payments, [monday(n) for n in range(first, first + len(minutes))], now=at(monday(60))
        )

    return do


@pytest.fixture
def promise(payments, bob):
    """Promised in week 8, done on the Wednesday of week 9: the first week that counts is week 11."""
    item = make_action_item(by=bob, owner=bob, team=payments, committed_at=at(monday(8)))
    ActionItem.objects.filter(pk=item.pk).update(created_at=at(monday(8)))
    item.refresh_from_db()
    return item


def done(item):
    ActionItem.objects.filter(pk=item.pk).update(status="done", done_at=at(monday(9) + timedelta(days=2)))
