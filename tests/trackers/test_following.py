"""The tracker owns the state of the work, and nobody skips a rule by closing an issue."""

import pytest

from apps.action_items.models import Move, Status
from apps.action_items.operations import transition
from apps.audit.models import AuditEvent
from apps.notifications.models import OutboxMail
from tests.trackers.conftest import fresh, ref_of, status
from tests.trackers.server import NOW

LATER = {"now": NOW}


@pytest.fixture
def hear(shop, github, api):
    """hear(raw, headers) delivers what GitHub signs; `secret` may be another."""

    def deliver(raw, headers, *, secret=None, connection=shop, **how):
        signed = github.signed(raw, secret or connection.hook_secret)
        path = f"/api/v1/tracker-hooks/{connection.uuid}/"
        return api().post(
            path, raw, headers={**headers, **signed}, **{"content_type": "application/json", **how}
        )

    return deliver


def test_closing_the_issue_of_a_p1_marks_it_done_and_somebody_else_verifies_it(
    shop, item, github, linked, hear, alice, bob
):
    linked(item, shop)
    github.close(1)
    assert hear(*github.webhook(1, "closed")).status_code == 202
    assert status(item) == Status.DONE  # not verified
    move = Move.objects.get(item=item)
    assert move.reason == "Closed in GitHub as acme/shop#1, assigned to octo-alice"
    event = AuditEvent.objects.get(verb="action_item.moved_to_done")
    assert (event.door, event.actor.is_system) == ("intake", True)
    assert OutboxMail.objects.get(kind="verification_asked").recipient == alice
    transition(fresh(item), to="verified", evidence_url="https://x.example/1", by=alice, now=NOW)
    github.reopen(1)
    hear(*github.webhook(1, "reopened"))
    assert (status(item), fresh(item).reopen_count) == (Status.OPEN, 1)


@pytest.mark.parametrize(
    ("here", "reason", "after", "note"),
    [
        ({"status": "open"}, "completed", "done", ""),
        ({"status": "in_progress"}, "completed", "done", ""),
        ({"status": "blocked", "blocked_by": "The vendor"}, "completed", "done", ""),
        ({"status": "proposed", "first_due_on": None}, "completed", "proposed", "only proposed here"),
        ({"status": "open"}, "not_planned", "open", "without being done"),
        ({"status": "open"}, "duplicate", "open", "without being done"),
        ({"status": "wont_do", "close_reason": "Replaced"}, "completed", "wont_do", "given up here"),
    ],
)
def test_an_item_follows_only_where_a_person_could_take_the_step(
    here, reason, after, note, shop, promise, github, linked, sync
):
    item = promise(priority=0)
    linked(item, shop)
    type(item).objects.filter(pk=item.pk).update(**here)
    github.close(1, reason)
    sync(61)
    assert (status(item), note in ref_of(item).note) == (after, True)
    sync(122)
    assert (github.issues[1]["state"], status(item)) == ("closed", after)  # and nobody tells it back


def test_a_webhook_counts_once_and_in_the_order_of_the_tracker(shop, item, github, linked, hear, sync):
    linked(item, shop)
    opened = dict(github.issues[1])
    closed = dict(github.close(1))
    raw, headers = github.webhook(1, "closed")
    for _ in range(3):
        assert hear(raw, headers).json() == {"received": True}
    assert Move.objects.filter(item=item).count() == 1
    late = dict(opened, updated_at="2026-03-02T09:01:30Z")
    hear(*github.webhook(1, "edited", issue=late))
    assert (status(item), shop.deliveries.first().outcome) == (Status.DONE, "outdated")
    same_second = dict(closed, state="open", state_reason="reopened")
    hear(*github.webhook(1, "reopened", issue=same_second))
    assert (status(item), shop.deliveries.first().outcome) == (Status.DONE, "unsure")
    ref = ref_of(item)
    type(ref).objects.update(not_before=NOW)
    sync(3)
    assert (status(item), ref_of(item).look_asked) == (
        Status.DONE,
        False,
    )  # GitHub was asked, and had it closed


def test_whoever_does_not_sign_learns_nothing_and_what_concerns_nobody_is_counted(
    shop, item, github, linked, hear, root
):
    linked(item, shop)
    github.add()
    github.close(1)
    raw, headers = github.webhook(1, "closed")
    unknown = type(shop)(uuid=item_uuid(), sealed_hook_secret=shop.sealed_hook_secret)
    answers = [hear(raw, headers, secret="guessed"), hear(raw + b" ", headers, secret="x")]
    answers.append(hear(raw, headers, connection=unknown))
    assert {(one.status_code, one.json()["detail"]) for one in answers} == {
        (403, "This is not signed by a tracker that is known here.")
    }
    assert status(item) == Status.OPEN
    other = {**github.issues[1], "number": 99}
    hear(*github.webhook(2, "closed"))
    hear(*github.webhook(1, "closed", issue=other))
    hear(*github.webhook(1, "created", event="issue_comment"))
    hear(b'{"zen": "Keep it logically awesome."}', {"x-github-event": "ping"})
    assert (fresh(shop).ignored_events, shop.deliveries.count()) == (4, 0)
    assert hear(b"{", headers).status_code == 400
    assert hear(b"[1]", headers).status_code == 400
    assert hear(raw, headers, content_type="application/x-www-form-urlencoded").status_code == 415
    assert hear(b'{"a": "' + b"x" * 1_000_001 + b'"}', headers).status_code == 413
    type(shop).objects.update(is_enabled=False)
    assert hear(raw, headers).status_code == 403


def item_uuid():
    return "00000000-0000-4000-8000-000000000000"


def test_an_issue_that_is_deleted_is_shown_and_its_item_stays(shop, item, github, linked, hear, sync):
    linked(item, shop)
    raw, headers = github.webhook(1, "deleted")
    github.delete(1)
    hear(raw, headers)
    assert (status(item), ref_of(item).is_gone) == (Status.OPEN, True)
    assert ref_of(item).error == "It was deleted in GitHub."


def test_who_marks_it_done_here_is_not_undone_by_the_echo(shop, promise, github, linked, hear, sync, bob):
    item = promise()
    linked(item, shop)
    transition(item, to="done", by=bob, now=NOW)
    sync(1)
    hear(*github.webhook(1, "closed"))
    sync(62)
    assert Move.objects.filter(item=item).count() == 2  # done, and verified by the policy
    assert github.issues[1]["state"] == "closed"
