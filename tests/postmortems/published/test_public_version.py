"""The public version: written apart, approved by somebody else, frozen, shown to strangers, and taken back."""

import re
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, StaleVersion
from apps.incidents.operations import declare_incident, edit_incident, post_update
from apps.notifications.models import OutboxMail
from apps.notifications.operations import deliver_due
from apps.postmortems.inside_words import inside_words
from apps.postmortems.models import PublicVersion
from apps.postmortems.operations import (
    edit_postmortem,
    return_to_draft,
    transition_public_version,
    write_public_version,
)
from apps.postmortems.public_rule import suggestion_for
from apps.status_page.models import Report, ReportVersion
from apps.status_page.operations import add_page, edit_page, set_public_title
from tests.factories import make_service, make_team, make_user
from tests.postmortems.conftest import BEGAN, NOW

TEXT = {
    "title": "Some payouts were sent twice",
    "what_happened": "A standby took over and **sent** 12 files again.",
    "impact": "1,860 shops saw a payout twice. No card was charged twice.",
    "what_we_did": "We stopped the transfers and asked the banks to return them.",
    "what_next": "Each file is refused when it comes a second time. Done on 6 November.",
}
LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def _nothing_kept(db):
    cache.clear()


@pytest.fixture
def mail_dir(settings, tmp_path):
    settings.MAIL_DIR = tmp_path
    return tmp_path


@pytest.fixture
def home(root):
    return add_page(name="Acme status", is_on=True, by=root)


@pytest.fixture
def written(published, home, bob):
    return write_public_version(published, changes=TEXT, now=NOW, by=bob)


def move(version, to, *, by, now=NOW, **more):
    return transition_public_version(version.postmortem, to=to, now=now, by=by, **more)


@pytest.fixture
def shown(written, alice, bob):
    """Written by bob, approved by alice."""
    return publish(written, by=bob, approver=alice)


def publish(version, *, by, approver, now=NOW):
    move(version, "in_review", by=by, now=now)
    move(version, "approved", by=approver, now=now)
    return move(version, "published", by=by, now=now)


def path_of(version):
    return Report.objects.get(key=version.postmortem.key).public_url


def test_it_begins_with_what_is_public_already_and_with_nothing_from_inside(
    published, outage, root, checkout
):
    begun = suggestion_for(published)
    assert (begun.title, begun.began_at, begun.ended_at) == (
        "Disruption",
        BEGAN,
        BEGAN + timedelta(minutes=206),
    )
    assert begun.text.strip() == "Disruption"
    add_page(service=checkout, slug="cards", name="Card payments", is_on=True, by=root)
    assert suggestion_for(published).title == "Disruption of Card payments"
    set_public_title(outage, title="Payouts were sent twice", by=root)
    assert suggestion_for(published).title == "Payouts were sent twice"
    assert not PublicVersion.objects.exists()


def test_its_whole_life_leaves_a_trail_without_a_word_of_it(shown, alice, bob, published):
    assert shown.status == "published"
    frozen = ReportVersion.objects.get()
    assert (frozen.version, frozen.title, frozen.is_intact) == (1, TEXT["title"], True)
    move(shown, "withdrawn", reason="A number was wrong", by=alice)
    trail = AuditEvent.objects.filter(verb__startswith="postmortem.public").order_by("pk")
    assert list(trail.values_list("verb", "actor__slug")) == [
        ("postmortem.public_written", "bob"),
        ("postmortem.public_sent_to_review", "bob"),
        ("postmortem.public_approved", "alice"),
        ("postmortem.public_published", "bob"),
        ("postmortem.public_withdrawn", "alice"),
    ]
    assert trail[3].changes["sha256"] == [None, frozen.sha256]
    assert trail[4].changes["reason"] == [None, "A number was wrong"]
    assert not any(words in str([event.changes for event in trail]) for words in TEXT.values())


def test_nobody_approves_words_of_their_own_and_only_leads_and_admins_do(
    written, alice, bob, root, charlie, ada
):
    write_public_version(written.postmortem, changes={"impact": "1,861 shops."}, now=NOW, by=alice)
    move(written, "in_review", by=bob)
    for person in (bob, alice, charlie, ada):  # a member, a writer, a stranger to it, an auditor
        with pytest.raises(PermissionDenied):
            move(written, "approved", by=person)
    elsewhere = make_user("carol", team=make_team(), role="lead")
    move(written, "draft", reason="Who is “we”?", by=elsewhere)
    move(written, "in_review", by=root)  # who sends it on has written nothing, and does not approve it either
    with pytest.raises(PermissionDenied):
        move(written, "approved", by=root)
    assert move(written, "approved", by=elsewhere).approved_by == elsewhere


