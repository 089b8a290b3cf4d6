"""Week 10 of 2026 is Mon 2 to Sun 8 March, week 11 follows it; full time is Monday to Friday, 480 minutes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.toil import operations
from apps.toil.models import TeamWeek
from tests.factories import make_team

W10, W11 = date(2026, 3, 2), date(2026, 3, 9)
LATER = datetime(2027, 3, 1, 12, tzinfo=UTC)


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
def search(db):
    return make_team(name="Search", slug="search")


def days(count, first=W10):
    return [first + timedelta(days=n) for n in range(count)]
