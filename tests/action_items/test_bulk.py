"""Many items at once: looked at first, changed by their own rules, and taken back for a while."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.action_items.models import ActionItem, BulkChange
from apps.action_items.operations import (
    BulkWish,
    apply_bulk_change,
    edit_action_item,
    forget_old_bulk_changes,
    preview_bulk_change,
    undo_bulk_change,
)
from apps.audit.models import AuditEvent
from apps.core.errors import CHANGED_MEANWHILE, Conflict
from apps.core.many import SAME
from apps.notifications.models import OutboxMail
from apps.webhooks.events import types_of
from tests.action_items.conftest import NOW
from tests.factories import make_action_item, make_incident
from tests.security.doors import state_of_tables

pytestmark = pytest.mark.django_db
URL = "/action-items/"
API = "/api/v1/action-item-changes/"
LATER = date(2026, 12, 16)


@pytest.fixture
def foreign(charlie):
    """Neither of the team nor anybody's in it."""
    return make_action_item(title="Rotate the keys of the archive", owner=charlie, by=charlie)


def looked_at(*items):
    return [(item, item.version) for item in items]


def rows_of(change):
    return {row.item.key: row for row in change.rows.select_related("item")}


def fresh(item):
    return ActionItem.objects.get(pk=item.pk)


def test_a_preview_says_what_becomes_of_each_and_why_not_and_changes_nothing(
    promised, proposal, foreign, alice, now
):
    before = state_of_tables()
    wish = BulkWish(changes={"owner": alice, "priority": 1}, due_on=LATER, reason="The vendor is late")
    told = preview_bulk_change(looked_at(promised, proposal, foreign), wish, by=alice, now=now)
    assert {row.item.key: row.changes for row in told} == {
        promised.key: {
            "owner": ["Bob", "Alice"],
            "priority": ["P2", "P1"],
            "due_on": ["2026-12-02", "2026-12-16"],
        },
        proposal.key: {"owner": ["", "Alice"], "priority": ["P2", "P1"], "due_on": ["", "2026-12-16"]},
        foreign.key: {},
    }
    assert told[-1].refusal == "You can see this, but you may not change it."
    assert state_of_tables() == before


def test_each_item_changes_by_its_own_rules_and_leaves_its_own_trail(promised, foreign, alice, now):
    wish = BulkWish(changes={"owner": alice}, due_on=LATER, reason="The vendor is late")
    change = apply_bulk_change(looked_at(promised, foreign), wish, by=alice, now=now)
    row = fresh(promised)
    assert (row.owner, row.due_on, row.slip_count, row.first_due_on) == (alice, LATER, 1, date(2026, 12, 2))
    assert row.next_reminder_at.date() == date(2026, 12, 11)  # three working days before the new date
    assert [each.reason for each in row.redatings.all()] == ["The vendor is late"]
    verbs = set(AuditEvent.objects.filter(object_key=row.key).values_list("verb", flat=True))
    assert {"action_item.edited", "action_item.redated"} <= verbs
    whole = AuditEvent.objects.get(verb="bulk_change.applied")
    assert (whole.object_key, whole.changes["action_items"]) == (str(change.uuid), [None, 1])
    told = rows_of(change)
    assert (told[foreign.key].refusal, told[foreign.key].before) == (
        "You can see this, but you may not change it.",
        {},
    )
    assert fresh(foreign).version == foreign.version


def test_a_move_of_many_is_the_move_of_each(promised, proposal, bob, alice, now):
    """A proposal cannot be done, and who is done with a P2 has it verified by the policy."""
    change = apply_bulk_change(looked_at(promised, proposal), BulkWish(to="done"), by=alice, now=now)
    assert rows_of(change)[promised.key].changes == {"status": ["Open", "Verified"]}
    assert "cannot become done" in rows_of(change)[proposal.key].refusal
    assert fresh(proposal).status == "proposed"
    again = preview_bulk_change(looked_at(fresh(promised)), BulkWish(to="verified"), by=alice, now=now)
    assert [row.refusal for row in again] == [SAME]