def test_an_edit_takes_the_approval_back_and_its_giver_is_told(written, alice, bob, mail_dir):
    move(written, "in_review", by=bob)
    approved = move(written, "approved", by=alice)
    for part in ("title", "impact"):
        edited = write_public_version(approved.postmortem, changes={part: "Other words"}, now=NOW, by=bob)
        assert (edited.status, edited.approved_by) == ("draft", None)
    with pytest.raises(Conflict, match="cannot become"):
        move(edited, "published", by=bob)
    kinds = list(
        OutboxMail.objects.filter(recipient=alice, kind__startswith="public").values_list("kind", flat=True)
    )
    assert sorted(kinds) == ["public_approval_lost", "public_review_asked"]
    same = write_public_version(edited.postmortem, changes={"impact": "Other words"}, now=NOW, by=bob)
    assert same.version == edited.version


def test_what_slipped_past_the_operations_is_not_published(written, alice, bob):
    move(written, "in_review", by=bob)
    move(written, "approved", by=alice)
    PublicVersion.objects.update(impact="Nobody was affected.")
    with pytest.raises(Conflict, match="not the one that was approved"):
        move(written, "published", by=bob)
    assert not Report.objects.exists()


def test_strangers_read_the_frozen_text_until_the_next_one_is_published(shown, alice, bob, root, web):
    path = path_of(shown)
    assert path == "/status/postmortems/2026-11-04-some-payouts-were-sent-twice/"
    page = read(web, path)
    for words in ("Some payouts were sent twice", "<strong>sent</strong>", "4 Nov 2026 02:11", "3 h 26 min"):
        assert words in page
    assert 'Published <time datetime="2026-11-04">4 Nov 2026</time>.' in page
    assert "Updated" not in page
    write_public_version(shown.postmortem, changes={"title": "Payouts came twice"}, now=LATER, by=alice)
    assert read(web, path) == page
    assert "Payouts came twice" not in page
    with pytest.raises(PermissionDenied):
        publish(shown, by=bob, approver=alice)  # who wrote the new title
    move(shown, "approved", by=root, now=LATER)
    move(shown, "published", by=bob, now=LATER)
    cache.clear()
    page = read(web, path)  # the address stays
    assert "Payouts came twice" in page
    assert 'Updated on <time datetime="2026-11-05">5 Nov 2026</time>.' in page
    assert [row.is_intact for row in ReportVersion.objects.all()] == [True, True]


def read(web, path, status=200):
    answer = web().get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


INSIDE = re.compile(r"INC-|PM-|checkout|alice|bob|Text of|Settlement|standby sent files", re.IGNORECASE)


