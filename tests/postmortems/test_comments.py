"""Comments on a section: threads, answers, settling by name, and what blocks publication."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.postmortems.models import Comment
from apps.postmortems.operations import (
    add_comment,
    answer_comment,
    edit_comment,
    publish_postmortem,
    remove_comment,
    reopen_comment,
    resolve_comment,
    set_blocking,
)
from tests.postmortems.conftest import promise, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def section(draft, alice):
    write(draft, "factors", "The lease took 34 s.", by=alice)
    return draft.sections.get(slug="factors")


@pytest.fixture
def comment(section, charlie, now):
    return add_comment(section, body="Is 34 s measured?", quote=" 34 s\n ", now=now, by=charlie)


def verbs():
    found = AuditEvent.objects.filter(verb__startswith="postmortem.comment").order_by("pk")
    return [event.verb.removeprefix("postmortem.comment_") for event in found]


def test_a_thread_quotes_is_answered_settled_by_name_and_opened_again(comment, draft, alice, charlie, now):
    answer_comment(comment, body="Worked out from the configuration.", now=now, by=alice)
    settled = resolve_comment(comment, now=now, by=alice)
    assert (settled.resolved_by, settled.resolved_at, settled.quote) == (alice, now, "34 s")
    assert not Comment.objects.of(draft).unresolved().exists()
    assert not reopen_comment(comment, by=charlie).is_resolved
    assert verbs() == ["added", "added", "resolved", "reopened"]


def test_settling_twice_keeps_the_first_name(comment, alice, bob, now):
    resolve_comment(comment, now=now, by=alice)
    assert resolve_comment(comment, now=now, by=bob).resolved_by == alice
    assert verbs() == ["added", "resolved"]


def test_an_answer_opens_a_settled_thread_again(comment, alice, charlie, now):
    resolve_comment(comment, now=now, by=alice)
    answer_comment(comment, body="Not quite.", now=now, by=charlie)
    comment.refresh_from_db()
    assert not comment.is_resolved


def test_an_answer_to_an_answer_stays_in_the_thread_and_has_no_state_of_its_own(comment, alice, bob, now):
    first = answer_comment(comment, body="One", now=now, by=alice)
    assert answer_comment(first, body="Two", now=now, by=bob).thread == comment
    for act in (lambda: resolve_comment(first, now=now, by=alice), lambda: reopen_comment(first, by=alice)):
        with pytest.raises(Conflict):
            act()


def test_only_reviewers_make_a_comment_block_and_only_they_settle_it(draft, section, alice, bob, now):
    with pytest.raises(PermissionDenied):
        add_comment(section, body="Mine blocks", is_blocking=True, now=now, by=alice)  # she owns the document
    blocking = add_comment(section, body="Which alert?", is_blocking=True, now=now, by=bob)
    assert list(Comment.objects.of(draft).unresolved_blocking()) == [blocking]
    for refused in (
        lambda: resolve_comment(blocking, now=now, by=alice),
        lambda: set_blocking(blocking, is_blocking=False, by=alice),
    ):
        with pytest.raises(PermissionDenied):
            refused()
    resolve_comment(blocking, now=now, by=bob)
    assert not Comment.objects.of(draft).unresolved_blocking().exists()


def test_a_reviewer_makes_any_thread_block_and_lets_it_go(comment, bob, draft):
    set_blocking(comment, is_blocking=True, by=bob)
    assert Comment.objects.of(draft).unresolved_blocking().count() == 1
    set_blocking(comment, is_blocking=False, by=bob)
    assert verbs() == ["added", "blocking_set", "blocking_set"]


def test_one_corrects_and_removes_ones_own_words_which_stay_in_the_trail(comment, alice, charlie, root, now):
    with pytest.raises(PermissionDenied):
        edit_comment(comment, body="Changed by another", now=now, by=alice)
    assert edit_comment(comment, body="Is it measured?", now=now, by=charlie).edited_at == now
    with pytest.raises(PermissionDenied):
        remove_comment(comment, by=alice)
    remove_comment(comment, by=root)
    assert not Comment.objects.exists()
    assert AuditEvent.objects.get(verb="postmortem.comment_removed").changes["body"] == [
        "Is it measured?",
        None,
    ]


def test_a_comment_that_was_answered_stays_so_that_its_answers_make_sense(comment, alice, charlie, now):
    answer = answer_comment(comment, body="Worked out.", now=now, by=alice)
    with pytest.raises(Conflict) as refusal:
        remove_comment(comment, by=charlie)
    assert refusal.value.allowed == ["resolved"]
    remove_comment(answer, by=alice)
    remove_comment(comment, by=charlie)


def test_nothing_empty_endless_or_by_an_auditor(section, comment, ada, charlie, now):
    for body in ("", " \n ", "x" * 4001, ">" * 200):
        with pytest.raises(ValidationError):
            add_comment(section, body=body, now=now, by=charlie)
    with pytest.raises(PermissionDenied):
        answer_comment(comment, body="Heard", now=now, by=ada)
    assert Comment.objects.count() == 1


def test_no_published_version_holds_comments_and_readers_still_see_them(
    approved, bob, charlie, now, web, alice
):
    said = add_comment(approved.sections.get(slug="summary"), body="ZEBRA", now=now, by=bob)
    promise(approved, by=alice)
    published = publish_postmortem(approved, now=now, by=alice)
    assert "ZEBRA" not in str(published.snapshots.get().content)
    page = web(charlie).get(published.get_absolute_url()).content.decode()
    assert f"comment-{said.uuid}" in page
    assert "ZEBRA" not in web(charlie).get(f"{published.get_absolute_url()}versions/1/").content.decode()


def test_forms_comment_answer_settle_correct_and_remove(draft, section, charlie, alice, web):
    at = draft.get_absolute_url()
    sent = {"body": "How many?", "quote": "34 s", "once": "a" * 32}
    for _ in range(2):  # a double click
        answer = web(charlie).post(f"{at}sections/factors/comments/new/", sent)
    comment = Comment.objects.get()
    assert answer.headers["Location"] == f"{at}#comment-{comment.uuid}"
    web(alice).post(f"{at}comments/{comment.uuid}/answer/", {"body": "214 files"})
    web(alice).post(f"{at}comments/{comment.uuid}/state/", {"to": "setled"})
    assert "Settled by Alice" not in web(charlie).get(at).content.decode()
    web(alice).post(f"{at}comments/{comment.uuid}/state/", {"to": "resolved"})
    page = web(charlie).get(at).content.decode()
    assert "Settled by Alice" in page
    assert "214 files" in page
    web(charlie).post(f"{at}comments/{comment.uuid}/edit/", {"body": "How many files?"})
    web(charlie).post(f"{at}comments/{comment.uuid}/remove/")
    comment.refresh_from_db()
    assert comment.body == "How many files?"
    refused = web(charlie).post(f"{at}sections/factors/comments/new/", {"body": " ", "quote": "kept"})
    assert 'value="kept"' in refused.content.decode()


def test_programs_list_filter_add_answer_settle_and_remove(draft, section, charlie, alice, bob, api):
    at = f"/api/v1/postmortems/{draft.key}/comments/"
    made = api(bob).post(at, {"section": "factors", "body": "How many?", "is_blocking": True}).json()
    answered = api(alice).post(at, {"thread": made["id"], "body": "214"}).json()
    assert (answered["thread"], answered["section"]) == (made["id"], "factors")
    assert [row["id"] for row in api(charlie).get(f"{at}?is_blocking=true").json()["results"]] == [made["id"]]
    assert api(alice).patch(f"{at}{made['id']}/", {"body": "Mine"}).status_code == 403
    assert api(alice).post(f"{at}{made['id']}/transitions/", {"to": "resolved"}).status_code == 403
    settled = api(bob).post(f"{at}{made['id']}/transitions/", {"to": "resolved"}).json()
    assert settled["resolved_by"]["slug"] == "bob"
    assert api(charlie).get(f"{at}?is_resolved=true").json()["results"][0]["id"] == made["id"]
    assert api(bob).delete(f"{at}{made['id']}/").status_code == 409
    assert api(alice).delete(f"{at}{answered['id']}/").status_code == 204
    for odd in (
        {"body": "x"},
        {"section": "factors"},
        {"section": "factors", "thread": made["id"], "body": "x"},
    ):
        assert api(bob).post(at, odd).status_code == 400
    assert api(bob).post(at, {"section": "nowhere", "body": "x"}).status_code == 404


def test_a_page_costs_the_same_whatever_was_said(draft, section, comment, alice, bob, charlie, web, now):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            web(alice).get(draft.get_absolute_url())
        return len(asked)

    before = cost()
    for person in (alice, bob, charlie):
        answer_comment(comment, body="More", now=now, by=person)
        add_comment(section, body="Another", now=now, by=person)
    assert cost() <= before
