"""Splitting one promise, merging several, and taking that back."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.action_items.models import ActionItem, Reminder
from apps.action_items.operations import (
    add_comment,
    add_dependency,
    add_step,
    edit_action_item,
    edit_step,
    merge_action_items,
    redate,
    split_action_item,
    transition,
    unmerge_action_item,
    unsplit_action_item,
    watch_action_item,
)
from apps.action_items.ties import ties_of
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, StaleVersion
from apps.metrics.promises import NOT_PROMISED
from apps.notifications.kinds import renderer
from apps.notifications.models import OutboxMail
from tests.factories import make_action_item, make_incident
from tests.postmortems.conftest import draft_postmortem

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(promised, alice, bob, charlie, now):
    """Slipped once; with a step, a comment, a watcher, and a link each way."""
    item = redate(promised, due_on=date(2026, 12, 9), reason="The vendor is late", by=bob, now=now)
    add_step(item, text="Ask the vendor", by=bob)
    add_comment(item, body="They answer on Friday", by=bob, now=now)
    watch_action_item(item, is_on=True, by=charlie, now=now)
    before, after = (
        make_action_item(by=alice, owner=alice, title=name, due_on=date(2026, 12, 9)) for name in ("A", "Z")
    )
    add_dependency(item, blocker=before, by=bob, now=now)
    add_dependency(after, blocker=item, by=alice, now=now)
    OutboxMail.objects.all().delete()
    item.refresh_from_db()
    return item


def test_parts_come_from_the_same_and_stay_as_late_as_the_promise_was(late, alice, bob, charlie, root, now):
    incident = make_incident(by=alice)
    ActionItem.objects.filter(pk=late.pk).update(incident=incident, source="incident")
    write_up = draft_postmortem([incident], now=now, by=alice)
    write_up.action_items.add(late)
    wanted = [
        {"title": "Refuse it at the gate", "owner": alice, "priority": 1, "due_on": date(2026, 12, 18)},
        {"title": "Count what was refused", "due_on": date(2026, 12, 4)},
    ]
    gate, count = split_action_item(
        late, parts=wanted, keep={"title": "Name the batches"}, seen=late.version, by=bob, now=now
    )
    late.refresh_from_db()
    assert (late.title, late.due_on, late.status) == ("Name the batches", date(2026, 12, 9), "open")
    assert (gate.owner, gate.priority, gate.status, gate.team, gate.kind) == (
        alice,
        1,
        "open",
        late.team,
        late.kind,
    )
    assert (count.owner, count.priority, count.done_when) == (bob, 2, late.done_when)
    for part, slips, days in ((gate, 2, 16), (count, 1, 2)):
        part.refresh_from_db()
        assert (part.first_due_on, part.slip_count, part.slipped_days) == (date(2026, 12, 2), slips, days)
        assert (part.incident, part.source, part.split_from) == (incident, "incident", late)
        assert part.next_reminder_at
        assert [watch.person for watch in part.watches.all()] == [charlie]
        assert [link.blocker.title for link in part.waits_for.all()] == ["A"]
        assert [link.blocked.title for link in part.holds_up.all()] == ["Z"]
        assert not part.checklist.exists()
        assert not part.comments.exists()
    assert set(write_up.action_items.all()) == {late, gate, count}
    told = set(OutboxMail.objects.values_list("kind", "recipient__slug"))
    assert told == {("assigned", "alice"), ("item_changed", "charlie")}
    assert AuditEvent.objects.get(verb="action_item.split").changes == {
        "parts": [None, [gate.key, count.key]]
    }


def test_what_cannot_be_split_is_not_and_nothing_is_left_half_done(late, bob, charlie, now):
    with pytest.raises(PermissionDenied):
        split_action_item(late, parts=[{"title": "Mine"}], by=charlie, now=now)
    with pytest.raises(StaleVersion):
        split_action_item(late, parts=[{"title": "Old"}], seen=late.version - 1, by=bob, now=now)
    count = ActionItem.objects.count()
    for parts, fields in (
        ([], ["parts"]),
        ([{"title": "One"}] * 11, ["parts"]),
        ([{"title": "One"}, {"title": "Two", "owner": None}], ["owner_2"]),
        ([{"title": "One", "due_on": None}], ["due_on_1"]),
    ):
        with pytest.raises(ValidationError) as refusal:
            split_action_item(late, parts=parts, by=bob, now=now)
        assert list(refusal.value.error_dict) == fields
    done = transition(late, to="done", by=bob, now=now)
    with pytest.raises(Conflict):
        split_action_item(done, parts=[{"title": "Late"}], by=bob, now=now)
    assert ActionItem.objects.count() == count


def test_an_undone_split_closes_its_parts_and_the_item_says_again_what_it_said(
    late, alice, bob, charlie, now
):
    was = (late.title, late.owner, late.priority, late.due_on)
    parts = [{"title": "Refuse it at the gate", "owner": alice}, {"title": "Count what was refused"}]
    kept = {"title": "Name the batches", "owner": alice, "priority": 3}
    gate, count = split_action_item(late, parts=parts, keep=kept, by=bob, now=now)
    with pytest.raises(PermissionDenied):
        unsplit_action_item(late, reason="Mine", by=charlie, now=now)
    with pytest.raises(ValidationError):
        unsplit_action_item(late, reason=" ", by=bob, now=now)
    OutboxMail.objects.all().delete()
    row = unsplit_action_item(late, reason="One change does all", by=bob, now=now)
    assert (row.title, row.owner, row.priority, row.due_on) == was
    for part in (gate, count):
        part.refresh_from_db()
        assert (part.status, part.duplicate_of, part.next_reminder_at) == ("duplicate", row, None)
        assert part.close_reason == "One change does all"
    assert AuditEvent.objects.get(verb="action_item.unsplit").changes == {
        "parts": [[gate.key, count.key], None],
        "reason": [None, "One change does all"],
    }
    news = OutboxMail.objects.get(recipient=charlie, payload__what="unsplit")
    assert "took the split back" in renderer(news.kind)(news, now).text
    with pytest.raises(Conflict):
        unsplit_action_item(late, reason="Again", by=bob, now=now)


def test_a_split_that_somebody_went_on_from_stays(late, alice, bob, now):
    """Each time something else happens to it."""
    goes_on = {
        "written to": lambda part: add_comment(part, body="Half of it is done", by=bob, now=now),
        "counted out": lambda part: add_step(part, text="Ask the vendor", by=bob),
        "begun": lambda part: transition(part, to="in_progress", by=bob, now=now),
        "split on": lambda part: split_action_item(part, parts=[{"title": "More"}], by=bob, now=now),
        "tied": lambda part: add_dependency(part, blocker=late, by=bob, now=now + timedelta(hours=1)),
        "edited": lambda part: edit_action_item(part.split_from, changes={"title": "So"}, by=bob, now=now),
    }
    for what, act in goes_on.items():
        item = make_action_item(by=bob, owner=bob, team=late.team, due_on=late.due_on)
        [part] = split_action_item(item, parts=[{"title": "Count"}], by=bob, now=now)
        act(part)
        with pytest.raises(Conflict) as refusal:
            unsplit_action_item(item, reason="One after all", by=bob, now=now)
        assert (item if what == "edited" else part).key in str(refusal.value), what
        part.refresh_from_db()
        assert part.is_live, what


def test_merged_items_are_closed_with_a_link_remind_nobody_and_bring_what_they_had(
    late, promised, alice, bob, charlie, now
):
    stays = make_action_item(by=alice, owner=alice, team=late.team, title="Refuse repeated files")
    write_up = draft_postmortem([make_incident(by=alice)], now=now, by=alice)
    write_up.action_items.add(late)
    Reminder.objects.create(
        item=late,
        stage="s1",
        due_version=late.due_version,
        recipient=bob,
        local_date=date(2026, 12, 4),
        state="planned",
    )
    proposed = make_action_item(status="proposed", by=alice, team=late.team, title="Same again", due_on=None)
    row = merge_action_items(
        stays, merged=[late, proposed, proposed], reason="Asked twice", by=alice, now=now
    )
    late.refresh_from_db()
    assert (late.status, late.duplicate_of, late.close_reason) == ("duplicate", stays, "Asked twice")
    assert (late.next_reminder_at, late.escalates_at, late.reminders.get().state) == (None, None, "cancelled")
    assert late.status in NOT_PROMISED
    assert (row.status, row.due_on, row.checklist_count) == ("open", stays.due_on, 1)
    assert {watch.person for watch in row.watches.all()} == {charlie, bob}
    assert [link.blocker.title for link in ties_of(row, alice).waits_for] == ["A"]
    assert [link.blocked.title for link in ties_of(row, alice).holds_up] == ["Z"]
    assert stays in write_up.action_items.all()
    assert (late.comments.count(), row.comments.count()) == (1, 0)
    with pytest.raises(Conflict):
        merge_action_items(stays, merged=[late], by=alice, now=now)


def test_an_undone_merge_gives_back_state_reminder_and_what_became_of_the_steps(late, alice, bob, now):
    transition(late, to="blocked", reason="The vendor", by=bob, now=now)
    stays = make_action_item(by=alice, owner=alice, team=late.team)
    add_step(stays, text="Own step", by=alice)
    merge_action_items(stays, merged=[late], by=alice, now=now)
    copy = stays.checklist.get(text="Ask the vendor")
    edit_step(copy, changes={"is_done": True, "position": 1}, by=alice, now=now)
    with pytest.raises(ValidationError):
        unmerge_action_item(late, reason=" ", by=alice, now=now)
    row = unmerge_action_item(late, reason="It is about another vendor", by=alice, now=now)
    assert (row.status, row.blocked_by, row.duplicate_of) == ("blocked", "The vendor", None)
    assert row.next_reminder_at
    assert [(step.is_done, step.done_by) for step in row.checklist.all()] == [(True, alice)]
    stays.refresh_from_db()
    assert list(stays.checklist.values_list("position", "text")) == [(1, "Own step")]
    assert (stays.checklist_count, row.checklist_done) == (1, 1)
    assert not ties_of(stays, alice).waits_for
    assert len(ties_of(row, alice).waits_for) == 1
    with pytest.raises(Conflict):
        unmerge_action_item(row, reason="Again", by=alice, now=now)


def test_what_would_be_a_circle_stays_behind_and_what_is_private_with_its_like(
    late, secret, root, alice, now
):
    before = late.waits_for.get().blocker
    merge_action_items(before, merged=[late], by=root, now=now)
    assert [link.blocked.title for link in ties_of(before, alice).holds_up if link.blocked.is_live] == ["Z"]
    hidden, twin, public = (
        make_action_item(by=root, owner=root, incident=incident) for incident in (secret, secret, None)
    )
    for stays, merged in ((public, hidden), (hidden, public)):
        with pytest.raises(ValidationError) as refusal:
            merge_action_items(stays, merged=[merged], by=root, now=now)
        assert list(refusal.value.error_dict) == ["items"]
    assert merge_action_items(hidden, merged=[twin], by=root, now=now)
    for merged in ([], [public]):
        with pytest.raises(ValidationError):
            merge_action_items(public, merged=merged, by=root, now=now)


def test_pages_say_what_becomes_of_it_before_and_split_and_merge_and_undo(late, web, alice, bob):
    browser, page = web(bob), late.get_absolute_url()
    shown = browser.get(f"{page}split/").content.decode()
    assert "The checklist, 0 of 1 steps, stays" in shown
    assert "1 person watches it" in shown
    assert "slipped 1×, +7 d" in shown
    more = browser.post(f"{page}split/", {"count": "2", "title_1": "Kept text", "more": "1"}).content.decode()
    assert 'name="title_2"' in more
    assert 'value="Kept text"' in more
    sent = {"count": "3", "version": late.version, "once": "a"}
    sent |= {"title_0": late.title, "done_when_0": "Seen", "owner_0": "bob", "priority_0": "2"}
    sent |= {
        "title_1": "Second",
        "done_when_1": "Seen",
        "owner_1": "alice",
        "priority_1": "1",
        "due_on_1": "",
    }
    sent |= {"title_2": "", "owner_2": "bob", "priority_2": "2"}
    refused = browser.post(f"{page}split/", sent).content.decode()
    assert "Give the date it is promised for." in refused
    sent["due_on_1"] = "2026-12-11"
    for _ in range(2):
        assert browser.post(f"{page}split/", sent)["Location"] == page
    part = late.parts.get()
    assert f"{page}unsplit/" in browser.get(page).content.decode()
    assert part.title in browser.get(f"{page}unsplit/").content.decode()
    assert "This field is required" in browser.post(f"{page}unsplit/", {"reason": ""}).content.decode()
    assert browser.post(f"{page}unsplit/", {"reason": "One"})["Location"] == page
    assert f"{page}unsplit/" not in browser.get(page).content.decode()
    browser.post(f"{part.get_absolute_url()}unmerge/", {"reason": "Two"})
    look = browser.post(f"{page}merge/", {"ticked": [part.key], "keys": "", "once": "b"}).content.decode()
    assert f"{part.key} is P1, {late.key} P2." in look
    assert part.status == "open"
    done = {"ticked": [part.key], "sure": "1", "once": "b"}
    for _ in range(2):
        assert browser.post(f"{page}merge/", done)["Location"] == page
    part.refresh_from_db()
    assert part.duplicate_of == late
    wrong = browser.post(f"{page}merge/", {"keys": "ACT-999 " + late.key}).content.decode()
    assert "There is no action item ACT-999 that you may see." in wrong
    browser.post(f"{part.get_absolute_url()}unmerge/", {"reason": "It is not"})
    part.refresh_from_db()
    assert part.status == "open"
    ActionItem.objects.filter(pk=part.pk).update(status="done")
    for way, reason in (
        ("split", "is done: there is nothing left to split."),
        ("merge", "is done. Merge into one that is open."),
        ("unmerge", "is no duplicate."),
    ):  # said before somebody fills it in
        opened = browser.get(f"{part.get_absolute_url()}{way}/", follow=True)
        assert opened.redirect_chain == [(part.get_absolute_url(), 302)]
        assert f"{part.key} {reason}" in opened.content.decode()


def test_programs_split_once_for_a_key_and_merge_all_or_none(late, api, bob, alice):
    program, place = api(bob), late.get_api_url()
    body = {"parts": [{"title": "Second", "owner": "alice", "priority": "P1", "due_on": "2026-12-11"}]}
    answers = [
        program.post(f"{place}split/", body, format="json", headers={"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    part = late.parts.get()
    assert [row["key"] for row in answers[0].json()] == [part.key]
    back = [program.post(f"{place}unsplit/", {"reason": "One"}, format="json") for _ in range(2)]
    assert [(answer.status_code, answer.json()["status"]) for answer in back] == [(200, "open"), (409, 409)]
    program.post(f"{part.get_api_url()}unmerge/", {"reason": "Two"}, format="json")
    strange = make_action_item(by=alice)
    both = {"items": [part.key, strange.key]}
    assert program.post(f"{place}merge/", both, format="json").status_code == 403
    part.refresh_from_db()
    assert part.status == "open"
    assert program.post(f"{place}merge/", {"items": [part.key]}, format="json").status_code == 200
    back = program.post(f"{part.get_api_url()}unmerge/", {"reason": "It is not"}, format="json")
    assert back.json()["status"] == "open"
