"""Public holidays: which places there are, and how their days come into people's calendars."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from apps.accounts import operations, tasks
from apps.accounts.calendar import calendars_of
from apps.accounts.holidays import places, public
from apps.accounts.models import CapacityChange, HolidayYear, WorkSchedule
from apps.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
GOOD_FRIDAY, APRIL = date(2026, 4, 3), date(2026, 4, 1)
BAVARIA = {"country": "DE", "subdivision": "BY"}


def read(now=NOW):
    return operations.read_missing_holidays(now, public.public_holidays)


def calendar_of(person):
    return calendars_of([person.pk], date(2026, 1, 1), date(2027, 1, 1))[person.pk]


def test_the_list_of_places_is_what_the_library_knows():
    assert places.FILE.read_text(encoding="utf-8") == public.spell_places()


def test_a_place_is_named_and_one_that_is_none_is_refused_with_those_there_are():
    assert places.place_name("DE", "BY") == "Germany, Bayern"
    assert (places.place_name("NZ", ""), places.place_name("", "")) == ("New Zealand", "")
    for country, part, field, words in (
        ("XX", "", "country", "no calendar"),
        ("", "BY", "country", "country first"),
        ("DE", "XY", "subdivision", "BY (Bayern)"),
        ("SG", "X", "subdivision", "one calendar"),
    ):
        with pytest.raises(ValidationError) as refusal:
            places.check_place(country, part)
        assert words in refusal.value.message_dict[field][0]


def test_a_holiday_is_no_capacity_and_no_working_day_once_its_year_is_read(bob):
    operations.set_schedule(bob, valid_from=date(2026, 1, 1), by=bob, **BAVARIA)
    assert calendar_of(bob).capacity_minutes(GOOD_FRIDAY) == 480
    assert read() == 5
    found = calendar_of(bob)
    assert (found.capacity_minutes(GOOD_FRIDAY), found.holiday_on(GOOD_FRIDAY)) == (0, "Good Friday")
    assert found.add_business_days(date(2026, 4, 2), 1) == date(2026, 4, 7)
    assert found.holiday_on(date(2026, 6, 4)) == "Corpus Christi"  # of Bavaria, not of all Germany
    assert (date(2026, 1, 1), date(2027, 1, 1)) in CapacityChange.objects.values_list("since", "until")


def test_a_year_is_read_once_and_stays_as_it_was_read(bob):
    operations.set_schedule(bob, valid_from=date(2026, 1, 1), by=bob, **BAVARIA)
    read()
    HolidayYear.objects.filter(year=2026).update(days={"2026-03-05": "Day of the Founders"})
    CapacityChange.objects.all().delete()
    assert read() == 0
    assert calendar_of(bob).holiday_on(date(2026, 3, 5)) == "Day of the Founders"
    assert not CapacityChange.objects.exists()
    assert read(NOW.replace(year=2027)) == 1


def test_who_moves_keeps_the_holidays_of_where_they_were(bob):
    operations.set_schedule(bob, valid_from=date(2026, 1, 1), by=bob, **BAVARIA)
    operations.set_schedule(bob, valid_from=APRIL, by=bob, country="US", subdivision="CA")
    read()
    found = calendar_of(bob)
    assert found.holiday_on(date(2026, 1, 6)) == "Epiphany"
    assert found.holiday_on(GOOD_FRIDAY) == ""
    assert found.holiday_on(date(2026, 7, 3)).startswith("Independence Day")


def test_new_hours_keep_the_place_unless_another_is_said(bob):
    operations.set_schedule(bob, valid_from=date(2026, 1, 1), by=bob, **BAVARIA)
    operations.set_schedule(bob, valid_from=APRIL, by=bob, fri=240)
    assert WorkSchedule.objects.filter(user=bob).on(APRIL).get().place == ("DE", "BY")
    operations.set_schedule(bob, valid_from=APRIL, by=bob, fri=240, country="", subdivision="")
    assert WorkSchedule.objects.filter(user=bob).on(APRIL).get().place == ("", "")
    first = AuditEvent.objects.filter(verb="schedule.set").order_by("pk").first()
    assert first.changes["subdivision"] == ["", "BY"]


def test_the_clock_reads_what_is_missing_past_a_place_that_the_library_has_dropped(alice, bob):
    operations.set_schedule(bob, valid_from=date(2026, 1, 1), by=bob, country="NZ")
    operations.set_schedule(alice, valid_from=date(2026, 1, 1), by=alice, **BAVARIA)
    WorkSchedule.objects.filter(user=alice).update(subdivision="DDR")
    assert [tasks.read_missing_holidays(), tasks.read_missing_holidays()] == [10, 0]
    assert calendar_of(bob).holiday_on(date(2026, 2, 6)) == "Waitangi Day"


def test_the_place_is_chosen_in_the_form_and_by_a_program(web, api, bob):
    url = "/people/bob/schedule/"
    page = web(bob).get(url).content.decode()
    assert "Public holidays of" in page
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "8") | {"sat": "0", "sun": "0"}
    sent = {"valid_from": "2026-03-02", "window_start": "09:00", "window_end": "18:00", **week}
    refused = web(bob).post(url, sent | {"country": "DE", "subdivision": "xy"}).content.decode()
    assert "BY (Bayern)" in refused
    assert 'value="XY"' in refused or 'value="xy"' in refused
    assert web(bob).post(url, sent | {"country": "DE", "subdivision": "by"}).status_code == 302
    assert "Public holidays of Germany, Bayern" in web(bob).get("/people/bob/").content.decode()
    route = "/api/v1/users/bob/schedules/"
    assert api(bob).get(route).json()["results"][0]["subdivision"] == "BY"
    answer = api(bob).post(route, {"valid_from": "2026-05-01", "country": "de"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["country"])
