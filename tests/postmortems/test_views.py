import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.action_items.models import ActionItem
from apps.postmortems.models import CheckItem, Postmortem
from apps.postmortems.operations import add_action_item, draft_postmortem, return_to_draft
from tests.factories import make_action_item, make_incident
from tests.postmortems.conftest import fill, promise, write

pytestmark = pytest.mark.django_db
LIST = "/postmortems/"
HX = {"HX-Request": "true"}


def html(answer):
    return answer.content.decode()


def edit_url(postmortem, slug="well"):
    return f"{postmortem.get_absolute_url()}sections/{slug}/edit/"


def test_strangers_are_sent_to_sign_in(web, draft):
    for path in (LIST, draft.get_absolute_url(), edit_url(draft)):
        assert web().get(path).status_code == 302


def test_the_list_costs_the_same_for_one_row_and_for_ten(web, alice, checkout, now, draft):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(LIST).status_code == 200
        return len(queries)

    client = web(alice)
    client.get(LIST)
    one = cost()
    for _ in range(9):
        draft_postmortem([make_incident(services=[checkout])], tags=["a", "b"], now=now, by=alice)
    assert cost() == one


def test_the_page_costs_the_same_for_one_action_item_and_for_ten(web, alice, now, draft):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(draft.get_absolute_url()).status_code == 200
        return len(queries)

    client = web(alice)
    add_action_item(draft, title="One", owner=alice, now=now, by=alice)
    one = cost()
    for _ in range(9):
        add_action_item(draft, title="More", owner=alice, now=now, by=alice)
    assert cost() == one


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=settlement", True),
        ("?q=PM-1", True),
        ("?q=bank+reports", True),
        ("?q=nothing-like-it", False),
        ("?status=draft", True),
        ("?status=published", False),
        ("?service=checkout", True),
        ("?team=payments", True),
        ("?team=mine", True),
        ("?owner=me", True),
        ("?owner=bob", False),
        ("?tag=failover", True),
        ("?tag=other", False),
        ("?incident=INC-1", True),
        ("?incident=INC-9", False),
    ],
)
def test_each_filter_finds_and_leaves_out(web, alice, outage, now, query, found):
    draft_postmortem([outage], tags=["failover"], now=now, by=alice)
    assert ("PM-1</span>" in html(web(alice).get(LIST + query))) is found


def test_the_list_as_a_panel_is_the_bare_table(web, alice, draft):
    answer = web(alice).get(LIST + "?incident=INC-1", headers=HX)
    assert "<html" not in html(answer)
    assert draft.title in html(answer)
    assert "Start postmortem" in html(web(alice).get(LIST + "?incident=INC-9", headers=HX))


def test_the_export_holds_the_filtered_rows(web, alice, draft):
    answer = web(alice).get(LIST + "?format=csv&status=draft")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    expected = "PM-1,Settlement files sent twice,draft,alice@ballast.example,INC-1,checkout"
    assert text.splitlines()[1].startswith(expected)


def test_what_one_may_not_see_is_not_there(web, alice, bob, ada, now, outage):
    hidden = make_incident(by=alice, is_private=True, title="Zebra leak", summary="zebra")
    secret = draft_postmortem([hidden], title="Zebra", now=now, by=alice)
    for person in (bob, ada):
        client = web(person)
        for path in (secret.get_absolute_url(), edit_url(secret), f"{secret.get_absolute_url()}versions/1/"):
            assert client.get(path).status_code == 404
        for query in ("", "?q=zebra", f"?incident={hidden.key}", "?format=csv"):
            answer = client.get(LIST + query)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert b"Zebra" not in body


def test_a_filter_is_no_way_to_ask_about_a_hidden_incident(web, alice, bob, now):
    hidden = make_incident(by=alice, is_private=True)
    draft_postmortem([hidden], title="Handed over", owner=bob, now=now, by=alice)
    assert "Handed over" in html(web(bob).get(LIST))
    assert "Handed over" not in html(web(bob).get(f"{LIST}?incident={hidden.key}"))


def test_an_item_of_a_hidden_incident_does_not_show_on_an_open_postmortem(web, alice, charlie, draft):
    hidden = make_incident(by=alice, is_private=True)
    draft.action_items.add(make_action_item(incident=hidden, title="Zebra item"))
    assert "Zebra item" in html(web(alice).get(draft.get_absolute_url()))
    assert "Zebra item" not in html(web(charlie).get(draft.get_absolute_url()))


