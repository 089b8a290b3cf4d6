from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from apps.action_items.models import ActionItem
from apps.action_items.operations import add_action_item, assign, edit_action_item, redate
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, StaleVersion
from apps.postmortems.models import Postmortem
from apps.postmortems.operations import add_action_item as add_to_postmortem
from apps.postmortems.operations import draft_postmortem
from tests.factories import make_incident, make_service, make_user

pytestmark = pytest.mark.django_db


def event(verb):
    return AuditEvent.objects.get(verb=f"action_item.{verb}")


def test_a_new_item_is_a_proposal_that_nobody_is_reminded_of(proposal, alice):
    assert (proposal.key, proposal.status, proposal.source) == ("ACT-1", "proposed", "manual")
    assert proposal.next_reminder_at is None
    assert event("added").changes["title"] == [None, proposal.title]
    assert event("added").actor == alice


def test_a_promise_needs_owner_date_and_end_state_and_all_that_is_missing_is_named_at_once(alice, now):
    with pytest.raises(ValidationError) as refusal:
        add_action_item(title="Cap retries", commit=True, by=alice, now=now)
    assert set(refusal.value.message_dict) == {"owner", "due_on", "done_when"}
    assert not ActionItem.objects.exists()


def test_a_promise_remembers_its_first_date_and_reminds_its_owner(promised, now):
    assert (promised.status, promised.first_due_on, promised.committed_at) == ("open", date(2026, 12, 2), now)
    assert promised.next_reminder_at == datetime(2026, 11, 27, 9, tzinfo=UTC)  # three working days before


def test_an_item_of_a_service_belongs_to_its_team_and_one_of_an_incident_says_so(bob, checkout, now):
    item = add_action_item(title="X", service=checkout, incident=make_incident(), by=bob, now=now)
    assert (item.team, item.source) == (checkout.owner_team, "incident")


def test_the_auditor_adds_nothing(ada, now):
    with pytest.raises(PermissionDenied):
        add_action_item(title="X", by=ada, now=now)


def test_only_somebody_active_who_writes_can_own_an_item(alice, ada, now):
    for person in (ada, make_user("gone", is_active=False)):
        with pytest.raises(ValidationError) as refusal:
            add_action_item(title="X", owner=person, by=alice, now=now)
        assert "owner" in refusal.value.message_dict


def test_nobody_owns_an_item_of_an_incident_they_may_not_see(root, bob, secret, now):
    with pytest.raises(ValidationError, match="may not see"):
        add_action_item(title="X", owner=bob, incident=secret, by=root, now=now)
    item = add_action_item(title="X", incident=secret, by=root, now=now)
    with pytest.raises(ValidationError, match="may not see"):
        assign(item, owner=bob, by=root, now=now)
    item.refresh_from_db()
    assert item.owner is None


def test_texts_that_are_too_long_are_refused_on_their_field(alice, now):
    with pytest.raises(ValidationError) as refusal:
        add_action_item(title="x" * 201, by=alice, now=now)
    assert "title" in refusal.value.message_dict


def test_an_edit_leaves_before_and_after(promised, bob, now):
    row = edit_action_item(promised, changes={"priority": 1, "title": "Refuse it"}, seen=1, by=bob, now=now)
    assert (row.version, row.priority) == (2, 1)
    assert event("edited").changes == {"priority": [2, 1], "title": [promised.title, "Refuse it"]}


def test_an_edit_that_changes_nothing_leaves_no_event(promised, bob, now):
    assert edit_action_item(promised, changes={"title": promised.title}, by=bob, now=now).version == 1
    assert not AuditEvent.objects.filter(verb="action_item.edited").exists()


def test_an_edit_from_an_old_version_is_refused(promised, bob, alice, now):
    edit_action_item(promised, changes={"title": "Other"}, seen=1, by=alice, now=now)
    with pytest.raises(StaleVersion):
        edit_action_item(promised, changes={"title": "Mine"}, seen=1, by=bob, now=now)


def test_strangers_and_auditors_edit_nothing(promised, charlie, ada, now):
    for person in (charlie, ada):
        with pytest.raises(PermissionDenied):
            edit_action_item(promised, changes={"title": "Mine"}, by=person, now=now)


def test_a_promise_keeps_its_date_its_owner_and_its_end_state(promised, bob, now):
    changes = {"due_on": date(2027, 1, 1), "owner": None, "done_when": " "}
    with pytest.raises(ValidationError) as refusal:
        edit_action_item(promised, changes=changes, by=bob, now=now)
    assert set(refusal.value.message_dict) == set(changes)


def test_the_date_of_a_proposal_is_free(proposal, alice, now):
    row = edit_action_item(proposal, changes={"due_on": date(2027, 1, 4)}, by=alice, now=now)
    assert (row.due_on, row.first_due_on, row.slip_count) == (date(2027, 1, 4), None, 0)