def test_proposals_are_committed_together_with_what_each_of_them_lacks(alice, bob, payments, now):
    ready = make_action_item(status="proposed", due_on=None, first_due_on=None, team=payments, by=alice)
    vague = make_action_item(status="proposed", due_on=None, done_when="", team=payments, by=alice)
    wish = BulkWish(changes={"owner": bob}, due_on=LATER, to="open")
    change = apply_bulk_change(looked_at(ready, vague), wish, by=alice, now=now)
    assert (fresh(ready).status, fresh(ready).owner, fresh(ready).first_due_on) == ("open", bob, LATER)
    assert "how everybody can tell" in rows_of(change)[vague.key].refusal
    assert (fresh(vague).owner, fresh(vague).due_on) == (None, None)  # all of it, or nothing
    assert OutboxMail.objects.filter(recipient=bob, kind="assigned").count() == 1


def test_what_somebody_changed_since_it_was_looked_at_is_left_alone(promised, alice, bob, now):
    seen = looked_at(promised)
    edit_action_item(promised, changes={"priority": 0}, by=bob, now=now)
    change = apply_bulk_change(seen, BulkWish(changes={"priority": 3}), by=alice, now=now)
    assert rows_of(change)[promised.key].refusal == CHANGED_MEANWHILE
    assert fresh(promised).priority == 0


def test_undo_gives_back_what_nobody_has_touched_since_and_says_what_it_could_not(
    promised, proposal, alice, bob, payments, now
):
    late = make_action_item(owner=bob, team=payments, due_on=date(2026, 11, 2), by=alice)
    before = {item.pk: fresh(item) for item in (promised, proposal, late)}
    wish = BulkWish(changes={"owner": alice, "priority": 3}, due_on=LATER, reason="After the freeze")
    change = apply_bulk_change(looked_at(promised, proposal, late), wish, by=alice, now=now)
    edit_action_item(proposal, changes={"title": "Cap them all"}, by=bob, now=now)
    soon = now + timedelta(minutes=14)
    undo_bulk_change(change, by=alice, now=soon)
    for item in (promised, late):
        row, was = fresh(item), before[item.pk]
        for name in ("owner", "priority", "due_on", "first_due_on", "slip_count", "slipped_days", "status"):
            assert getattr(row, name) == getattr(was, name), name
        assert row.due_version > was.due_version
        assert [each.to_date for each in row.redatings.all()] == [LATER, was.due_on]  # history keeps both
        assert row.next_reminder_at is not None
    assert fresh(proposal).owner == alice
    assert rows_of(change)[proposal.key].undo_refusal == CHANGED_MEANWHILE
    assert AuditEvent.objects.filter(verb="action_item.restored").count() == 2
    mails = OutboxMail.objects.filter(recipient=bob)
    assert mails.filter(kind="assigned").count() == 1  # from alice, at first
    assert mails.filter(kind="item_changed").count() == 4  # two went from him, and came back


def test_undo_takes_a_move_back_with_all_that_came_with_it(promised, alice, now):
    change = apply_bulk_change(
        looked_at(promised), BulkWish(to="done", evidence_note="Refused on 3 May"), by=alice, now=now
    )
    undo_bulk_change(change, by=alice, now=now)
    row = fresh(promised)
    assert (row.status, row.done_at, row.done_by, row.verified_at) == ("open", None, None, None)
    assert (row.evidence_note, row.effectiveness_check_on) == ("", None)
    assert [move.to_status for move in row.moves.all()] == ["done", "verified", "open"]
    assert row.next_reminder_at == promised.next_reminder_at
    event = AuditEvent.objects.get(verb="action_item.restored")
    assert types_of(event.verb, event.changes) == ("action_item.reopened", "action_item.moved")


def test_undo_is_for_who_did_it_once_and_for_a_quarter_of_an_hour(promised, alice, bob, root, now):
    change = apply_bulk_change(looked_at(promised), BulkWish(changes={"priority": 3}), by=alice, now=now)
    for other in (bob, root):
        with pytest.raises(PermissionDenied):
            undo_bulk_change(change, by=other, now=now)
    with pytest.raises(Conflict, match="time for it is over"):
        undo_bulk_change(change, by=alice, now=now + timedelta(minutes=15, seconds=1))
    undo_bulk_change(change, by=alice, now=now)
    with pytest.raises(Conflict, match="already"):
        undo_bulk_change(change, by=alice, now=now)
    assert fresh(promised).priority == 2