def test_the_page_is_for_everybody_and_tells_nothing_else(shown, web, root):
    path = path_of(shown)
    answer = web().get(path)
    assert answer["Cache-Control"] == "public, max-age=5"
    assert "Vary" not in answer.headers
    assert not answer.cookies
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert '<meta name="robots" content="noarchive">' in answer.content.decode()
    assert not INSIDE.search(answer.content.decode())
    assert web(root).get(path).content == answer.content
    assert web().get(path, headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert web().post(path).status_code == 405
    assert "Some payouts were sent twice" in read(web, "/status/postmortems/")
    for nowhere in (
        "/status/postmortems/2026-11-04-nothing/",
        "/status/postmortems/?page=2",
        "/status/postmortems/feed/",
    ):
        read(web, nowhere, 404)


def test_withdrawn_it_is_gone_for_good_reasons_and_can_come_back(shown, web, alice, bob, root):
    path = path_of(shown)
    for reason in ("", "  "):
        with pytest.raises(ValidationError):
            move(shown, "withdrawn", reason=reason, by=alice)
    write_public_version(shown.postmortem, changes={"impact": "2,000 shops."}, now=NOW, by=bob)
    gone = move(shown, "withdrawn", reason="The number is a guess", by=alice)  # whatever is being written
    assert gone.status == "withdrawn"
    with pytest.raises(Conflict, match="cannot become"):
        move(shown, "withdrawn", reason="Twice", by=alice)
    cache.clear()
    answer = web().get(path)
    assert (answer.status_code, answer["X-Robots-Tag"]) == (410, "noindex")
    page = answer.content.decode()
    assert not any(words in page for words in (*TEXT.values(), "guess"))
    assert TEXT["title"] not in read(web, "/status/postmortems/") + read(web, "/status/feed/")
    publish(gone, by=bob, approver=root)
    assert "2,000 shops." in read(web, path)


@pytest.mark.parametrize(
    "path", ["", "/status/", "/status/postmortems/", "/status/feed/", "/status/history/"]
)
def test_made_private_it_is_shown_nowhere_within_seconds(shown, outage, tell, web, alice, path):
    tell()
    words = "What happened, and what" if path in {"/status/", "/status/history/"} else TEXT["title"]
    path = path or path_of(shown)
    assert words in read(web, path)
    edit_incident(outage, changes={"is_private": True}, by=alice, now=NOW)
    cache.clear()
    answer = web().get(path)
    if path == path_of(shown):
        assert answer.status_code == 404
        assert still(answer) == still(web().get("/status/postmortems/2026-11-04-never-was/"))
    assert words not in answer.content.decode()
    edit_incident(outage, changes={"is_private": False}, by=alice, now=NOW)
    cache.clear()
    assert words in read(web, path)


def still(answer):
    return re.sub(r"[0-9a-f]{32}|2026-11-04-[a-z-]+", "", answer.content.decode())


@pytest.fixture
def tell(outage, alice):
    def post():
        said = {"conditions": "Some payouts come twice.", "is_public": True, "public_state": "resolved"}
        return post_update(outage, **said, by=alice, now=NOW)

    return post


def test_linked_to_a_private_incident_it_is_shown_no_more(shown, outage, web, alice, root):
    path, row = path_of(shown), return_to_draft(shown.postmortem, now=NOW, by=alice)
    hidden = declare_incident(title="A key was seen", severity=2, is_private=True, by=alice, now=NOW)
    edit_postmortem(row, changes={"incidents": [outage, hidden]}, now=NOW, by=alice)
    cache.clear()
    read(web, path, 404)
    for to in ("in_review", "approved", "published"):
        with pytest.raises(Conflict):
            move(shown, to, by=alice)
    with pytest.raises(Conflict, match="private incident"):
        write_public_version(row, changes={"impact": "More"}, now=NOW, by=alice)
    assert (
        move(shown, "withdrawn", reason="It is about a key", by=alice).status == "withdrawn"
    )  # always possible
    edit_postmortem(row, changes={"incidents": [outage]}, now=NOW, by=root)
    cache.clear()
    read(web, path, 410)


def test_a_cached_page_is_gone_after_its_seconds(shown, outage, web, alice):
    path = path_of(shown)
    before = web().get(path)
    assert before.status_code == 200
    edit_incident(outage, changes={"is_private": True}, by=alice, now=NOW)
    cache.clear()
    asked = {"if-none-match": before["ETag"], "if-modified-since": before["Last-Modified"]}
    assert web().get(path, headers=asked).status_code == 404


def test_the_feed_has_one_entry_whose_id_stays(shown, web, bob, alice):
    first = entries(web)
    assert [entry["title"] for entry in first] == [f"Postmortem: {TEXT['title']}"]
    assert first[0]["link"].endswith(path_of(shown))
    write_public_version(shown.postmortem, changes={"impact": "More of it."}, now=LATER, by=bob)
    publish(shown, by=bob, approver=alice, now=LATER)
    cache.clear()
    again = entries(web)
    assert (again[0]["id"], again[0]["updated"][:10]) == (first[0]["id"], "2026-11-05")


def entries(web):
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ET.fromstring(read(web, "/status/feed/"))
    return [
        {"link": entry.find(f"{atom}link").get("href")}
        | {name: entry.findtext(f"{atom}{name}") for name in ("title", "id", "updated")}
        for entry in feed.findall(f"{atom}entry")
    ]


def test_the_page_of_a_service_tells_of_its_own_only(shown, root, checkout, web):
    add_page(service=checkout, slug="cards", name="Card payments", is_on=True, by=root)
    add_page(service=make_service(), slug="find", name="Search", is_on=True, by=root)
    assert TEXT["title"] in read(web, "/status/cards/feed/")
    assert TEXT["title"] not in read(web, "/status/find/feed/")
    assert "Card payments" in read(web, path_of(shown))


def test_an_admin_opens_and_closes_the_portal_to_strangers(published, bob, alice, root, web):
    version = write_public_version(published, changes=TEXT, now=NOW, by=bob)
    with pytest.raises(Conflict, match="An admin opens a status page first"):
        publish(version, by=bob, approver=alice)
    home = add_page(name="Acme status", is_on=True, by=root)
    move(version, "published", by=bob)
    path = path_of(version)
    read(web, path)
    edit_page(home, changes={"is_on": False}, by=root)
    cache.clear()
    read(web, path, 404)
    read(web, "/status/postmortems/", 404)


def test_what_is_not_published_inside_is_not_told_outside(draft, home, alice, bob, charlie):
    with pytest.raises(Conflict, match="not published inside yet"):
        write_public_version(draft, changes=TEXT, now=NOW, by=bob)
    with pytest.raises(PermissionDenied):
        write_public_version(draft, changes=TEXT, now=NOW, by=charlie)
    assert not PublicVersion.objects.exists()


def test_it_goes_to_review_whole_and_comes_back_with_words(published, home, alice, bob):
    version = write_public_version(published, changes={"title": "Payouts", "impact": "Some"}, now=NOW, by=bob)
    with pytest.raises(Conflict) as refused:
        move(version, "in_review", by=bob)
    assert len(refused.value.missing) == 3
    write_public_version(published, changes=TEXT, now=NOW, by=bob)
    move(version, "in_review", by=bob)
    with pytest.raises(ValidationError):
        move(version, "draft", by=alice)
    back = move(version, "draft", reason="How many shops?", by=alice)
    assert (back.status, back.said, back.said_by) == ("draft", "How many shops?", alice)
    move(version, "in_review", by=bob)
    assert move(version, "draft", by=bob).said == ""  # who wrote it just takes it back


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "Two\nlines"}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"ended_at": BEGAN - timedelta(minutes=1)}, "ended_at"),
        ({"began_at": NOW}, "ended_at"),
        ({"began_at": BEGAN.replace(year=1)}, "began_at"),
        ({"impact": "x" * 20_001}, "impact"),
        ({"impact": ">" * 200 + " deep"}, "impact"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field_the_first_time_and_later(
    published, home, bob, changes, field
):
    for _ in range(2):
        with pytest.raises(ValidationError) as refused:
            write_public_version(published, changes=TEXT | changes, now=NOW, by=bob)
        assert field in refused.value.message_dict
        write_public_version(published, changes=TEXT, now=NOW, by=bob)


def test_two_who_write_at_once_see_each_other(published, home, alice, bob):
    write_public_version(published, changes=TEXT, seen=0, now=NOW, by=bob)
    for seen in (0, 7):
        with pytest.raises(StaleVersion):
            write_public_version(published, changes={"title": "Mine"}, seen=seen, now=NOW, by=alice)
    with pytest.raises(StaleVersion):
        transition_public_version(published, to="in_review", seen=0, now=NOW, by=alice)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We thank Alice Adams for her patience.", ["Alice Adams"]),
        ("Dora Diaz restarted it, then `Dora Diaz` again.", ["Dora Diaz", "Dora Diaz"]),  # who took no part
        ("Bob failed over by hand. Will it come back? It will.", ["Bob"]),
        ("Ask bob@ballast.example or @bob.", ["bob@ballast.example", "@bob"]),
        ("See INC-12 and ACT-3, not COVID-19 or INCOME-7.", ["INC-12", "ACT-3"]),
        ("The settlement-db2 was full, and `checkout` waited.", ["settlement-db2", "checkout"]),
        ("You can search again; card-payments work.", []),  # a plain word, and a word of the status page
        ("The auth-gateway was full; sign-in works.", ["auth-gateway"]),  # which customers call sign-in
        (
            "[graph](https://grafana.corp.internal/d/1) (http://wiki/x).",
            ["https://grafana.corp.internal/d/1", "http://wiki/x"],
        ),
        (
            "[more](/incidents/INC-3/) on db1.prod.internal at 10.2.3.4",
            ["](/incidents/INC-3/)", "db1.prod.internal", "10.2.3.4"],
        ),
        ("https://example.com/help, 8.8.8.8, version 1.2.3.4567 and 99.95 % at 12.30", []),
        ("> Alice Adams said so", ["Alice Adams"]),
        ("", []),
    ],
)
def test_words_from_inside_are_pointed_out_and_others_are_not(published, home, root, alice, text, found):
    type(alice).objects.filter(pk=alice.pk).update(name="Alice Adams")
    make_named("dora", "Dora Diaz")
    make_service(slug="settlement-db2")
    make_service(slug="search")
    for slug, page in (("card-payments", "card-payments"), ("auth-gateway", "sign-in")):
        add_page(service=make_service(slug=slug), slug=page, name="Page", is_on=True, by=root)
    hints = inside_words(published, text)
    assert [hint.phrase for hint in hints] == found
    assert all(hint.why and hint.ask and hint.about for hint in hints)


