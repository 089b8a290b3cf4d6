"""Who is told, who is asked, who has read it, and who learns of that."""

import re
from xml.etree import ElementTree

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.notifications.kinds import renderer
from apps.notifications.models import OutboxMail
from apps.postmortems.comparing import changes_between
from apps.postmortems.content import is_intact
from apps.postmortems.models import Lesson, PublishedSnapshot, ReadingDuty, ReadReceipt
from apps.postmortems.operations import (
    acknowledge_reading,
    add_part,
    choose_readers,
    draft_postmortem,
    note_read,
    publish_postmortem,
    return_to_draft,
    submit_for_review,
    vote_useful,
)
from apps.postmortems.readership import readership_of
from apps.services.operations import watch_service
from tests.factories import make_incident, make_team, make_user
from tests.postmortems.conftest import NOW, approve, approve_by_all, fill, promise, write

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def dora(db):
    return make_user("dora", team=make_team(name="Search", slug="search"))


def told():
    return sorted(mail.recipient.slug for mail in OutboxMail.objects.filter(kind="postmortem_published"))


def letter(person):
    row = OutboxMail.objects.filter(kind="postmortem_published", recipient=person).order_by("pk").last()
    return renderer(row.kind)(row, NOW)


def again(postmortem, *, by, text="New words of 3 files."):
    """The next version."""
    row = return_to_draft(postmortem, now=NOW, by=by)
    write(row, "summary", text, by=by)
    add_part(row, Lesson, {"kind": "lucky", "text": "It was a Sunday"}, now=NOW, by=by)
    row.refresh_from_db()
    return publish_postmortem(approve_by_all(submit_for_review(row, now=NOW, by=by)), now=NOW, by=by)


def test_who_took_part_watches_or_has_to_read_it_is_told_once(approved, now, alice, bob, dora, checkout):
    watcher, gone, erin = make_user("wanda"), make_user("gone"), make_user("erin")
    watch_service(checkout, is_on=True, by=watcher)
    watch_service(checkout, is_on=True, by=gone)
    watch_service(checkout, is_on=False, by=gone)
    choose_readers(approved, people=[erin], teams=[dora.current_teams[0]], now=now, by=alice)
    promise(approved, by=alice, owner=make_user("frank"))
    publish_postmortem(approved, now=now, by=alice)
    assert told() == ["bob", "dora", "erin", "frank", "wanda"]  # bob commanded and reviewed; alice knows
    assert "asked to read it" in letter(erin).text
    assert "asked to read it" in letter(dora).text
    assert "asked to read it," not in letter(watcher).text.replace("are asked to read it: one", "")
    assert letter(watcher).subject == "Published: PM-1 Settlement files sent twice"
    assert sorted(duty.person.slug for duty in ReadingDuty.objects.all()) == ["dora", "erin"]


def test_of_what_is_private_only_those_hear_who_may_see_it_and_no_title_leaves(
    now, alice, bob, root, checkout
):
    hidden = make_incident(by=alice, is_private=True, severity=3, services=[checkout], title="Zebra")
    row = draft_postmortem([hidden], title="Zebra", now=now, by=alice)
    fill(row, by=alice)
    watch_service(checkout, is_on=True, by=bob)
    with pytest.raises(ValidationError, match="Not Bob"):
        choose_readers(row, people=[bob], now=now, by=alice)
    choose_readers(row, people=[root], teams=[bob.current_teams[0]], now=now, by=alice)
    row = submit_for_review(row, now=now, by=alice)
    approve(row, by=root)
    promise(row, by=alice)
    publish_postmortem(row, now=now, by=alice)
    assert told() == ["root"]
    assert "Zebra" not in str(letter(root))


def test_names_are_for_the_owner_alone_and_counts_for_everybody(
    api, web, published, now, alice, bob, charlie, root, ada
):
    choose_readers(published, people=[bob], now=now, by=alice)
    for _ in range(2):
        note_read(published, now=now, by=charlie)
    url = f"/api/v1/postmortems/{published.key}/readers/"
    seen = {person.slug: api(person).get(url).json() for person in (alice, bob, charlie, root, ada)}
    assert {(each["read_count"], each["required_count"]) for each in seen.values()} == {(1, 1)}
    assert [slug for slug, each in seen.items() if each["names"] is not None] == ["alice"]
    names = [
        (each["person"]["slug"], each["is_required"], bool(each["first_at"]))
        for each in seen["alice"]["names"]
    ]
    assert names == [("bob", True, False), ("charlie", False, True)]
    pages = {
        person.slug: web(person).get(published.get_absolute_url()).content.decode()
        for person in (alice, root)
    }
    assert "Charlie" in pages["alice"]
    assert "Charlie" not in pages["root"]
    assert "Read by 1 person" in pages["root"]
    assert "charlie" not in str(list(AuditEvent.objects.values_list("object_key", "changes", "actor__slug")))


