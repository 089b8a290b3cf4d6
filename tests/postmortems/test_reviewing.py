import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent
from apps.core.checksum import checksum
from apps.core.errors import Conflict, StaleVersion
from apps.postmortems.models import NEXT_STATUS, PostmortemStatus
from apps.postmortems.operations import (
    decide_review,
    publish_postmortem,
    return_to_draft,
    submit_for_review,
    transition_postmortem,
)
from tests.postmortems.conftest import approve, promise, write

pytestmark = pytest.mark.django_db
STATES = ["draft", "in_review", "changes_requested", "approved", "published"]


@pytest.fixture
def minor(outage):
    """No rule names reviewers."""
    outage.severity = 3
    outage.save(update_fields=["severity"])


def test_the_owner_cannot_approve_by_any_way(in_review, now, alice):
    with pytest.raises(PermissionDenied):
        decide_review(in_review, decision="approved", now=now, by=alice)
    with pytest.raises(PermissionDenied):
        transition_postmortem(in_review, to="approved", now=now, by=alice)
    in_review.refresh_from_db()
    assert in_review.status == "in_review"


def test_who_asked_for_the_review_cannot_decide_it(filled, now, bob):
    asked = submit_for_review(filled, now=now, by=bob)
    with pytest.raises(PermissionDenied):
        decide_review(asked, decision="approved", now=now, by=bob)


def test_an_admin_who_owns_it_cannot_approve_either(filled, now, root, alice):
    filled.owner = root
    filled.save(update_fields=["owner"])
    asked = submit_for_review(filled, now=now, by=alice)
    with pytest.raises(PermissionDenied):
        decide_review(asked, decision="approved", now=now, by=root)


def test_of_a_lesser_incident_one_approval_by_anybody_is_enough(minor, in_review, now, charlie):
    review = approve(in_review, comment="Clear.", by=charlie)
    assert (review.postmortem.status, review.reviewer, review.is_current) == ("approved", charlie, True)
    event = AuditEvent.objects.get(verb="postmortem.approved")
    assert event.changes["status"] == ["in_review", "approved"]


def test_a_request_for_changes_says_which(in_review, now, bob):
    with pytest.raises(ValidationError, match="should change"):
        decide_review(in_review, decision="changes_requested", comment=" ", now=now, by=bob)
    review = decide_review(in_review, decision="changes_requested", comment="Add numbers", now=now, by=bob)
    assert review.postmortem.status == "changes_requested"


def test_asking_again_makes_former_decisions_count_no_more(in_review, now, alice, bob):
    first = decide_review(in_review, decision="changes_requested", comment="Numbers", now=now, by=bob)
    submit_for_review(in_review, now=now, by=alice)
    first.refresh_from_db()
    assert not first.is_current


def test_a_reviewer_decides_only_on_the_text_they_read(in_review, now, alice, bob):
    read = in_review.version
    write(in_review, "impact", "Quite another impact", by=alice)
    with pytest.raises(StaleVersion):
        decide_review(in_review, decision="approved", seen=read, now=now, by=bob)


def test_publishing_freezes_version_1_with_its_checksum(published, now, alice):
    snapshot = published.snapshots.get()
    assert (published.status, published.published_version, published.published_at) == ("published", 1, now)
    assert (snapshot.version, snapshot.published_by) == (1, alice)
    assert snapshot.sha256 == checksum(snapshot.content)
    assert snapshot.content["sections"][0]["body"] == "Text of summary."


def test_the_published_text_stays_while_the_next_version_is_written(published, now, alice, bob):
    return_to_draft(published, now=now, by=alice)
    write(published, "summary", "New words", by=alice)
    published.refresh_from_db()
    assert published.published_version == 1
    assert published.snapshots.get().content["sections"][0]["body"] == "Text of summary."
    submit_for_review(published, now=now, by=alice)
    approve(published, by=bob)
    assert publish_postmortem(published, now=now, by=alice).published_version == 2
    assert [snapshot.version for snapshot in published.snapshots.all()] == [2, 1]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("to", [*(state for state in STATES if state != "approved"), "waived"])
def test_only_the_moves_of_the_table_are_made_and_a_refusal_lists_them(filled, now, bob, root, state, to):
    filled.status = state
    filled.save(update_fields=["status"])
    promise(filled, by=bob)
    if to in NEXT_STATUS[state]:
        assert transition_postmortem(filled, to=to, reason="Because", now=now, by=bob).status == to
        return
    with pytest.raises(Conflict) as refusal:
        transition_postmortem(filled, to=to, reason="Because", now=now, by=bob)
    assert refusal.value.allowed == list(NEXT_STATUS[state])


def test_every_state_has_a_row_in_the_table():
    assert set(NEXT_STATUS) == set(PostmortemStatus.values)


def test_strangers_move_nothing(filled, now, charlie, ada):
    for person in (charlie, ada):
        with pytest.raises(PermissionDenied):
            submit_for_review(filled, now=now, by=person)
