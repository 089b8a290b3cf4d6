from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, StaleVersion
from apps.incidents.operations import grant_access
from apps.postmortems.models import Block, Postmortem
from apps.postmortems.models.shipped import SECTIONS
from apps.postmortems.operations import draft_postmortem, edit_postmortem
from tests.factories import make_incident, make_user
from tests.postmortems.conftest import BEGAN

pytestmark = pytest.mark.django_db


def drawn(postmortem, kind):
    return Block.objects.get(section__postmortem=postmortem, kind=kind).text


def test_a_draft_has_the_sections_of_the_template_in_order(draft):
    assert [section.slug for section in draft.sections.all()] == [template.slug for template in SECTIONS]
    assert (draft.key, draft.status, draft.title) == ("PM-1", "draft", "Settlement files sent twice")


def test_a_draft_shows_what_its_incident_knows_apart_from_what_people_write(draft):
    assert draft.sections.get(slug="summary").body == "The standby sent files again."
    assert drawn(draft, "services") == "- INC-1 affected `checkout`"
    assert drawn(draft, "severity") == "- INC-1: SEV2"
    assert "4 Nov 2026 02:11 UTC to 4 Nov 2026 05:37 UTC (3 h 26 min)" in drawn(draft, "windows")
    assert "detected at 4 Nov 2026 02:31 UTC, 20 min after the impact began" in drawn(draft, "detection")
    assert drawn(draft, "roles") == "- INC-1: the commander, from 4 Nov 2026 02:33 UTC"
    assert "- INC-1: **Mitigated**, 4 Nov 2026 02:42 UTC" in drawn(draft, "milestones")


def test_the_timeline_holds_starred_entries_and_milestones_in_order_and_no_names(draft):
    lines = drawn(draft, "timeline").splitlines()
    assert lines == [
        "**4 Nov 2026, UTC**",
        "",
        "- 02:11 **Impact started**",
        "- 02:31 **Detected**",
        "- 02:31 A responder: A bank reports repeated files; the commander is paged",
        "- 02:42 **Mitigated**",
        "- 02:42 The commander: Transfer paused",
    ]


def test_prefilled_texts_are_the_first_revision(draft, alice):
    revision = draft.sections.get(slug="summary").revisions.get()
    assert (revision.version, revision.author) == (1, alice)
    assert not draft.sections.get(slug="background").revisions.exists()


def test_several_incidents_share_one_postmortem_and_say_which_is_which(outage, now, alice):
    later = make_incident(by=alice, title="Again", started_at=BEGAN + timedelta(days=1))
    postmortem = draft_postmortem([later, outage], title="Twice", now=now, by=alice)
    assert set(postmortem.incidents.all()) == {outage, later}
    assert f"- 02:11 {outage.key}: **Impact started**" in drawn(postmortem, "timeline")


def test_one_incident_may_have_several_postmortems(draft, outage, now, bob):
    assert draft_postmortem([outage], now=now, by=bob).key == "PM-2"


def test_a_draft_needs_an_incident_and_an_owner_who_may_write(outage, now, alice, ada):
    with pytest.raises(ValidationError, match="at least one"):
        draft_postmortem([], now=now, by=alice)
    with pytest.raises(ValidationError, match="may write"):
        draft_postmortem([outage], owner=ada, now=now, by=alice)
    assert not Postmortem.objects.exists()


def test_auditors_draft_nothing(outage, now, ada):
    with pytest.raises(PermissionDenied):
        draft_postmortem([outage], now=now, by=ada)


def test_drafting_and_editing_leave_events_with_before_and_after(draft, now, alice, bob):
    edit_postmortem(
        draft, changes={"title": "Files twice", "owner": bob, "tags": ["Failover"]}, now=now, by=alice
    )
    drafted = AuditEvent.objects.get(verb="postmortem.drafted")
    edited = AuditEvent.objects.get(verb="postmortem.edited")
    assert (drafted.actor, drafted.object_key, drafted.scope) == (alice, "PM-1", "incident:INC-1")
    assert edited.changes == {
        "title": ["Settlement files sent twice", "Files twice"],
        "owner": ["alice", "bob"],
        "tags": [[], ["failover"]],
    }