def test_handing_over_re_arms_the_reminder_in_the_new_owners_zone(promised, bob, payments, now):
    yuki = make_user("yuki", team=payments, time_zone="Asia/Tokyo")
    row = assign(promised, owner=yuki, by=bob, now=now)
    assert (row.owner, row.due_version) == (yuki, 2)
    assert row.next_reminder_at == datetime(2026, 11, 27, 0, tzinfo=UTC)
    assert event("assigned").changes["owner"] == ["bob", "yuki"]


def test_what_is_settled_keeps_its_owner(promised, alice, bob, now):
    ActionItem.objects.filter(pk=promised.pk).update(status="done")
    with pytest.raises(Conflict) as refusal:
        assign(promised, owner=alice, by=bob, now=now)
    assert refusal.value.allowed == ["verified", "open"]


def test_moving_a_date_keeps_the_first_and_counts_slip_and_days(promised, bob, now):
    later = redate(promised, due_on=date(2026, 12, 9), reason="The vendor answers late", by=bob, now=now)
    assert (later.first_due_on, later.slip_count, later.slipped_days, later.due_version) == (
        date(2026, 12, 2),
        1,
        7,
        2,
    )
    assert later.next_reminder_at.date() == date(2026, 12, 4)
    earlier = redate(later, due_on=date(2026, 12, 7), reason="They were quick", by=bob, now=now)
    assert (earlier.slip_count, earlier.slipped_days, earlier.due_version) == (1, 5, 3)
    assert [(row.from_date.day, row.to_date.day, row.reason) for row in promised.redatings.all()] == [
        (2, 9, "The vendor answers late"),
        (9, 7, "They were quick"),
    ]
    changes = AuditEvent.objects.filter(verb="action_item.redated").last().changes
    assert changes["due_on"] == ["2026-12-02", "2026-12-09"]
    assert changes["reason"] == [None, "The vendor answers late"]


@pytest.mark.parametrize(
    ("due_on", "reason", "field"),
    [
        (date(2026, 12, 9), "  ", "reason"),
        (date(2026, 12, 9), "x" * 501, "reason"),
        (date(2026, 12, 2), "Because", "due_on"),
        (date(2026, 11, 17), "Because", "due_on"),
    ],
)
def test_a_new_date_needs_a_reason_and_lies_ahead(promised, bob, now, due_on, reason, field):
    with pytest.raises(ValidationError) as refusal:
        redate(promised, due_on=due_on, reason=reason, by=bob, now=now)
    assert list(refusal.value.message_dict) == [field]
    assert not promised.redatings.exists()


def test_a_proposal_has_no_promised_date_to_move(proposal, alice, now):
    with pytest.raises(Conflict) as refusal:
        redate(proposal, due_on=date(2027, 1, 4), reason="Because", by=alice, now=now)
    assert refusal.value.allowed == ["open", "wont_do", "duplicate"]


def test_strangers_move_no_dates(promised, charlie, now):
    with pytest.raises(PermissionDenied):
        redate(promised, due_on=date(2027, 1, 4), reason="Because", by=charlie, now=now)


def test_deleting_what_an_item_hangs_on_keeps_the_item(root, now):
    incident, service = make_incident(), make_service()
    item = add_action_item(title="X", incident=incident, service=service, by=root, now=now)
    incident.delete()
    service.delete()
    item.refresh_from_db()
    assert (item.incident, item.service) == (None, None)


def test_deleting_a_postmortem_keeps_its_items(bob, now):
    postmortem = draft_postmortem([make_incident(by=bob)], now=now, by=bob)
    item = add_to_postmortem(postmortem, title="X", now=now, by=bob)
    Postmortem.objects.get(pk=postmortem.pk).delete()
    assert ActionItem.objects.get(pk=item.pk).incident == item.incident


def test_no_foreign_key_of_the_database_takes_an_item_along(db):
    """Whoever deletes past the portal is refused, or leaves the item: the keys that items hold cascade nowhere."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_key_list(action_items_actionitem)")
            rules = {row[6] for row in cursor.fetchall()}
        else:
            cursor.execute(
                "SELECT confdeltype FROM pg_constraint WHERE contype = 'f'"
                " AND conrelid = 'action_items_actionitem'::regclass"
            )
            rules = {{"a": "NO ACTION", "c": "CASCADE"}.get(row[0], row[0]) for row in cursor.fetchall()}
    assert rules == {"NO ACTION"}


def delete_past_the_portal(table, pk):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [pk])
    connection.check_constraints()


def test_the_database_refuses_to_delete_an_incident_from_under_its_item(root, now):
    incident = make_incident()
    item = add_action_item(title="X", incident=incident, by=root, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        delete_past_the_portal("incidents_incident", incident.pk)
    assert ActionItem.objects.filter(pk=item.pk, incident=incident).exists()
