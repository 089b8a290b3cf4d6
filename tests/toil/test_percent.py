"""The exact share and how it is shown: the worked examples A10, A11, A15 and A16."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.toil.percent import Share, total


def hours(toil, capacity):
    return Share(int(toil * 3600), Decimal(capacity) * 60)


def test_half_a_tenth_rounds_up():
    assert hours(15, 48).shown() == "31.3%"
    assert hours(3, 16).shown() == "18.8%"


def test_a10_a_divided_person_is_measured_against_what_each_team_has_of_them():
    assert hours(12, 24).shown() == "50.0%"
    assert hours(2, 16).shown() == "12.5%"
    assert total([hours(12, 24), hours(2, 16)]).shown() == "35.0%"


def test_a11_the_organisation_is_a_sum_over_a_sum():
    parts = [hours(12, 24), hours(40, 160)]
    assert total(parts).shown() == "28.3%"
    assert sum(part.exact for part in parts) / 2 == Fraction(75, 2)


def test_a15_without_capacity_there_is_no_percentage():
    assert (hours(0, 0).exact, hours(0, 0).rounded(), hours(0, 0).shown()) == (None, None, "no capacity")
    assert hours(2, 0).exact is None
    assert hours(2, 0).flags() == ["no_capacity"]
    assert not hours(2, 0).is_over()


def test_a16_the_cap_is_compared_exactly_and_shown_with_the_decimals_that_tell():
    above, below = Share(1201 * 60, Decimal(2400)), Share(1199 * 60, Decimal(2400))
    assert (above.shown(), below.shown()) == ("50.04%", "49.96%")
    assert (above.is_over(), below.is_over()) == (True, False)
    assert Share(1200 * 60, Decimal(2400)).shown() == "50.0%"
    assert not Share(1200 * 60, Decimal(2400)).is_over()


def test_a16_holds_for_the_cap_of_a_team():
    assert Share(841 * 60, Decimal(2400)).shown(Decimal(35)) == "35.04%"
    assert Share(1201 * 60, Decimal(2400)).shown(Decimal(35)) == "50.0%"


def test_more_toil_than_capacity_is_shown_and_flagged():
    assert hours(46, 40).shown() == "115.0%"
    assert hours(46, 40).flags() == ["over_cap", "over_100"]


shares = st.builds(Share, st.integers(0, 10**7), st.integers(0, 10**6).map(lambda n: Decimal(n) / 100))


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(shares, max_size=8))
def test_there_is_no_percentage_exactly_when_there_is_no_capacity(parts):
    whole = total(parts)
    assert (whole.exact is None) == (whole.capacity_minutes == 0)
    assert total(reversed(parts)) == whole
