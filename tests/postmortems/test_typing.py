"""What is typed and not saved: kept for its author alone, brought back, and never saved twice."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent
from apps.postmortems.models import SectionDraft, SectionRevision
from apps.postmortems.operations import keep_draft, save_section
from tests.postmortems.conftest import write

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def section(draft):
    return draft.sections.get(slug="well")


def url(section, rest):
    return f"/postmortems/PM-1/sections/{section.slug}/{rest}/"


def html(answer):
    return answer.content.decode()


def test_what_is_typed_is_kept_for_its_author_alone_and_is_no_text_yet(web, alice, bob, section):
    answer = web(alice).post(url(section, "draft"), {"text": "Half a sen", "version": 1}, headers=HX)
    assert "Draft saved" in html(answer)
    page = html(web(alice).get(url(section, "edit")))
    assert "Half a sen</textarea>" in page
    assert "did not save" in page
    assert "Half a sen" not in html(web(bob).get(url(section, "edit")))
    section.refresh_from_db()
    assert (section.body, section.version) == ("", 1)
    assert not AuditEvent.objects.filter(object_key__contains="well").exists()


def test_who_types_is_named_for_two_minutes_and_locks_nobody_out(web, alice, bob, section):
    web(alice).post(url(section, "draft"), {"text": "Half", "version": 1}, headers=HX)
    assert "Alice is writing this section" in html(web(bob).get(url(section, "edit")))
    assert web(bob).post(url(section, "edit"), {"text": "Whole", "version": 1}).status_code == 302
    row = SectionDraft.objects.get()
    SectionDraft.objects.update(typed_at=row.typed_at - timedelta(seconds=121))
    assert "is writing this section" not in html(web(bob).get(url(section, "edit")))
    assert "Half</textarea>" in html(web(alice).get(url(section, "edit")))


def test_a_draft_that_arrives_after_its_own_save_is_no_draft(web, alice, bob, section, now):
    client = web(alice)
    save_section(section, body="Saved\n\nhere", seen=1, now=now, by=alice)
    late = client.post(url(section, "draft"), {"text": "Saved\r\n\r\nhere ", "version": 1}, headers=HX)
    assert (late.status_code, "Draft saved" in html(late)) == (200, False)
    assert not SectionDraft.objects.exists()
    client.post(url(section, "draft"), {"text": "Other words", "version": 1}, headers=HX)
    assert SectionDraft.objects.get().body == "Other words"


def test_saving_and_letting_go_end_a_draft(web, alice, section, now):
    client = web(alice)
    for end in ("save", "discard"):
        client.post(url(section, "draft"), {"text": f"Typed, then {end}", "version": 1}, headers=HX)
        assert SectionDraft.objects.exists()
        if end == "save":
            save_section(section, body="Saved", seen=section.version, now=now, by=alice)
        else:
            assert client.post(url(section, "draft"), {"discard": "1"}).status_code == 302
        assert not SectionDraft.objects.exists()


def test_strangers_keep_no_draft_and_none_is_endless(section, charlie, ada, alice, now):
    for person in (charlie, ada):
        with pytest.raises(PermissionDenied):
            keep_draft(section, body="Mine", base_version=1, now=now, by=person)
    with pytest.raises(ValidationError):
        keep_draft(section, body="x" * 100_001, base_version=1, now=now, by=alice)


def test_a_stale_save_shows_base_theirs_and_mine_and_both_stand_after_one_click(web, alice, bob, draft):
    section = write(draft, "well", "One\nTwo\nThree", by=alice)
    write(draft, "well", "One, said Bob\nTwo\nThree", by=bob)
    data = {"text": "One\nTwo\nThree, said Alice", "version": section.version}
    answer = web(alice).post(url(section, "edit"), data, headers=HX)
    page = html(answer)
    assert answer.status_code == 412
    assert all(title in page for title in ("When you began", "Stored now", "Yours", "Save both changes"))
    assert "Bob saved this section" in page
    merged = re.search(r'name="text" value="([^"]*)"', page)[1]
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    saved = web(alice).post(url(section, "edit"), {"text": merged, "version": version}, headers=HX)
    assert saved.status_code == 200
    section.refresh_from_db()
    assert section.body == "One, said Bob\nTwo\nThree, said Alice"
    assert not SectionDraft.objects.exists()


def test_a_conflict_that_is_left_keeps_the_text_for_later(web, alice, bob, draft):
    section = write(draft, "well", "One", by=alice)
    write(draft, "well", "Bob's", by=bob)
    web(alice).post(url(section, "edit"), {"text": "Alice's", "version": section.version})
    page = html(web(alice).get(url(section, "edit")))
    assert "Alice&#x27;s</textarea>" in page
    assert "Somebody saved the section since" in page


def test_a_merge_with_overlaps_opens_and_saves_nothing(web, alice, bob, draft):
    section = write(draft, "well", "One\nTwo", by=alice)
    write(draft, "well", "Bob\nTwo", by=bob)
    page = html(web(alice).post(url(section, "edit"), {"text": "Alice\nTwo", "version": section.version}))
    assert "Merge what does not overlap" in page
    assert "Both changed this place" in page
    looked = web(alice).post(url(section, "edit"), {"text": "Alice\nTwo", "version": 3, "look": "1"})
    assert "Alice\nTwo</textarea>" in html(looked)
    section.refresh_from_db()
    assert section.body == "Bob\nTwo"


def test_the_same_save_sent_again_is_one_revision_even_when_others_saved_since(web, alice, bob, draft):
    client, section = web(alice), draft.sections.get(slug="well")
    data = {"text": "What one wrote", "version": 1, "once": "k1"}
    assert client.post(url(section, "edit"), data, headers=HX).status_code == 200
    write(draft, "well", "What both wrote", by=bob)
    again = client.post(url(section, "edit"), data, headers=HX)
    assert (again.status_code, "What both wrote" in html(again)) == (200, True)
    assert SectionRevision.objects.filter(section=section).count() == 2
    assert client.post(url(section, "edit"), data | {"text": "Other"}, headers=HX).status_code == 412
