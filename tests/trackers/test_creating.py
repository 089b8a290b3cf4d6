"""One wish is one issue, whatever happens on the way."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.action_items.models import Status
from apps.action_items.operations import edit_action_item, redate, transition
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.trackers.models import ExternalRef
from apps.trackers.operations import ask_for_issue, link_issue, look_again, remove_connection, unlink
from tests import factories
from tests.trackers.conftest import fresh, ref_of, status, trouble
from tests.trackers.server import DROP_AFTER, NOW


def test_bobs_item_becomes_an_issue_that_says_what_was_promised_and_calls_nobody(
    shop, promise, github, linked
):
    item = promise(description="Ask @octo about it", done_when="A repeated file is refused")
    ref = linked(item, shop)
    made = github.issues[1]
    assert (ref.key, ref.state, ref.remote_words) == ("acme/shop#1", "linked", "Open")
    assert made["title"] == item.title
    assert item.get_absolute_url() in made["body"]
    assert "P2, prevent, due: 15 January 2027" in made["body"]
    assert "Done when: A repeated file is refused" in made["body"]
    assert "@octo" not in made["body"]
    assert ref.marker in made["body"]
    told = [event.verb for event in AuditEvent.objects.filter(object_type="externalref").order_by("pk")]
    assert told == ["tracker_link.asked", "tracker_link.created"]
    assert not AuditEvent.objects.filter(changes__icontains=github.token).exists()


def test_what_was_made_although_nobody_answered_is_found_and_not_made_again(shop, item, github, sync, bob):
    ask_for_issue(item, connection=shop, by=bob, now=NOW)
    github.faults = [DROP_AFTER]
    assert sync(0) == {"troubled": 1}
    assert "does not answer" in ref_of(item).error
    assert sync(0.5) == {}  # neither before a minute is over
    assert sync(2) == {"done": 1}
    assert [ref_of(item).key, len(github.issues), trouble(shop)] == ["acme/shop#1", 1, ""]
    assert github.calls("POST") == ["/api/v3/repos/acme/shop/issues"]


def test_a_worker_that_dies_in_the_middle_leaves_a_wish_that_the_next_one_looks_for(
    shop, item, github, sync, bob, monkeypatch
):
    ref = ask_for_issue(item, connection=shop, by=bob, now=NOW)
    ExternalRef.objects.filter(pk=ref.pk).update(attempts=1)  # counted, and then the worker was gone
    github.add(body=f"Text\n\nReference: {ref.marker}")
    sync(0)
    assert (ref_of(item).key, len(github.issues)) == ("acme/shop#1", 1)


def test_asked_twice_it_is_one_wish_and_two_trackers_are_refused(shop, item, connect, github, bob):
    first = ask_for_issue(item, connection=shop, by=bob, now=NOW)
    assert ask_for_issue(item, connection=shop, by=bob, now=NOW) == first
    with pytest.raises(Conflict, match="followed in Shop already"):
        ask_for_issue(item, connection=connect(github, name="Other"), by=bob, now=NOW)


def test_who_may_not_edit_the_item_or_use_the_tracker_puts_nothing_into_it(
    shop, item, connect, github, bob, charlie
):
    theirs = connect(github, name="Theirs", team=factories.make_team())
    for connection, person in ((shop, charlie), (theirs, bob)):
        with pytest.raises(PermissionDenied):
            ask_for_issue(item, connection=connection, by=person, now=NOW)


def test_what_is_private_leaves_only_when_somebody_confirms_it(shop, promise, github, sync, bob, alice):
    incident = factories.make_incident(by=bob, is_private=True)
    item, second = promise(incident=incident), promise(incident=factories.make_incident(by=bob))
    with pytest.raises(ValidationError, match="private incident"):
        ask_for_issue(item, connection=shop, by=bob, now=NOW)
    ask_for_issue(second, connection=shop, by=bob, now=NOW)
    type(incident).objects.filter(pk=second.incident_id).update(is_private=True)
    sync(0)
    assert (github.issues, "became private" in ref_of(second).error) == ({}, True)
    ask_for_issue(item, connection=shop, confirm_private=True, by=bob, now=NOW)
    sync(1)
    assert len(github.issues) == 1


def test_what_the_portal_owns_follows_and_what_others_wrote_stays(shop, item, github, linked, sync, bob):
    ref = linked(item, shop)
    github.change(1, body=f"Look at the lease.\n\n{github.issues[1]['body']}\nMore below.", title="Theirs")
    redate(item, due_on=item.due_on + timedelta(days=7), reason="The vendor is late", by=bob, now=NOW)
    sync(1)
    body = github.issues[1]["body"]
    assert "due: 22 January 2027" in body
    assert "15 January" not in body
    assert body.startswith("Look at the lease.")
    assert body.rstrip().endswith("More below.")
    assert github.issues[1]["title"] == "Theirs"
    asked = len(github.asked)
    edit_action_item(fresh(item), changes={"title": "Another title"}, by=bob, now=NOW)
    sync(2)
    assert (len(github.asked), ref_of(item).pushed_version) == (asked, fresh(item).version)
    assert ref.marker in body


@pytest.mark.parametrize(
    ("to", "said", "reason"),
    [
        ("done", {}, ("closed", "completed")),
        ("wont_do", {"reason": "Replaced by the new settlement service"}, ("closed", "not_planned")),
    ],
)
def test_what_ends_here_ends_there_and_begins_again_with_it(
    to, said, reason, shop, promise, github, linked, sync, bob
):
    item = promise()
    linked(item, shop)
    transition(item, to=to, **said, by=bob, now=NOW)
    sync(1)
    assert (github.issues[1]["state"], github.issues[1]["state_reason"]) == reason
    if to == "done":
        transition(fresh(item), to="open", reason="It came back", by=bob, now=NOW)
        sync(2)
        assert (github.issues[1]["state"], status(item)) == ("open", Status.OPEN)


def test_an_issue_that_is_there_is_linked_by_its_address_once_and_keeps_its_text(
    shop, item, promise, github, sync, bob
):
    github.add(title="Lease lapses", body="Theirs")
    url = f"{github.base}/acme/shop/issues/1"
    link_issue(item, url=f"{url}?x=1#top", by=bob, now=NOW)
    sync(0)
    assert (ref_of(item).remote_words, ref_of(item).url, github.issues[1]["body"]) == ("Open", url, "Theirs")
    with pytest.raises(ValidationError, match="linked to another"):
        link_issue(promise(), url=url, by=bob, now=NOW)
    for wrong in ("https://github.com/acme/shop/issues/1", f"{github.base}/acme/shop/pull/1", "x", ""):
        with pytest.raises(ValidationError, match="no issue of a project"):
            link_issue(promise(), url=wrong, by=bob, now=NOW)


def test_an_issue_that_was_closed_before_it_was_linked_moves_nothing(shop, item, github, sync, bob):
    github.close(github.add()["number"])
    link_issue(item, url=f"{github.base}/acme/shop/issues/1", by=bob, now=NOW)
    sync(0)
    assert status(item) == Status.OPEN
    assert "before it was linked" in ref_of(item).note


def test_a_tracker_that_is_removed_leaves_plain_links_and_an_unlinked_issue_stays(
    shop, item, promise, github, linked, sync, bob, root
):
    linked(item, shop)
    waiting = promise()
    ask_for_issue(waiting, connection=shop, by=bob, now=NOW)
    remove_connection(shop, by=root)
    assert (ref_of(item).connection, ref_of(item).url != "") == (None, True)
    assert not ExternalRef.objects.filter(item=waiting).exists()
    with pytest.raises(Conflict, match="plain link"):
        look_again(ref_of(item), by=bob, now=NOW)
    unlink(ref_of(item), by=bob)
    assert (ExternalRef.objects.count(), len(github.issues)) == (0, 1)


def test_what_has_ended_here_is_not_sent_and_what_ends_on_the_way_is_closed_there(
    shop, promise, github, sync, bob, root
):
    kept, late = promise(), promise()
    ask_for_issue(kept, connection=shop, by=bob, now=NOW)
    transition(kept, to="done", by=bob, now=NOW)
    ask_for_issue(late, connection=shop, by=bob, now=NOW)
    ExternalRef.objects.filter(item=late).update(attempts=1)  # somebody may have made it already
    transition(late, to="done", by=bob, now=NOW)
    sync(0)
    sync(1)
    assert not ExternalRef.objects.filter(item=kept).exists()
    assert [row["state"] for row in github.issues.values()] == ["closed"]
    with pytest.raises(Conflict, match="nothing left to follow"):
        ask_for_issue(fresh(kept), connection=shop, by=bob, now=NOW)


def test_a_difference_that_is_settled_here_is_no_longer_shown(shop, promise, github, linked, sync, bob):
    item = promise()
    linked(item, shop)
    github.close(1, "not_planned")
    sync(61)
    assert ref_of(item).note
    transition(item, to="wont_do", reason="Replaced by the new settlement service", by=bob, now=NOW)
    sync(62)
    assert ref_of(item).note == ""