def test_an_edit_that_changes_nothing_leaves_no_event_and_no_version(draft, now, alice):
    edited = edit_postmortem(draft, changes={"title": draft.title, "tags": []}, now=now, by=alice)
    assert edited.version == draft.version
    assert not AuditEvent.objects.filter(verb="postmortem.edited").exists()


def test_an_edit_from_an_old_page_is_refused(draft, now, alice, bob):
    edit_postmortem(draft, changes={"title": "Mine"}, seen=1, now=now, by=alice)
    with pytest.raises(StaleVersion):
        edit_postmortem(draft, changes={"title": "Yours"}, seen=1, now=now, by=bob)


def test_a_new_title_takes_an_approval_back(approved, now, alice):
    row = edit_postmortem(approved, changes={"title": "Other words"}, now=now, by=alice)
    assert row.status == "draft"
    assert not row.reviews.filter(is_current=True).exists()


def test_tags_do_not_take_an_approval_back(approved, now, alice):
    assert edit_postmortem(approved, changes={"tags": ["failover"]}, now=now, by=alice).status == "approved"


def test_nobody_hands_a_document_on_during_review_to_approve_it(in_review, now, alice, charlie):
    row = edit_postmortem(in_review, changes={"owner": charlie}, now=now, by=alice)
    assert row.status == "draft"


def test_the_title_of_a_published_text_is_frozen(published, now, alice):
    with pytest.raises(Conflict) as refusal:
        edit_postmortem(published, changes={"title": "Better"}, now=now, by=alice)
    assert refusal.value.allowed == ["draft"]


def test_strangers_edit_nothing(draft, now, charlie):
    with pytest.raises(PermissionDenied):
        edit_postmortem(draft, changes={"title": "Mine"}, now=now, by=charlie)


def test_a_private_incident_is_not_taken_off_to_open_its_postmortem(outage, now, alice, root):
    hidden = make_incident(by=alice, is_private=True)
    postmortem = draft_postmortem([outage, hidden], now=now, by=alice)
    with pytest.raises(ValidationError, match="stays with"):
        edit_postmortem(postmortem, changes={"incidents": [outage]}, now=now, by=alice)
    edit_postmortem(postmortem, changes={"incidents": [outage]}, now=now, by=root)
    assert list(postmortem.incidents.all()) == [outage]


def test_incidents_that_an_editor_cannot_see_stay(outage, now, alice):
    hidden = make_incident(by=alice, is_private=True)
    owner = make_user("erin")
    postmortem = draft_postmortem([hidden], owner=owner, now=now, by=alice)
    edit_postmortem(postmortem, changes={"incidents": [outage]}, now=now, by=owner)
    assert set(postmortem.incidents.all()) == {outage, hidden}


def test_who_reads_a_private_incident_for_a_time_makes_nobody_the_owner_of_its_postmortem(
    checkout, alice, bob, now
):
    hidden = make_incident(by=alice, services=[checkout], is_private=True)
    grant_access(hidden, person=bob, ends_at=now + timedelta(days=365), by=alice, now=now)
    with pytest.raises(ValidationError, match="for good"):
        draft_postmortem([hidden], now=now, by=bob)
    postmortem = draft_postmortem([hidden], owner=alice, now=now, by=bob)
    with pytest.raises(ValidationError, match="for good"):
        edit_postmortem(postmortem, changes={"owner": bob}, now=now, by=bob)
    assert edit_postmortem(postmortem, changes={"owner": bob}, now=now, by=alice).owner == bob


def test_the_scope_of_a_private_incident_hides_the_events(outage, now, alice, ada):
    hidden = make_incident(by=alice, is_private=True)
    draft_postmortem([outage, hidden], now=now, by=alice)
    assert AuditEvent.objects.get(verb="postmortem.drafted").scope == f"incident:{hidden.key}"
