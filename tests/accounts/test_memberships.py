from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.accounts.models import CapacityChange, Membership
from apps.accounts.operations import add_member, add_team, change_member, edit_team, end_membership
from apps.audit.models import AuditEvent
from tests.factories import make_team

pytestmark = pytest.mark.django_db
MARCH, WED, MAY = date(2026, 3, 1), date(2026, 3, 4), date(2026, 5, 1)


def spans(person, team):
    rows = Membership.objects.filter(user=person, team=team).order_by("valid_from")
    return [(row.valid_from, row.valid_to, row.allocation_pct, row.role) for row in rows]


def test_a_lead_adds_a_member_and_capacity_is_marked_as_changed(alice, charlie, payments):
    row = add_member(payments, person=charlie, valid_from=WED, allocation_pct=60, by=alice)
    assert row.role == "member"
    change = CapacityChange.objects.get(user=charlie)
    assert (change.since, change.until) == (WED, None)
    event = AuditEvent.objects.get(verb="membership.added")
    assert event.object_key == "payments/charlie"
    assert event.changes["allocation_pct"] == [None, 60]


def test_members_do_not_add_members(bob, charlie, payments):
    with pytest.raises(PermissionDenied):
        add_member(payments, person=charlie, valid_from=WED, by=bob)


@pytest.mark.parametrize(("first", "until"), [(MARCH, None), (MAY, None), (MARCH, date(2026, 4, 2))])
def test_two_memberships_of_one_person_in_one_team_never_overlap(alice, charlie, payments, first, until):
    add_member(payments, person=charlie, valid_from=date(2026, 4, 1), by=alice)
    with pytest.raises(ValidationError) as refusal:
        add_member(payments, person=charlie, valid_from=first, valid_to=until, by=alice)
    assert "valid_from" in refusal.value.message_dict
    assert len(spans(charlie, payments)) == 1
    assert CapacityChange.objects.filter(user=charlie).count() == 1


def test_memberships_may_touch_and_other_teams_do_not_matter(alice, root, charlie, payments):
    add_member(payments, person=charlie, valid_from=MARCH, valid_to=WED, by=alice)
    add_member(payments, person=charlie, valid_from=WED, by=alice)
    add_member(make_team(), person=charlie, valid_from=MARCH, by=root)
    assert charlie.memberships.count() == 3


def test_a_change_begins_a_new_row_and_leaves_the_past_alone(alice, bob, payments):
    old = bob.memberships.get()
    after = change_member(old, since=WED, allocation_pct=40, by=alice)
    assert spans(bob, payments) == [(date(2020, 1, 1), WED, 100, "member"), (WED, None, 40, "member")]
    assert after.uuid != old.uuid
    change = CapacityChange.objects.get(user=bob)
    assert (change.since, change.until) == (WED, None)
    assert AuditEvent.objects.get(verb="membership.changed").changes["allocation_pct"] == [100, 40]


def test_a_change_on_the_first_day_corrects_the_row(alice, charlie, payments):
    row = add_member(payments, person=charlie, valid_from=WED, by=alice)
    assert change_member(row, since=WED, role="lead", by=alice).pk == row.pk
    assert spans(charlie, payments) == [(WED, None, 100, "lead")]


def test_a_change_that_changes_nothing_leaves_no_trace(alice, bob, payments):
    change_member(bob.memberships.get(), since=WED, role="member", by=alice)
    assert len(spans(bob, payments)) == 1
    assert not CapacityChange.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_change_outside_the_membership_is_refused(alice, bob):
    with pytest.raises(ValidationError):
        change_member(bob.memberships.get(), since=date(2019, 12, 31), role="lead", by=alice)


def test_ending_marks_the_days_after_as_changed(alice, bob, payments):
    end_membership(bob.memberships.get(), valid_to=MAY, by=alice)
    end_membership(bob.memberships.get(), valid_to=WED, by=alice)
    changes = CapacityChange.objects.filter(user=bob).order_by("pk").values_list("since", "until")
    assert list(changes) == [(MAY, None), (WED, MAY)]
    assert not payments.memberships.filter(user=bob).on(WED).exists()


def test_a_membership_cannot_end_before_it_began(alice, bob):
    with pytest.raises(ValidationError):
        end_membership(bob.memberships.get(), valid_to=date(2019, 1, 1), by=alice)


def test_an_end_cannot_run_into_the_next_membership(alice, charlie, payments):
    first = add_member(payments, person=charlie, valid_from=MARCH, valid_to=WED, by=alice)
    add_member(payments, person=charlie, valid_from=MAY, by=alice)
    with pytest.raises(ValidationError):
        end_membership(first, valid_to=date(2026, 5, 2), by=alice)


def test_peak_allocation_is_the_busiest_day_to_come(root, charlie, payments):
    for first, share in ((MARCH, 60), (WED, 50), (MAY, 30)):
        until = MAY if share == 50 else None
        team = make_team()
        add_member(team, person=charlie, valid_from=first, valid_to=until, allocation_pct=share, by=root)
    assert charlie.memberships.peak_allocation(MARCH) == 110
    assert charlie.memberships.peak_allocation(MAY) == 90


def test_only_admins_add_teams_and_leads_edit_theirs(alice, bob, root, payments):
    with pytest.raises(PermissionDenied):
        add_team(name="Search", slug="search", by=alice)
    add_team(name="Search", slug="search", by=root)
    edit_team(payments, changes={"toil_cap_pct": 40, "slug": "other"}, by=alice)
    payments.refresh_from_db()
    assert (payments.toil_cap_pct, payments.slug) == (40, "payments")
    with pytest.raises(PermissionDenied):
        edit_team(payments, changes={"name": "Mine"}, by=bob)


@pytest.mark.parametrize("slug", ["new", "payments", "not a slug"])
def test_a_team_needs_a_short_name_of_its_own(root, payments, slug):
    with pytest.raises(ValidationError) as refusal:
        add_team(name="Other", slug=slug, by=root)
    assert "slug" in refusal.value.message_dict