def test_starting_from_an_incident_warns_of_what_exists(web, alice, draft):
    page = html(web(alice).get("/postmortems/new/?incident=INC-1"))
    assert 'value="INC-1"' in page
    assert "INC-1 has a postmortem already" in page


def test_a_form_sent_twice_starts_one_draft(web, alice, outage):
    client = web(alice)
    once = re.search(r'name="once" value="(\w+)"', html(client.get("/postmortems/new/")))[1]
    data = {"incidents": "inc-1", "title": "", "owner": "alice", "once": once}
    first, second = client.post("/postmortems/new/", data), client.post("/postmortems/new/", data)
    assert first.status_code == second.status_code == 302
    assert first.url == second.url == Postmortem.objects.get().get_absolute_url()


def test_an_incident_that_is_hidden_is_as_unknown_as_one_that_is_not(web, alice, bob, outage):
    hidden = make_incident(by=alice, is_private=True)
    for key in (hidden.key, "INC-99"):
        page = html(web(bob).post("/postmortems/new/", {"incidents": key, "title": "T", "owner": "bob"}))
        assert f"There is no {key}. Check the number." in page
        assert 'value="T"' in page


def test_auditors_read_and_are_refused_every_write(web, ada, draft):
    client = web(ada)
    assert client.get(draft.get_absolute_url()).status_code == 200
    assert client.get("/postmortems/new/").status_code == 403
    assert client.post(edit_url(draft), {"text": "x", "version": 1}).status_code == 403
    assert client.post(f"{draft.get_absolute_url()}move/", {"to": "in_review"}).status_code == 403
    review = {"decision": "approved", "version": draft.version}
    assert client.post(f"{draft.get_absolute_url()}review/", review).status_code == 403


def test_a_section_is_written_without_script(web, alice, draft):
    answer = web(alice).post(edit_url(draft), {"text": "**Paused** quickly", "version": "1"})
    assert answer.url == f"{draft.get_absolute_url()}#well"
    assert "<strong>Paused</strong> quickly" in html(web(alice).get(draft.get_absolute_url()))


def test_a_section_is_written_in_place(web, alice, draft):
    form = web(alice).get(edit_url(draft), headers=HX)
    assert html(form).lstrip().startswith("<section")
    answer = web(alice).post(edit_url(draft), {"text": "Paused", "version": "1"}, headers=HX)
    assert answer.status_code == 200
    assert 'id="well"' in html(answer)
    assert "<html" not in html(answer)


def test_script_in_a_section_stays_text(web, alice, draft):
    web(alice).post(edit_url(draft), {"text": "<script>alert(1)</script>", "version": "1"})
    assert "<script>alert" not in html(web(alice).get(draft.get_absolute_url()))


@pytest.mark.parametrize("headers", [{}, HX])
def test_a_stale_save_shows_both_texts_and_what_differs(web, alice, bob, draft, headers):
    write(draft, "well", "Stored by Bob", by=bob)
    answer = web(alice).post(edit_url(draft), {"text": "Typed by Alice", "version": "1"}, headers=headers)
    page = html(answer)
    assert answer.status_code == 412
    assert "Bob saved this section while you were writing" in page
    assert "Stored by Bob" in page
    assert "Typed by Alice</textarea>" in page
    assert 'name="version" value="2"' in page
    assert page.count("<ins>") == 2
    assert ("<html" in page) is not bool(headers)


def test_a_refused_text_stays_typed(web, alice, draft):
    answer = web(alice).post(edit_url(draft), {"text": ">" * 5000, "version": "1"}, headers=HX)
    assert answer.status_code == 422
    assert "&gt;" * 5000 in html(answer)


def test_saving_over_an_approval_reloads_the_page(web, alice, approved):
    section = approved.sections.get(slug="well")
    data = {"text": "New", "version": section.version}
    answer = web(alice).post(edit_url(approved), data, headers=HX)
    assert answer["HX-Refresh"] == "true"


def test_the_history_compares_with_the_text_before(web, alice, draft):
    write(draft, "well", "Paused at once", by=alice)
    write(draft, "well", "Paused late", by=alice)
    page = html(web(alice).get(f"{draft.get_absolute_url()}sections/well/history/"))
    assert "<del><span" in page
    assert "at once</del>" in page


