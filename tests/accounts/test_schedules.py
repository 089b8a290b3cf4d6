from datetime import date, time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.accounts.models import Absence, CapacityChange, WorkSchedule
from apps.accounts.operations import add_absence, remove_absence, set_schedule
from apps.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
WED, MAY = date(2026, 3, 4), date(2026, 5, 1)
HALF = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), 240)


def spans(person):
    return list(
        WorkSchedule.objects.filter(user=person).order_by("valid_from").values_list("valid_from", "valid_to")
    )


def changed(person):
    return list(CapacityChange.objects.filter(user=person).order_by("pk").values_list("since", "until"))


def test_a_new_schedule_ends_the_former_on_its_first_day(alice):
    set_schedule(alice, valid_from=WED, by=alice, **HALF)
    assert spans(alice) == [(date(2020, 1, 1), WED), (WED, None)]
    assert changed(alice) == [(WED, None)]
    assert AuditEvent.objects.get(verb="schedule.set").changes["mon"] == [480, 240]


def test_a_schedule_before_a_planned_one_ends_where_that_begins(alice):
    set_schedule(alice, valid_from=MAY, by=alice, mon=0)
    set_schedule(alice, valid_from=WED, by=alice, **HALF)
    assert spans(alice) == [(date(2020, 1, 1), WED), (WED, MAY), (MAY, None)]
    assert changed(alice)[-1] == (WED, MAY)


def test_the_first_schedule_may_lie_before_one_that_is_planned(charlie):
    charlie.schedules.all().delete()
    set_schedule(charlie, valid_from=MAY, by=charlie)
    set_schedule(charlie, valid_from=WED, by=charlie)
    assert spans(charlie) == [(WED, MAY), (MAY, None)]


def test_setting_the_same_day_again_replaces_its_hours(alice):
    set_schedule(alice, valid_from=WED, by=alice, **HALF)
    set_schedule(alice, valid_from=WED, by=alice, **HALF | {"fri": 0})
    assert len(spans(alice)) == 2
    assert WorkSchedule.objects.filter(user=alice).on(WED).get().fri == 0


def test_the_same_hours_need_no_new_schedule(alice):
    set_schedule(alice, valid_from=WED, by=alice)
    assert len(spans(alice)) == 1
    assert changed(alice) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"mon": 1441}, "mon"), ({"window_start": time(18), "window_end": time(9)}, "window_end")],
)
def test_impossible_hours_are_refused(alice, fields, field):
    with pytest.raises(ValidationError) as refusal:
        set_schedule(alice, valid_from=WED, by=alice, **fields)
    assert field in refusal.value.message_dict


def test_a_lead_plans_for_members_and_members_only_for_themselves(alice, bob, ada):
    set_schedule(bob, valid_from=WED, by=alice, **HALF)
    for user in (bob, ada):
        with pytest.raises(PermissionDenied):
            set_schedule(alice, valid_from=WED, by=user, **HALF)


def test_leave_comes_and_goes_with_its_days_marked_as_changed(bob, alice):
    row = add_absence(bob, first_on=WED, last_on=date(2026, 3, 6), reason="Holiday", by=bob)
    remove_absence(row, by=alice)
    assert not Absence.objects.exists()
    assert changed(bob) == [(WED, date(2026, 3, 7))] * 2
    event = AuditEvent.objects.get(verb="absence.removed")
    assert event.changes["days"] == ["2026-03-04 to 2026-03-06", None]
    assert "Holiday" not in str(AuditEvent.objects.values_list("changes", flat=True))


@pytest.mark.parametrize("last", [date(2026, 3, 3), date(2200, 1, 1)])
def test_leave_ends_on_a_reasonable_day_not_before_it_begins(bob, last):
    with pytest.raises(ValidationError):
        add_absence(bob, first_on=WED, last_on=last, by=bob)


def test_a_day_is_taken_off_once_and_parts_of_it_add_up(bob):
    add_absence(bob, first_on=WED, last_on=date(2026, 3, 6), by=bob)
    for kw in ({}, {"minutes": 60}, {"is_half": True}):
        with pytest.raises(ValidationError, match="is away on 2026-03-04 to 2026-03-06 already"):
            add_absence(bob, first_on=date(2026, 3, 6), last_on=date(2026, 3, 9), by=bob, **kw)
    for minutes in (60, 90):
        add_absence(bob, first_on=MAY, last_on=MAY, minutes=minutes, by=bob)
    with pytest.raises(ValidationError):
        add_absence(bob, first_on=MAY, last_on=MAY, by=bob)
    assert Absence.objects.count() == 3


def test_removing_an_absence_twice_is_harmless(bob):
    row = add_absence(bob, first_on=WED, last_on=WED, by=bob)
    remove_absence(row, by=bob)
    row.pk = 1
    remove_absence(row, by=bob)
    assert AuditEvent.objects.filter(verb="absence.removed").count() == 1


def test_hours_are_said_in_few_words(alice):
    assert WorkSchedule().in_words == "Mon to Fri 8 h"
    assert WorkSchedule(wed=0, fri=450, sat=60).in_words == "Mon to Tue 8 h, Thu 8 h, Fri 7.5 h, Sat 1 h"


def test_auditors_read_nothing_of_hours_and_leave(bob, ada, root):
    set_schedule(bob, valid_from=WED, by=bob, **HALF)
    row = add_absence(bob, first_on=WED, last_on=WED, by=bob)
    remove_absence(row, by=bob)
    assert AuditEvent.objects.visible_to(root).count() == 3
    assert not AuditEvent.objects.visible_to(ada).exists()