def test_what_nobody_can_take_back_any_more_is_forgotten_after_a_month(promised, alice, now):
    apply_bulk_change(looked_at(promised), BulkWish(changes={"priority": 3}), by=alice, now=now)
    assert forget_old_bulk_changes(now + timedelta(days=30)) == 0
    forget_old_bulk_changes(now + timedelta(days=30, seconds=1))
    assert not BulkChange.objects.exists()
    assert fresh(promised).priority == 3


def test_nothing_returns_to_somebody_who_can_no_longer_own_it(promised, alice, bob, now):
    change = apply_bulk_change(looked_at(promised), BulkWish(changes={"owner": alice}), by=alice, now=now)
    type(bob).objects.filter(pk=bob.pk).update(is_active=False)
    undo_bulk_change(change, by=alice, now=now)
    assert "cannot own" in rows_of(change)[promised.key].undo_refusal
    assert fresh(promised).owner == alice


def test_nobody_changes_nothing_and_nobody_changes_too_much(promised, ada, alice, now):
    with pytest.raises(ValidationError, match="Say what"):
        apply_bulk_change(looked_at(promised), BulkWish(), by=alice, now=now)
    with pytest.raises(ValidationError, match="At most 100"):
        apply_bulk_change([(promised, None)] * 101, BulkWish(to="done"), by=alice, now=now)
    with pytest.raises(PermissionDenied):
        apply_bulk_change(looked_at(promised), BulkWish(to="done"), by=ada, now=now)
    assert not BulkChange.objects.exists()


def test_the_walk_through_the_pages(web, alice, bob, promised, proposal, foreign):
    client = web(alice)
    chosen = {"selected": [promised.key, proposal.key, foreign.key], "do": "any", "next": f"{URL}?team=mine"}
    page = client.get(f"{URL}bulk/", chosen)
    assert [item.key for item in page.context["rows"]] == [promised.key, foreign.key, proposal.key]
    empty = client.post(f"{URL}bulk/", chosen)
    assert "Say what is to change" in empty.content.decode()
    preview = client.post(f"{URL}bulk/", chosen | {"priority": "0", "to": "in_progress"})
    text = preview.content.decode()
    assert "1 action item would change, 2 would stay as they are" in text
    assert "cannot become in progress" in text
    back = client.post(f"{URL}bulk/", chosen | {"priority": "0", "to": "in_progress", "back": "1"})
    assert back.context["form"]["priority"].value() == "0"
    sent = chosen | {"priority": "0", "to": "in_progress", "rows": [f"{promised.key}:1"], "once": "x"}
    first, second = (client.post(f"{URL}bulk/apply/", sent)["Location"] for _ in range(2))
    assert first == second == BulkChange.objects.get().get_absolute_url()
    result = client.get(first).content.decode()
    assert "1 action item changed" in result
    assert fresh(promised).priority == 0
    for address in (URL, f"{URL}board/"):
        assert first in client.get(address).content.decode()  # the way back is not lost with the page
        assert first not in web(bob).get(address).content.decode()
    assert "Taken back" in client.post(f"{first}undo/", follow=True).content.decode()
    assert first not in client.get(URL).content.decode()
    assert (fresh(promised).priority, fresh(promised).status) == (2, "open")
    assert "already" in client.post(f"{first}undo/", follow=True).content.decode()


def test_all_that_match_are_chosen_by_the_filter_and_a_wrong_filter_chooses_none(
    web, alice, promised, proposal, settings
):
    client = web(alice)
    page = client.get(f"{URL}bulk/?all=1&status=committed")
    assert [item.key for item in page.context["rows"]] == [promised.key]
    for wrong in ("owner=nobody-of-this-name", "status=nonsense", "q=ZEBRA"):
        assert "Nothing is selected" in client.get(f"{URL}bulk/?all=1&{wrong}").content.decode()
    elsewhere = client.get(f"{URL}bulk/?selected=ACT-999&next=//evil.example").content.decode()
    assert "Nothing is selected" in elsewhere
    assert "evil.example" not in elsewhere