def make_named(slug, name):
    person = make_user(slug)
    type(person).objects.filter(pk=person.pk).update(name=name)


def test_links_and_pictures_that_lead_inside_are_words_for_strangers(shown, bob, alice, web):
    text = (
        "[inside](/incidents/INC-3/) ![graph](/postmortems/PM-1/attachments/00000000-0000-4000-8000-000000000000/) "
        "[help](https://example.com/) <script>alert(1)</script> [x](javascript:alert(1))"
    )
    write_public_version(shown.postmortem, changes={"what_we_did": text}, now=NOW, by=bob)
    publish(shown, by=bob, approver=alice)
    cache.clear()
    page = read(web, path_of(shown))
    assert "inside" in page
    assert "graph" in page
    assert 'href="https://example.com/"' in page
    assert not re.search(r'/incidents/|/attachments/|<script>|="javascript:|<img', page.split("<main")[1])


def test_mails_say_what_is_still_true_and_nothing_of_what_became_private(
    written, alice, bob, outage, mail_dir
):
    move(written, "in_review", by=bob)
    deliver_due(NOW)
    sent = [path.read_text() for path in mail_dir.glob("*.eml")]
    assert len([mail for mail in sent if "alice@" in mail and "For everybody to read" in mail]) == 1
    move(written, "approved", by=alice)
    move(written, "draft", by=bob)
    edit_incident(outage, changes={"is_private": True}, by=alice, now=NOW)
    deliver_due(NOW)
    assert len(list(mail_dir.glob("*.eml"))) == len(sent)


