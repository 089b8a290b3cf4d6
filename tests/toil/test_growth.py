"""Where a share is going, and whether work grows with what drives it: only as far as it can be said."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent
from apps.core.errors import StaleVersion
from apps.toil import operations
from apps.toil.budgets.outlook import Way, Week, outlook, theil_sen
from apps.toil.drivers.growth import Means, Said, Series, elasticity, judge_growth, known_weeks, windows
from apps.toil.drivers.lines import read_values
from apps.toil.drivers.measuring import measured_growth
from apps.toil.models import Driver, DriverValue
from apps.toil.number import Number
from apps.toil.templatetags.less import outlook_words
from tests.factories import make_user
from tests.toil.conftest import W10, at, monday

FULL = Decimal(2400)


def weeks(*shares, confirmed=1.0):
    """Whole percent of forty hours each, `confirmed` of them or one share of it for each week."""
    known = confirmed if isinstance(confirmed, list) else [confirmed] * len(shares)
    return [
        Week(monday(n), Number(share * 24 * 60, FULL, confirmed_minutes=FULL * Decimal(str(part))))
        for n, (share, part) in enumerate(zip(shares, known, strict=True))
    ]


def test_twelve_weeks_that_rise_by_a_point_each_meet_the_cap_in_nine_weeks():
    found = outlook(weeks(*range(30, 42)), Fraction(50))
    assert (found.way, found.slope, found.now, found.weeks_to_cap) == (Way.RISING, 1, 41, 9)
    assert found.meets_cap_on == monday(11 + 9)
    assert "in 9 weeks, in week 30" in outlook_words(found, Decimal(50))


@pytest.mark.parametrize(
    ("given", "way", "said"),
    [
        (weeks(*range(30, 37)), Way.UNKNOWN, "7 of the last 7"),
        (weeks(*range(30, 42), confirmed=[0.69] * 5 + [1] * 7), Way.UNKNOWN, "7 of the last 12"),
        (weeks(*range(30, 42), confirmed=[0.69] * 4 + [0.7] * 8), Way.RISING, "in 9 weeks"),
        (weeks(30, 30, 30, 90, 30, 30, 30, 30, 30, 30, 30, 30), Way.STEADY, "Neither"),
        (weeks(30, 41, 29, 40, 31, 42, 30, 39, 30, 41, 29, 40), Way.STEADY, "Neither"),
        (weeks(*range(66, 54, -1)), Way.FALLING, "comes below the 50% cap in 5 weeks"),
        (weeks(*range(40, 28, -1)), Way.FALLING, "below the 50% cap already"),
        (weeks(*range(51, 63)), Way.RISING, "over the 50% cap already"),
        (weeks(*[99] * 6, *range(30, 42)), Way.RISING, "in 9 weeks"),
        (weeks(), Way.UNKNOWN, "no week is closed"),
    ],
)
def test_what_cannot_be_said_is_not_said(given, way, said):
    found = outlook(given, Fraction(50))
    assert found.way == way
    assert said in outlook_words(found, Decimal(50))


def test_one_odd_week_does_not_bend_the_line():
    assert theil_sen([(n, Fraction(n) if n != 5 else Fraction(90)) for n in range(12)])[0] == 1


@pytest.mark.parametrize(
    ("minutes", "driver", "expected"), [((100, 200), (110, 220), "1.00"), ((100, 130), (100, 200), "0.38")]
)
def test_the_elasticities_of_the_design(minutes, driver, expected):
    found = elasticity(tuple(map(Fraction, minutes)), tuple(map(Fraction, driver)))
    assert f"{found:.2f}" == expected


def mean(minutes, driver, coverage=Fraction(1)):
    return Means(W10, W10, Fraction(minutes), Fraction(driver), coverage)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (mean(100, 110), mean(200, 220), Said.LINEAR),
        (mean(100, 100), mean(130, 200), Said.SCALING),
        (mean(100, 100), mean(150, 200), Said.SLOWER),
        (mean(100, 200), mean(50, 100), Said.LINEAR),
        (mean(100, 100), mean(300, 109), Said.STILL),
        (mean(0, 100), mean(300, 200), Said.NOTHING_LOGGED),
        (mean(100, 100), mean(200, 200, Fraction(69, 100)), Said.UNCONFIRMED),
        (mean(100, 100), mean(200, 200, Fraction(84, 100)), Said.UNCONFIRMED),
        (mean(100, 100, None), mean(200, 200), Said.UNCONFIRMED),
    ],
)
def test_growth_is_said_only_where_the_driver_moved_and_the_log_is_known(before, after, said):
    assert judge_growth(before, after).said == said


def test_a_value_holds_until_the_next_and_for_thirteen_weeks():
    series = Series({W10: Decimal(100), W10 + timedelta(days=10): Decimal(120)})
    assert (series.on(W10 - timedelta(days=1)), series.on(W10 + timedelta(days=9))) == (None, 100)
    assert series.on(W10 + timedelta(days=10, weeks=13)) == 120
    assert series.on(W10 + timedelta(days=11, weeks=13)) is None
    assert known_weeks(series, W10, monday(3)) == [monday(0), monday(1), monday(2)]
    assert known_weeks(series, None, monday(3)) == []
    assert windows([monday(n) for n in range(15)]) is None
    assert windows([monday(n) for n in range(17)])[1][0] == monday(9)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2026-03-01,110\n01.04.2026,120", "Line 2: “01.04.2026” is no day"),
        ("2026-03-01,a lot", "Line 1: “a lot” is no number"),
        ("2026-02-30,5", "Line 1: “2026-02-30” is no day"),
        ("2026-03-01,0", "Line 1: The number must be more than zero"),
        ("2026-03-01,1\n\n2026-03-01,2", "Line 3: 2026-03-01 stands on line 1"),
        ("2026-03-01,1.23456", "Line 1: The number has more than 4"),
        ("2026-03-01,1,250", "Line 1: “1,250” is no number"),
        ("1066-10-14,1", "Line 1: Give a date between"),
        ("day,value", "Write a day and a number"),
        ("x" * 12 + "\n" * 5_001, "At most 5,000 lines"),
        ("\n".join(["1"] * 12), "And 2 more lines"),
    ],
)
def test_every_wrong_line_is_named_by_its_number(text, problem):
    with pytest.raises(ValidationError) as refusal:
        read_values(text)
    assert any(message.startswith(problem) for message in refusal.value.messages), refusal.value.messages


def test_lines_are_read_as_spreadsheets_give_them():
    assert read_values('\ufeffDay;Hosts\n2026-03-01;110\n"2026-04-01"\t"120.5"\n2026-05-01,\n') == {
        date(2026, 3, 1): Decimal(110),
        date(2026, 4, 1): Decimal("120.5"),
        date(2026, 5, 1): None,
    }


@pytest.fixture
def hosts(bob, payments, checkout):
    return operations.add_driver(name="Hosts", unit="hosts", team=payments, service=checkout, by=bob)


def test_values_are_put_changed_and_taken_away_and_the_trail_says_so(hosts, bob, charlie, alice):
    first, second = {date(2026, 3, 1): Decimal(110)}, {date(2026, 3, 1): Decimal(120), date(2026, 4, 1): None}
    for values in (first, first, second):
        operations.put_driver_values(hosts, values, by=bob)
    assert list(hosts.values.values_list("value", flat=True)) == [120]
    said = AuditEvent.objects.filter(verb="toil_driver.values_put").order_by("pk")
    assert [event.changes["value"] for event in said] == [[None, "110"], ["110.0000", "120"]]
    with pytest.raises(PermissionDenied):
        operations.put_driver_values(hosts, first, by=charlie)
    with pytest.raises(ValidationError, match="service or a source"):
        operations.edit_driver(hosts, changes={"service": None}, by=alice)
    edited = operations.edit_driver(hosts, changes={"unit": "machines"}, seen=1, by=alice)
    with pytest.raises(StaleVersion):
        operations.remove_driver(edited, seen=1, by=alice)
    operations.remove_driver(edited, seen=2, by=alice)
    assert not DriverValue.objects.exists()


def test_a_driver_of_one_source_is_kept_by_the_team_of_the_source(
    bob, alice, payments, search, quota, checkout, web, api
):
    foreign = operations.add_source(name="Index", slug="index", team=search, by=make_user(team=search))
    sent = {"name": "Hosts", "unit": "hosts", "team": "payments", "source": "index"}
    answer = api(bob).post("/api/v1/toil-drivers/", sent)
    assert (answer.status_code, "a source of Search" in str(answer.json()["errors"]["source"])) == (400, True)
    page = web(bob).post("/toil/drivers/new/", sent).content.decode()
    assert 'aria-invalid="true"' in page
    assert '"index"' not in web(bob).get("/toil/drivers/new/").content.decode().split("<main")[1]
    own = operations.add_driver(name="Hosts", unit="hosts", team=payments, source=quota, by=bob)
    with pytest.raises(ValidationError, match="a source of Search"):
        operations.edit_driver(own, changes={"source": foreign}, by=bob)
    operations.edit_source(quota, changes={"team": search}, by=make_user(org_role="admin"))
    renamed = {
        "name": "Machines",
        "team": payments,
        "source": quota,
    }  # it moved away, and may still be renamed
    assert operations.edit_driver(own, changes=renamed, by=bob).name == "Machines"
    operations.edit_driver(own, changes={"source": None, "service": checkout}, by=bob)
    assert Driver.objects.get().source is None


def test_twice_the_hosts_are_twice_the_work_on_the_page_of_the_source(
    hosts, quota, bob, log_weeks, web, api, time_machine
):
    log_weeks(quota, [100] * 8 + [200] * 8)
    page = web(bob).post(
        f"/toil/drivers/{hosts.uuid}/values/", {"lines": "2026-03-01,110\n2026-04-27,220\nnonsense"}
    )
    assert "Line 3: “nonsense” is no day" in page.content.decode()
    assert "2026-04-27,220" in page.content.decode()
    assert not hosts.values.exists()
    url = f"/api/v1/toil-drivers/{hosts.uuid}/values/"
    put = {"values": [{"day": "2026-03-01", "value": 110}, {"day": "2026-04-27", "value": 220}]}
    assert api(bob).put(url, put, format="json").json()["latest"] == 220
    assert api(bob).put(url, {"lines": "2026-03-01,x"}, format="json").json()["errors"]["lines"]
    assert [row["value"] for row in api(bob).get(url).json()] == [110, 220]
    [found] = measured_growth(quota, monday(16))
    assert (found.growth.said, round(found.growth.elasticity, 2), found.growth.grows) == (
        Said.LINEAR,
        1,
        True,
    )
    time_machine.move_to(at(monday(16)), tick=False)
    page = web(bob).get("/toil/sources/quota/").content.decode()
    assert "measured" in page
    assert "elasticity 1.00" in page
    assert measured_growth(quota, monday(15))[0].growth.said == Said.FEW_WEEKS
    assert Driver.objects.of_source(quota).count() == 1