def test_what_is_too_much_for_one_change_is_said_and_not_dropped(web, alice, payments):
    make_action_item(team=payments, by=alice)
    many = ActionItem.objects.bulk_create(
        ActionItem(number=n, key=f"ACT-{n}", title="X", status_since=NOW, team=payments, created_by=alice)
        for n in range(100, 203)
    )
    client, keys = web(alice), [item.key for item in many]
    for page in (
        client.get(f"{URL}bulk/", {"selected": keys}),
        client.get(f"{URL}bulk/?all=1&status=proposed"),
    ):
        assert (len(page.context["rows"]), page.context["left_out"]) == (100, 3)
        assert "These are the first 100 of 103 that match" in page.content.decode()
    sent = client.post(f"{URL}bulk/apply/", {"rows": [f"{key}:1" for key in keys], "priority": "0"})
    assert "At most 100" in sent.content.decode()
    assert not BulkChange.objects.exists()


def test_programs_preview_change_and_take_back(api, alice, bob, promised, proposal):
    program, body = api(alice), {"items": [{"key": promised.key, "version": 1}], "priority": "P0"}
    told = program.post(f"{API}preview/", body, format="json").json()
    assert told == {"rows": [{"key": promised.key, "changes": {"priority": ["P2", "P0"]}, "refusal": ""}]}
    made = program.post(API, body, format="json", headers={"Idempotency-Key": "k"})
    again = program.post(API, body, format="json", headers={"Idempotency-Key": "k"})
    assert (made.status_code, again.json(), again["Idempotency-Replayed"]) == (201, made.json(), "true")
    where = f"{API}{made.json()['id']}/"
    assert program.get(where).json() == made.json()
    assert api(bob).get(where).status_code == api(bob).post(f"{where}undo/").status_code == 404
    assert program.post(f"{where}undo/").json()["undone_at"]
    assert program.post(f"{where}undo/").status_code == 409
    assert fresh(promised).priority == 2
    found = program.post(f"{API}preview/", {"filter": "status=proposed", "owner": "bob"}, format="json")
    assert [row["key"] for row in found.json()["rows"]] == [proposal.key]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"priority": "P0"}, "non_field_errors"),
        ({"items": [], "filter": "q=x", "priority": "P0"}, "non_field_errors"),
        ({"filter": "owner=zz&nonsense=1", "priority": "P0"}, "filter"),
        ({"filter": "status=open"}, "non_field_errors"),
        ({"filter": "status=open", "to": "duplicate"}, "to"),
        ({"filter": "status=open", "title": "All alike"}, "title"),
    ],
)
def test_a_wrong_body_names_its_field(api, alice, promised, body, field):
    answer = api(alice).post(API, body, format="json")
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


def test_T08_one_hidden_key_among_own_ones_changes_nothing_and_is_not_pointed_out(
    web, api, alice, root, promised, secret, now
):
    hidden = make_action_item(title="ZEBRA item", incident=secret, by=root)
    texts = set()
    for key in (hidden.key, "ACT-998"):
        body = {"items": [{"key": promised.key}, {"key": key}], "priority": "P0"}
        answer = api(alice).post(API, body, format="json")
        texts.add((answer.status_code, str(answer.json()["errors"])))
    assert len(texts) == 1
    assert fresh(promised).version == 1
    page = web(alice).get(f"{URL}bulk/", {"selected": [promised.key, hidden.key]})
    assert [item.key for item in page.context["rows"]] == [promised.key]


def test_what_was_hidden_since_is_neither_shown_nor_taken_back(web, api, alice, root, now):
    incident = make_incident(by=root)
    item = make_action_item(title="ZEBRA item", incident=incident, owner=alice, by=root)
    change = apply_bulk_change(looked_at(item), BulkWish(to="done"), by=alice, now=now)
    type(incident).objects.filter(pk=incident.pk).update(is_private=True)
    assert "ZEBRA" not in web(alice).get(change.get_absolute_url()).content.decode()
    assert api(alice).get(change.get_api_url()).json()["rows"] == []
    undo_bulk_change(change, by=alice, now=now)
    assert fresh(item).status == "verified"
