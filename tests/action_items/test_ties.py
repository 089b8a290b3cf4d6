"""What waits for what, and the steps of an item."""

import threading
from datetime import date
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from apps.action_items.models import ActionItem, ChecklistStep, Dependency, held_up
from apps.action_items.operations import (
    add_dependency,
    add_step,
    edit_step,
    remove_dependency,
    remove_step,
    transition,
)
from apps.action_items.ties import ties_of
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, StaleVersion
from tests.factories import make_action_item, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def four(alice, payments):
    return [
        make_action_item(by=alice, owner=alice, team=payments, title=f"Part {n}", due_on=date(2026, 12, n))
        for n in range(1, 5)
    ]


def linked(items, by, now):
    """Each waits for the one behind it."""
    return [add_dependency(one, blocker=other, by=by, now=now) for one, other in pairwise(items)]


def codes(item, user):
    return [(one.code, [other.key for other in one.items]) for one in ties_of(item, user).warnings]


def test_a_circle_of_any_length_is_refused_and_a_link_twice_is_one(four, alice, now):
    first, second, third, fourth = four
    links = linked(four, alice, now)
    assert add_dependency(first, blocker=second, by=alice, now=now) == links[0]
    add_dependency(first, blocker=fourth, by=alice, now=now)
    for one, other in ((first, first), (second, first), (fourth, first), (fourth, second)):
        with pytest.raises(ValidationError) as refusal:
            add_dependency(one, blocker=other, by=alice, now=now)
        assert list(refusal.value.error_dict) == ["blocker"]
    assert Dependency.objects.count() == 4
    remove_dependency(links[1], by=alice)
    remove_dependency(links[1], by=alice)
    add_dependency(third, blocker=first, by=alice, now=now)
    verbs = AuditEvent.objects.filter(verb__startswith="action_item.dependency")
    assert verbs.count() == 2 * 6
    assert all(third.key not in str(event.changes) for event in verbs)


def test_what_is_closed_too_early_or_due_too_early_is_pointed_out_on_both_pages(four, alice, now):
    first, second, *_ = four
    add_dependency(first, blocker=second, by=alice, now=now)
    assert codes(first, alice) == [("due_before_blocker", [second.key])]
    assert codes(second, alice) == [("due_after_blocked", [first.key])]
    first = transition(first, to="done", by=alice, now=now)
    assert codes(first, alice) == [("open_blockers", [second.key])]
    assert codes(second, alice) == []
    transition(second, to="done", by=alice, now=now)
    assert codes(first, alice) == []


def test_blocked_finds_what_waits_for_what_the_reader_may_see(
    four, secret, root, alice, charlie, web, api, now
):
    first, second, third, fourth = four
    hidden = make_action_item(incident=secret, by=root, owner=root, title="ZEBRA")
    add_dependency(first, blocker=second, by=alice, now=now)
    add_dependency(third, blocker=hidden, by=root, now=now)
    transition(fourth, to="blocked", reason="The vendor", by=alice, now=now)
    rows = ActionItem.objects.all()
    assert set(rows.filter(held_up(alice))) == {first, fourth}
    assert set(rows.filter(held_up(root))) == {first, third, fourth}
    with pytest.raises(ValidationError):
        add_dependency(second, blocker=hidden, by=alice, now=now)
    found = api(alice).get("/api/v1/action-items/?blocked=true").json()["results"]
    assert {row["key"] for row in found} == {first.key, fourth.key}
    for browser in (web(alice), web(charlie)):
        assert "ZEBRA" not in browser.get(third.get_absolute_url()).content.decode()
    assert "ZEBRA" in web(root).get(third.get_absolute_url()).content.decode()
    link = third.waits_for.get()
    with pytest.raises(PermissionDenied):
        remove_dependency(link, by=alice)
    assert api(alice).delete(f"{third.get_api_url()}dependencies/{link.uuid}/").status_code == 404


def test_steps_are_added_ticked_renamed_moved_and_removed(promised, alice, bob, charlie, now):
    one, two, three = (add_step(promised, text=f" Step \n {n}", by=bob) for n in range(1, 4))
    edit_step(three, changes={"position": 1}, by=alice, now=now)
    edit_step(one, changes={"is_done": True}, by=bob, now=now)
    ticked = edit_step(one, changes={"is_done": True}, by=alice, now=now)
    assert (ticked.done_by, ticked.done_at, ticked.version) == (bob, now, 2)
    edit_step(two, changes={"text": "Second"}, seen=1, by=alice, now=now)
    with pytest.raises(StaleVersion):
        edit_step(two, changes={"text": "Zweitens"}, seen=1, by=bob, now=now)
    remove_step(three, by=bob)
    promised.refresh_from_db()
    rows = list(promised.checklist.values_list("position", "text", "is_done"))
    assert rows == [(1, "Step 1", True), (2, "Second", False)]
    assert (promised.checklist_done, promised.checklist_count, promised.version) == (1, 2, 1)
    with pytest.raises(PermissionDenied):
        add_step(promised, text="Mine", by=charlie)
    for wrong in ("", " \n", "x" * 201):
        with pytest.raises(ValidationError):
            add_step(promised, text=wrong, by=bob)
    promised = transition(promised, to="done", by=bob, now=now)
    assert [code for code, _ in codes(promised, bob)] == ["open_steps"]
    with pytest.raises(Conflict):
        add_step(promised, text="Late", by=bob)
    assert AuditEvent.objects.filter(verb__startswith="action_item.step").count() == 7