def test_writers_and_leads_see_the_draft_and_nobody_else_does(
    written, web, api, alice, bob, charlie, ada, root
):
    lead = make_user("carol", team=make_team(), role="lead")
    pages = [f"/postmortems/PM-1/public/{part}" for part in ("", "move/in_review/", "export/")]
    pages += [f"/api/v1/postmortems/PM-1/public-version/{part}" for part in ("", "hints/", "export/")]
    for path in pages:
        assert [web(person).get(path).status_code for person in (alice, bob, root, lead)] == [200] * 4, path
        for person in (charlie, ada):
            answer = web(person).get(path)
            assert answer.status_code == 403, path
            assert TEXT["title"] not in answer.content.decode()
    for person in (charlie, ada):
        assert "Public version" not in web(person).get("/postmortems/PM-1/").content.decode()
    assert web(lead).get("/postmortems/PM-1/public/edit/").status_code == 403
    trail = b"".join(web(ada).get("/audit/?format=csv").streaming_content).decode()
    assert "postmortem.public_written" in trail
    assert not any(words in trail for words in TEXT.values())


def test_the_web_goes_the_whole_way_and_keeps_what_was_typed(published, home, web, alice, bob):
    writer, approver = web(bob), web(alice)
    page = writer.get("/postmortems/PM-1/public/edit/").content.decode()
    assert 'value="2026-11-04T02:11"' in page
    typed = TEXT | {"began_at": "2026-11-04T02:11", "ended_at": "2026-11-04T02:00", "version": 0}
    page = writer.post("/postmortems/PM-1/public/edit/", typed).content.decode()
    assert "It cannot end before it began." in page
    assert TEXT["what_next"] in page
    typed["ended_at"] = "2026-11-04T05:37"
    for _ in range(2):  # pressed twice
        answer = writer.post("/postmortems/PM-1/public/edit/", typed | {"once": "a" * 32})
        assert (answer.status_code, answer["Location"]) == (302, "/postmortems/PM-1/public/")
    stale = writer.post("/postmortems/PM-1/public/edit/", typed).content.decode()
    assert "Somebody else saved this" in stale
    early = writer.get("/postmortems/PM-1/public/move/published/")
    assert (early.status_code, early["Location"]) == (302, "/postmortems/PM-1/public/")
    assert press(writer, "in_review", 1) == 302
    assert press(writer, "approved", 2) == 403
    assert press(approver, "approved", 1) == 200  # of a page that is out of date
    assert press(approver, "approved", 2) == 302
    question = writer.get("/postmortems/PM-1/public/move/published/").content.decode()
    assert "Publish to everybody?" in question
    assert press(writer, "published", 3) == 302
    assert "Everybody reads version 1" in writer.get("/postmortems/PM-1/").content.decode()
    assert press(approver, "withdrawn", 4) == 200  # without a reason
    assert press(approver, "withdrawn", 4, reason="Wrong number") == 302
    assert writer.get("/postmortems/PM-1/public/move/nowhere/").status_code == 404