def test_two_of_three_acknowledge_and_it_stands_in_the_work_of_the_third(
    api, web, published, now, alice, bob, dora
):
    erin = make_user("erin")
    choose_readers(published, people=[bob, dora, erin], now=now, by=alice)
    assert told().count("dora") == 1
    url = f"{published.get_absolute_url()}acknowledge/"
    assert "I have read it" in web(bob).get(published.get_absolute_url()).content.decode()
    assert web(bob).post(url, {"version": "1"}).status_code == 302
    answer = api(dora).post(f"/api/v1/postmortems/{published.key}/acknowledge/", {"version": 1})
    assert (answer.status_code, answer.json()["acknowledged_count"]) == (200, 2)
    acknowledge_reading(published, now=now, by=dora)  # twice is once
    assert readership_of(published, alice).acknowledged_count == 2
    asks = {
        person.slug: "You are asked to read it" in web(person).get("/").content.decode()
        for person in (bob, erin)
    }
    assert asks == {"bob": False, "erin": True}
    with pytest.raises(Conflict, match="Nobody has asked you"):
        acknowledge_reading(published, now=now, by=make_user("frank"))


def test_who_is_asked_no_longer_owes_nothing_and_what_was_acknowledged_stays(
    published, now, alice, bob, dora
):
    choose_readers(published, people=[bob, dora], now=now, by=alice)
    acknowledge_reading(published, now=now, by=bob)
    choose_readers(published, now=now, by=alice)
    assert [duty.person for duty in ReadingDuty.objects.all()] == [bob]
    event = AuditEvent.objects.filter(verb="postmortem.readers_required").order_by("pk").last()
    assert event.changes == {"readers": [["bob", "dora"], []]}


def test_only_the_owner_chooses_who_has_to_read_it(published, now, alice, bob, root):
    for person in (bob, root):
        with pytest.raises(PermissionDenied):
            choose_readers(published, people=[person], now=now, by=person)
    with pytest.raises(ValidationError, match="Not Alice"):
        choose_readers(published, people=[alice], now=now, by=alice)


def test_a_page_that_was_open_is_a_read_of_that_version_alone(api, web, published, now, alice, charlie):
    page = web(charlie).get(published.get_absolute_url()).content.decode()
    assert f'hx-post="{published.get_absolute_url()}read/"' in page
    assert not ReadReceipt.objects.exists()  # looking changes nothing
    assert web(charlie).post(f"{published.get_absolute_url()}read/", {"version": "1"}).status_code == 204
    assert (
        "hx-post"
        not in re.findall(
            r"<aside.*?</aside>", web(charlie).get(published.get_absolute_url()).content.decode(), re.S
        )[0]
    )
    row = again(published, by=alice)
    assert web(charlie).post(f"{published.get_absolute_url()}read/", {"version": "1"}).status_code == 204
    assert [receipt.version for receipt in ReadReceipt.objects.filter(person=charlie)] == [1]
    stale = api(charlie).post(f"/api/v1/postmortems/{row.key}/read/", {"version": 1})
    assert (stale.status_code, "Version 2" in stale.json()["detail"]) == (409, True)


def test_who_read_version_1_is_shown_what_changed_since(web, api, published, now, alice, charlie, dora):
    note_read(published, now=now, by=charlie)
    choose_readers(published, people=[dora], now=now, by=alice)
    acknowledge_reading(published, now=now, by=dora)
    again(published, by=alice)
    page = web(charlie).get(published.get_absolute_url()).content.decode()
    assert "You have read version 1" in page
    link = f"{published.get_absolute_url()}versions/2/changes/?since=1"
    assert link in page
    changes = web(charlie).get(link).content.decode()
    assert '<ins><span class="sr-only">added: </span>' in changes
    assert "It was a Sunday" in changes
    assert "Recovery and resolution" not in changes  # what did not change is left out
    body = api(charlie).get(f"/api/v1/postmortems/{published.key}/versions/2/changes/?since=1").json()
    assert [(change["slug"], change["kind"]) for change in body] == [
        ("summary", "changed"),
        ("lucky", "added"),
    ]
    for query in ("?since=2", "?since=x"):
        assert web(charlie).get(link.replace("?since=1", query)).status_code == 404
    assert "You have read version" not in web(alice).get(published.get_absolute_url()).content.decode()
    assert (
        ReadingDuty.objects.filter(version=2, acknowledged_at__isnull=True).count() == 1
    )  # dora is asked anew
    assert letter(dora).subject.startswith("Version 2: PM-1")


def test_the_first_version_is_all_new(published):
    new = published.snapshots.get()
    assert {change.kind for change in changes_between(None, new)} == {"added"}