def test_the_page_ticks_moves_and_links_with_and_without_script(promised, four, web, bob):
    browser, page = web(bob), promised.get_absolute_url()
    for n in range(2):
        browser.post(f"{page}checklist/new/", {"text": f"Step {n}"})
    assert "error-text" in browser.post(f"{page}checklist/new/", {"text": " "}).content.decode()
    step = promised.checklist.first()
    answer = browser.post(f"{page}checklist/{step.uuid}/tick/", {"done": "1"}, headers={"HX-Request": "true"})
    assert "1 of 2" in answer.content.decode()
    assert b"<html" not in answer.content
    assert browser.post(f"{page}checklist/{step.uuid}/move/", {"to": "down"}).status_code == 302
    assert [row.text for row in promised.checklist.all()] == ["Step 1", "Step 0"]
    assert "1 of 2 steps" in browser.get("/action-items/?owner=me").content.decode()
    browser.post(f"{page}checklist/{step.uuid}/edit/", {"text": "First", "position": 1, "version": 2})
    assert [row.text for row in promised.checklist.all()] == ["First", "Step 1"]
    browser.post(f"{page}checklist/{step.uuid}/remove/")
    browser.post(f"{page}dependencies/new/", {"way": "holds_up", "other": four[0].key})
    browser.post(f"{page}dependencies/new/", {"way": "waits_for", "other": four[3].key.lower()})
    again = browser.post(f"{page}dependencies/new/", {"way": "waits_for", "other": four[0].key})
    assert "That would be a circle" in again.content.decode()
    assert set(promised.waits_for.values_list("blocker", flat=True)) == {four[3].pk}
    closed = browser.post(f"{page}done/", follow=True).content.decode()
    assert "what it waited for is still open: " + four[3].key in closed
    link = promised.waits_for.get()
    browser.post(f"{page}dependencies/{link.uuid}/remove/")
    assert not promised.waits_for.exists()


def test_programs_do_the_same_and_guard_a_step_by_its_version(promised, four, api, bob):
    program, place = api(bob), promised.get_api_url()
    made = program.post(f"{place}checklist/", {"text": "Write the check"}, format="json")
    one = f"{place}checklist/{made.json()['id']}/"
    assert (made.status_code, made.headers["Location"], made.headers["ETag"]) == (201, one, '"1"')
    assert program.patch(one, {"is_done": True}, format="json").status_code == 428
    ticked = program.patch(one, {"is_done": True}, format="json", headers={"If-Match": '"1"'})
    assert (ticked.json()["done_by"], ticked.headers["ETag"]) == ("bob", '"2"')
    assert program.patch(one, {"text": "Late"}, format="json", headers={"If-Match": '"1"'}).status_code == 412
    early = program.post(f"{place}checklist/", {"text": "Two", "is_done": True}, format="json")
    assert (early.status_code, list(early.json()["errors"])) == (400, ["is_done"])
    linked = program.post(f"{place}dependencies/", {"blocker": four[0].key}, format="json")
    assert (linked.status_code, linked.json()["key"]) == (201, four[0].key)
    told = program.get(place).json()
    assert (told["checklist_done"], told["checklist_count"]) == (1, 1)
    assert [row["key"] for row in told["waits_for"]] == [four[0].key]
    closed = program.post(f"{place}transitions/", {"to": "done"}, format="json").json()
    assert [one["code"] for one in closed["warnings"]] == ["open_blockers"]
    assert program.get(f"{place}dependencies/").json()["warnings"] == closed["warnings"]
    assert program.delete(f"{place}dependencies/{linked.json()['id']}/").status_code == 204
    assert program.delete(one).status_code == 409
    assert ChecklistStep.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_links_added_at_the_same_moment_make_no_circle_though_no_two_share_an_item(now):
    root = make_user(org_role="admin")
    ring = [make_action_item(by=root, owner=root) for _ in range(8)]
    for n in range(0, 8, 2):
        add_dependency(ring[n], blocker=ring[n + 1], by=root, now=now)
    barrier, answers = threading.Barrier(4), []

    def close(n):
        barrier.wait()
        try:
            add_dependency(ring[n], blocker=ring[(n + 1) % 8], by=root, now=now)
            answers.append(True)
        except ValidationError:
            answers.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=close, args=(n,)) for n in range(1, 8, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False, True, True, True]
