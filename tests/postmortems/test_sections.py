import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.postmortems.operations import StaleSection, save_section
from tests.postmortems.conftest import write

pytestmark = pytest.mark.django_db


def test_each_section_has_a_version_of_its_own(draft, alice, bob):
    assert write(draft, "well", "Paused quickly.", by=alice).version == 2
    assert write(draft, "poorly", "Noticed late.", by=bob).version == 2


def test_a_stale_save_is_refused_with_both_texts_and_loses_neither(draft, now, alice, bob):
    section = draft.sections.get(slug="well")
    save_section(section, body="Alice's text", seen=1, now=now, by=alice)
    with pytest.raises(StaleSection) as refusal:
        save_section(section, body="Bob's text", seen=1, now=now, by=bob)
    stale = refusal.value
    assert (stale.stored, stale.written, stale.seen, stale.current) == ("Alice's text", "Bob's text", 1, 2)
    section.refresh_from_db()
    assert section.body == "Alice's text"


def test_the_same_text_sent_twice_is_saved_once(draft, now, alice):
    section = draft.sections.get(slug="well")
    for _ in range(2):
        saved = save_section(section, body="Once", seen=1, now=now, by=alice)
    assert saved.version == 2
    assert AuditEvent.objects.filter(verb="postmortem.section_saved").count() == 1


def test_every_text_is_kept_with_its_author(draft, alice, bob):
    write(draft, "well", "One", by=alice)
    write(draft, "well", "Two", by=bob)
    kept = draft.sections.get(slug="well").revisions.values_list("version", "body", "author__slug")
    assert list(kept) == [(3, "Two", "bob"), (2, "One", "alice")]


def test_a_save_leaves_an_event_with_before_and_after(draft, alice):
    write(draft, "well", "One", by=alice)
    event = AuditEvent.objects.get(verb="postmortem.section_saved")
    assert (event.object_key, event.changes) == ("PM-1 well", {"body": ["", "One"]})


def test_a_save_sends_an_approved_document_back_to_draft(approved, alice):
    write(approved, "well", "Added after the approval", by=alice)
    approved.refresh_from_db()
    assert approved.status == "draft"
    assert not approved.reviews.filter(is_current=True).exists()


def test_a_published_text_is_frozen(published, alice):
    with pytest.raises(Conflict) as refusal:
        write(published, "well", "Later wisdom", by=alice)
    assert refusal.value.allowed == ["draft"]


def test_strangers_and_auditors_write_nothing(draft, charlie, ada):
    for person in (charlie, ada):
        with pytest.raises(PermissionDenied):
            write(draft, "well", "Mine", by=person)


def test_line_ends_are_alike_whatever_sent_them(draft, alice):
    assert write(draft, "well", "a\r\nb\r\n", by=alice).body == "a\nb"


def test_a_text_that_would_be_slow_to_show_is_refused(draft, alice):
    with pytest.raises(ValidationError):
        write(draft, "well", "x" * 100_001, by=alice)
    with pytest.raises(ValidationError):
        write(draft, "well", ">" * 5000, by=alice)


def test_two_editors_in_a_hundred_rounds_form_one_chain(draft, now, alice, bob):
    section = draft.sections.get(slug="well")
    accepted, refused = [], []
    for turn in range(100):
        person, seen = (alice, bob)[turn % 2], 1 + len(accepted) - (turn % 3 == 2)
        try:
            accepted.append(
                save_section(section, body=f"Round {turn}", seen=seen, now=now, by=person).version
            )
        except StaleSection as stale:
            refused.append(stale.written)
    assert len(refused) + len(accepted) == 100
    assert refused
    assert accepted == list(range(2, len(accepted) + 2))
    assert section.revisions.count() == len(accepted)