def test_a_vote_is_one_a_person_and_changeable(api, web, published, now, alice, bob):
    url = f"/api/v1/postmortems/{published.key}/useful/"
    for _ in range(2):
        assert api(bob).put(url).json()["useful_count"] == 1
    vote_useful(published, is_useful=True, now=now, by=alice)
    assert "2 found it useful" in web(bob).get(published.get_absolute_url()).content.decode()
    assert api(bob).delete(url).json()["useful_count"] == 1
    web(bob).post(f"{published.get_absolute_url()}useful/", {"on": "1"})
    assert readership_of(published, bob).find_useful


def test_nothing_is_read_before_it_is_published(api, draft, now, alice):
    for act in (note_read, acknowledge_reading):
        with pytest.raises(Conflict, match="not published yet"):
            act(draft, now=now, by=alice)
    assert api(alice).get(f"/api/v1/postmortems/{draft.key}/readers/").status_code == 404


def test_the_checksum_covers_all_that_a_version_shows(web, published, alice, capsys):
    snapshot = published.snapshots.get()
    assert {"title", "version", "published_at", "published_by", "sections", "impact", "factors"} <= set(
        snapshot.content
    )
    call_command("verify_postmortems")
    assert "1 versions are what was published." in capsys.readouterr().out
    for changes in ({"title": "Another"}, {"version": 7}, {"published_at": NOW.replace(year=2020)}):
        broken = PublishedSnapshot.objects.get(pk=snapshot.pk)
        for name, value in changes.items():
            setattr(broken, name, value)
        assert not is_intact(broken)
    content = snapshot.content | {"tags": ["other"]}
    PublishedSnapshot.objects.update(content=content)
    with pytest.raises(CommandError, match="PM-1 version 1"):
        call_command("verify_postmortems")
    assert (
        "not what was published"
        in web(alice).get(f"{published.get_absolute_url()}versions/1/").content.decode()
    )


def feed_of(client, address):
    answer = client.get(address.removeprefix("http://testserver"))
    return answer, [
        entry.find(f"{ATOM}title").text
        for entry in ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")
    ]


def test_a_feed_is_read_without_signing_in_and_ends_with_its_key(api, web, published, now, alice, charlie):
    url = "/api/v1/postmortem-feed/"
    assert api(charlie).get(url).json() == {"prefix": None, "created_at": None}
    first = api(charlie).post(url).json()["address"]
    answer, titles = feed_of(web(), first)
    assert (answer["Content-Type"], titles) == (
        "application/atom+xml; charset=utf-8",
        ["Settlement files sent twice"],
    )
    assert "private" in answer["Cache-Control"]
    path = first.removeprefix("http://testserver")
    assert web().get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    page = web(charlie).post("/postmortems/feed/").content.decode()
    second = re.search(r"http://testserver/postmortems/feed/[\w-]+/", page)[0]
    assert [web().get(each.removeprefix("http://testserver")).status_code for each in (first, second)] == [
        404,
        200,
    ]
    assert second not in web(charlie).get("/postmortems/feed/").content.decode()  # shown once
    User.objects.filter(pk=charlie.pk).update(is_active=False)
    assert web().get(second.removeprefix("http://testserver")).status_code == 404
    User.objects.filter(pk=charlie.pk).update(is_active=True)
    web(charlie).post("/postmortems/feed/end/")
    assert web().get(second.removeprefix("http://testserver")).status_code == 404
    assert [event.verb for event in AuditEvent.objects.filter(verb__startswith="feed.").order_by("pk")] == [
        "feed.opened",
        "feed.closed",
        "feed.opened",
        "feed.closed",
    ]


def test_what_is_private_is_in_no_feed_and_what_became_private_leaves_it(
    api, web, published, now, alice, root, outage
):
    address = api(root).post("/api/v1/postmortem-feed/").json()["address"]
    assert len(feed_of(web(), address)[1]) == 1
    outage.is_private = True
    outage.save(update_fields=["is_private"])
    assert feed_of(web(), address)[1] == []


def test_a_service_is_watched_through_both_doors(api, web, checkout, charlie, ada):
    url = f"/api/v1/services/{checkout.slug}/watch/"
    for _ in range(2):
        assert api(ada).put(url).status_code == 204
    assert "Watching" in web(ada).get(checkout.get_absolute_url()).content.decode()
    assert api(ada).delete(url).status_code == 204
    assert web(charlie).post(f"{checkout.get_absolute_url()}watch/", {"on": "1"}).status_code == 302
    assert [watch.person for watch in checkout.watches.all()] == [charlie]
    verbs = (
        AuditEvent.objects.filter(verb__startswith="service.").order_by("pk").values_list("verb", flat=True)
    )
    assert list(verbs) == ["service.watched", "service.unwatched", "service.watched"]