def test_from_draft_to_published_with_buttons(web, alice, bob, draft):
    fill(draft, by=alice)
    url = draft.get_absolute_url()
    web(alice).post(f"{url}move/", {"to": "in_review"})
    draft.refresh_from_db()
    review = {"decision": "approved", "comment": "", "version": draft.version, "once": "k"}
    review["checks"] = CheckItem.values
    assert web(bob).post(f"{url}review/", review).status_code == 302
    promise(draft, by=alice)
    web(alice).post(f"{url}move/", {"to": "published"})
    draft.refresh_from_db()
    assert (draft.status, draft.published_version) == ("published", 1)
    assert "Version 1, published" in html(web(alice).get(url))


def test_the_owner_sees_no_way_to_approve_and_has_none(web, alice, in_review):
    assert 'value="approved"' not in html(web(alice).get(in_review.get_absolute_url()))
    review = {"decision": "approved", "version": in_review.version}
    assert web(alice).post(f"{in_review.get_absolute_url()}review/", review).status_code == 403


def test_a_refused_review_keeps_the_comment(web, alice, bob, in_review):
    write(in_review, "impact", "Changed meanwhile", by=alice)
    review = {"decision": "approved", "comment": "Looks good to me", "version": in_review.version}
    page = html(web(bob).post(f"{in_review.get_absolute_url()}review/", review))
    assert "Looks good to me</textarea>" in page
    assert "Somebody else saved this" in page
    assert "Changed meanwhile" in page


def test_an_illegal_button_is_refused_in_words(web, alice, draft):
    page = html(web(alice).post(f"{draft.get_absolute_url()}move/", {"to": "published"}, follow=True))
    assert "is “Draft” and cannot become “Published”" in page


def test_publishing_says_all_that_is_missing(web, alice, approved):
    page = html(web(alice).post(f"{approved.get_absolute_url()}move/", {"to": "published"}, follow=True))
    assert "Not ready to be published. Users were affected, and no P0 or P1" in page


def test_readers_keep_the_published_text_while_writers_see_the_draft(web, alice, charlie, published, now):
    return_to_draft(published, now=now, by=alice)
    write(published, "summary", "Words of the draft", by=alice)
    url = published.get_absolute_url()
    assert "Words of the draft" in html(web(alice).get(url))
    page = html(web(charlie).get(url))
    assert "Text of summary." in page
    assert "Words of the draft" not in page
    assert "Words of the draft" in html(web(charlie).get(url + "?draft"))
    assert "Text of summary." in html(web(alice).get(url + "versions/1/"))


def test_no_get_writes_and_moves_are_posts_only(web, alice, draft):
    for path in ("move/", "review/"):
        assert web(alice).get(draft.get_absolute_url() + path).status_code == 405


def test_title_owner_and_tags_are_edited_on_a_form(web, alice, draft):
    url = f"{draft.get_absolute_url()}edit/"
    data = {
        "title": "Files twice",
        "owner": "bob",
        "incidents": "INC-1",
        "tags": "a, b",
        "version": draft.version,
    }
    assert web(alice).post(url, data).status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.owner.slug, draft.tags.count()) == ("Files twice", "bob", 2)
    stale = html(web(alice).post(url, data | {"title": "Late"}))
    assert "Somebody else saved this" in stale
    assert 'value="Late"' in stale


def test_an_action_item_is_added_on_the_page(web, alice, draft):
    url = f"{draft.get_absolute_url()}action-items/new/"
    data = {"title": "Check the lease", "kind": "prevent", "priority": "1", "owner": "alice", "once": "k1"}
    for _ in range(2):
        answer = web(alice).post(url, data)
        assert answer.url == f"{draft.get_absolute_url()}#actions"
    assert ActionItem.objects.get().postmortems.get() == draft
    assert "Check the lease" in html(web(alice).get(draft.get_absolute_url()))


def test_an_action_item_that_exists_is_linked_by_its_key(web, alice, draft):
    item = make_action_item()
    url = f"{draft.get_absolute_url()}action-items/link/"
    assert "There is no ACT-99" in html(web(alice).post(url, {"item": "ACT-99"}))
    assert web(alice).post(url, {"item": item.key.lower()}).status_code == 302
    assert draft.action_items.get() == item


def test_writers_see_what_an_empty_section_asks_and_readers_do_not(web, alice, charlie, draft):
    question = "What could easily have gone worse"
    assert question in html(web(alice).get(draft.get_absolute_url()))
    assert question not in html(web(charlie).get(draft.get_absolute_url()))


def test_first_time_and_filtered_emptiness_say_different_things(web, alice):
    assert "No postmortems yet" in html(web(alice).get(LIST))
    assert "No postmortem matches" in html(web(alice).get(LIST + "?q=zzz"))