def press(client, to, version, **more):
    return client.post(f"/postmortems/PM-1/public/move/{to}/", {"version": version, **more}).status_code


def test_the_help_looks_at_what_is_typed_and_stores_nothing(published, home, web, bob, charlie):
    typed = {"title": "INC-1 hurt", "impact": "Alice saw it"}
    page = web(bob).post("/postmortems/PM-1/public/hints/", typed).content.decode()
    assert "<mark>INC-1</mark>" in page
    assert "<mark>Alice</mark>" in page
    assert web(charlie).post("/postmortems/PM-1/public/hints/", typed).status_code == 403
    assert not PublicVersion.objects.exists()


def test_the_api_goes_the_whole_way(published, home, api, web, alice, bob):
    path = "/api/v1/postmortems/PM-1/public-version/"
    writer, approver = api(bob), api(alice)
    suggested = writer.get(path)
    assert (suggested["ETag"], suggested.json()["version"], suggested.json()["published"]) == ('"0"', 0, None)
    assert writer.patch(path, TEXT, format="json").status_code == 428
    assert writer.patch(path, {"titel": "x"}, format="json", headers={"if-match": '"0"'}).status_code == 400
    saved = writer.patch(path, TEXT, format="json", headers={"if-match": '"0"'})
    assert (saved.status_code, saved["ETag"], saved.json()["allowed"]) == (200, '"1"', ["in_review"])
    assert writer.patch(path, TEXT, format="json", headers={"if-match": '"0"'}).status_code == 412
    refused = writer.post(f"{path}transitions/", {"to": "published"}, format="json")
    assert (refused.status_code, refused.json()["allowed"]) == (409, ["in_review"])
    for who, to in ((writer, "in_review"), (approver, "approved"), (writer, "published")):
        moved = who.post(f"{path}transitions/", {"to": to}, format="json")
        assert (moved.status_code, moved.json()["status"]) == (200, to)
    told = moved.json()["published"]
    assert (told["version"], told["is_shown"], told["url"]) == (1, True, path_of(PublicVersion.objects.get()))
    assert web().get(told["url"]).status_code == 200
    assert writer.get(f"{path}hints/").json() == []
    text = writer.get(f"{path}export/").content.decode()
    assert text.startswith(
        "# Some payouts were sent twice\n\n2026-11-04 02:11 to 2026-11-04 05:37 UTC\n\n## What happened\n"
    )
    gone = approver.post(f"{path}transitions/", {"to": "withdrawn"}, format="json")
    assert (gone.status_code, list(gone.json()["errors"])) == (400, ["reason"])


def test_a_public_text_that_is_not_what_was_published_is_found(shown, capsys):
    call_command("verify_postmortems")
    assert "2 versions are what was published." in capsys.readouterr().out
    frozen = ReportVersion.objects.get()
    ReportVersion.objects.update(content=frozen.content | {"impact": "Nobody noticed."})
    with pytest.raises(CommandError, match="PM-1 public version 1"):
        call_command("verify_postmortems")
