"""What is drawn from the incidents stands apart from what people write, and changes only when somebody says so."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, StaleVersion
from apps.incidents.models import TimelineEntry
from apps.postmortems.models import Block
from apps.postmortems.operations import (
    add_block,
    detach_block,
    digest_of,
    draft_postmortem,
    fresh_text,
    refresh_block,
)
from tests.factories import make_incident, make_user
from tests.postmortems.conftest import BEGAN, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def timeline(draft):
    return Block.objects.get(section__postmortem=draft, kind="timeline")


@pytest.fixture
def news(timeline, outage, bob):
    """Something starred after the block was drawn."""
    at = BEGAN + timedelta(minutes=90)
    return TimelineEntry.objects.create(
        incident=outage, kind="note", body="Batches withdrawn", at=at, author=bob, is_starred=True
    )


def test_reading_draws_nothing_again(web, alice, draft, timeline, news):
    assert "Batches withdrawn" not in web(alice).get(draft.get_absolute_url()).content.decode()
    timeline.refresh_from_db()
    assert "Batches withdrawn" not in timeline.text


def test_drawing_again_shows_what_changes_and_leaves_human_text_alone(web, alice, draft, timeline, news):
    write(draft, "timeline", "Times before 02:11 are from the bank's log.", by=alice)
    url = f"{draft.get_absolute_url()}sections/timeline/blocks/timeline/"
    page = web(alice).get(url).content.decode()
    assert "<ins>" in page
    assert "Batches withdrawn" in page
    shown = digest_of(fresh_text(draft, "timeline", by=alice))
    assert web(alice).post(url, {"version": 1, "shown": shown}).status_code == 302
    timeline.refresh_from_db()
    assert ("Batches withdrawn" in timeline.text, timeline.version) == (True, 2)
    assert draft.sections.get(slug="timeline").body == "Times before 02:11 are from the bank's log."
    event = AuditEvent.objects.get(verb="postmortem.block_refreshed")
    assert (event.object_key, event.scope) == ("PM-1 timeline timeline", "incident:INC-1")


def test_what_changed_since_it_was_shown_is_not_taken_over_unseen(draft, timeline, news, alice, now):
    shown = digest_of(fresh_text(draft, "timeline", by=alice))
    news.body = "Batches withdrawn at both banks"
    news.save()
    with pytest.raises(Conflict, match="Look again"):
        refresh_block(timeline, shown=shown, now=now, by=alice)
    with pytest.raises(StaleVersion):
        refresh_block(timeline, seen=7, now=now, by=alice)


def test_the_same_again_notes_the_moment_and_is_no_version(draft, timeline, alice, now):
    later = now + timedelta(hours=1)
    row = refresh_block(timeline, now=later, by=alice)
    assert (row.version, row.drawn_at) == (1, later)
    assert not AuditEvent.objects.filter(verb="postmortem.block_refreshed").exists()


def test_made_text_it_is_theirs_and_can_be_drawn_anew_beside_it(draft, timeline, alice, now, news):
    write(draft, "timeline", "Before it all.", by=alice)
    section = detach_block(timeline, now=now, by=alice)
    assert section.body == f"Before it all.\n\n{timeline.text}"
    assert section.revisions.count() == 2
    block = add_block(section, kind="timeline", now=now, by=alice)
    assert "Batches withdrawn" in block.text
    with pytest.raises(Conflict, match="already"):
        add_block(section, kind="timeline", now=now, by=alice)


def test_a_published_block_is_frozen(published, alice, now, api):
    block = Block.objects.get(section__postmortem=published, kind="timeline")
    for act in (refresh_block, detach_block):
        with pytest.raises(Conflict):
            act(block, now=now, by=alice)
    sections = api(alice).get("/api/v1/postmortems/PM-1/versions/1/").json()["sections"]
    frozen = next(section for section in sections if section["slug"] == "timeline")["blocks"]
    assert (frozen[0]["kind"], frozen[0]["text"]) == ("timeline", block.text)


def test_drawing_takes_an_approval_back(approved, alice, now, outage, bob):
    at = BEGAN + timedelta(minutes=95)
    TimelineEntry.objects.create(
        incident=outage, kind="note", body="Late", at=at, author=bob, is_starred=True
    )
    refresh_block(Block.objects.get(section__postmortem=approved, kind="timeline"), now=now, by=alice)
    approved.refresh_from_db()
    assert approved.status == "draft"


def test_strangers_and_auditors_draw_nothing(timeline, charlie, ada, now):
    for person in (charlie, ada):
        for act in (refresh_block, detach_block):
            with pytest.raises(PermissionDenied):
                act(timeline, now=now, by=person)


def test_who_does_not_see_every_incident_draws_none_of_them(outage, alice, now):
    hidden = make_incident(by=alice, is_private=True)
    owner = make_user("erin")
    postmortem = draft_postmortem([outage, hidden], owner=owner, now=now, by=alice)
    block = Block.objects.get(section__postmortem=postmortem, kind="timeline")
    with pytest.raises(PermissionDenied, match="private"):
        refresh_block(block, now=now, by=owner)
    refresh_block(block, now=now, by=alice)


def test_programs_read_draw_and_detach_blocks(api, alice, draft, timeline, news):
    client, url = api(alice), "/api/v1/postmortems/PM-1/sections/timeline/blocks/"
    assert [row["kind"] for row in client.get(url).json()] == ["timeline", "roles"]
    one = client.get(f"{url}timeline/")
    assert (one["ETag"], "Batches withdrawn" in one.json()["fresh"]) == ('"1"', True)
    assert client.post(f"{url}timeline/refresh/").status_code == 428
    drawn = client.post(f"{url}timeline/refresh/", headers={"If-Match": '"1"'})
    assert (drawn.status_code, drawn["ETag"]) == (200, '"2"')
    assert client.post(f"{url}timeline/detach/", headers={"If-Match": '"1"'}).status_code == 412
    assert client.post(f"{url}timeline/detach/", headers={"If-Match": '"2"'}).status_code == 204
    assert client.get(f"{url}timeline/").status_code == 404
    assert client.post(url, {"kind": "timeline"}).status_code == 201
    assert client.post(url, {"kind": "weather"}).status_code == 400


def test_alice_draws_a_further_block_from_the_page_and_it_stands_with_its_own_button(web, alice, draft):
    client, section = web(alice), draft.sections.get(slug="timeline")
    Block.objects.filter(section__postmortem=draft, kind="windows").delete()
    url = f"{draft.get_absolute_url()}sections/timeline/"
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    for page in (client.get(draft.get_absolute_url()).content.decode(), part):
        assert f'action="{url}blocks/new/"' in page
        assert 'name="kind" value="windows"' in page
        assert 'name="kind" value="timeline"' not in page
    answer = client.post(f"{url}blocks/new/", {"kind": "windows"})
    assert answer.headers["Location"] == f"{draft.get_absolute_url()}#timeline"
    assert section.blocks.get(kind="windows").text
    page = client.get(draft.get_absolute_url()).content.decode()
    assert f'href="{url}blocks/windows/"' in page
    assert 'name="kind" value="windows"' not in page
