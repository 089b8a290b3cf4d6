"""Comments, mentions, and who watches an item."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from apps.action_items.audience import offered
from apps.action_items.operations import (
    add_comment,
    assign,
    edit_comment,
    redate,
    remove_comment,
    transition,
    watch_action_item,
)
from apps.audit.models import AuditEvent
from apps.core import markdown
from apps.core.errors import Conflict
from apps.incidents.operations import grant_access
from apps.notifications.kinds import renderer
from apps.notifications.models import OutboxMail
from tests.factories import make_action_item

pytestmark = pytest.mark.django_db


def news(now):
    """(kind, recipient, subject) of what waits, in order; None where nothing is left to say."""
    rows = OutboxMail.objects.order_by("pk").select_related("recipient").exclude(kind="assigned")
    return [(row.kind, row.recipient.slug, written(row, now)) for row in rows]


def written(row, now):
    mail = renderer(row.kind)(row, now)
    return mail and mail.subject


def test_who_is_mentioned_is_told_once_and_no_follower_twice(promised, alice, bob, charlie, now):
    watch_action_item(promised, is_on=True, by=charlie, now=now)
    body = "@charlie, have you seen `@ada`? mail@bob is none, [@ada](https://x.example) neither. @Charlie!"
    comment = add_comment(promised, body=body, by=alice, now=now)
    name = f"{promised.key} {promised.title}"
    told = [
        ("mentioned", "charlie", f"Alice mentions you: {name}"),
        ("item_changed", "bob", f"{name}: Alice commented on it"),
    ]
    assert news(now) == told
    edit_comment(comment, body="@charlie and @bob and @alice", by=alice, now=now)
    assert news(now) == [*told, ("mentioned", "bob", f"Alice mentions you: {name}")]
    remove_comment(comment, by=alice, now=now)
    assert [subject for *_, subject in news(now)] == [None] * 3


def test_who_may_not_see_a_private_item_is_neither_told_nor_offered(secret, root, alice, bob, charlie, now):
    item = make_action_item(incident=secret, owner=root, by=root, title="ZEBRA")
    for person in (alice, charlie):
        watch_action_item(item, is_on=True, by=person, now=now)
    today = timezone.now()  # what is open to whom is asked of the real clock
    grant_access(secret, person=bob, ends_at=today + timedelta(days=1), by=root, now=today)
    OutboxMail.objects.all().delete()
    add_comment(item, body="@alice @bob @charlie: ZEBRA words", by=root, now=now)
    row = OutboxMail.objects.get()
    mail = renderer(row.kind)(row, now)
    assert (row.kind, row.recipient, "ZEBRA" in mail.subject + mail.text) == ("mentioned", bob, False)
    assert [person.slug for person in offered(item, "", today)] == ["bob", "root"]
    assert [person.slug for person in offered(make_action_item(), "BO", now)] == ["bob"]


def test_followers_hear_of_state_date_and_owner_and_who_did_it_does_not(promised, alice, bob, charlie, now):
    for person in (alice, charlie):
        watch_action_item(promised, is_on=True, by=person, now=now)
    transition(promised, to="in_progress", by=bob, now=now)
    redate(promised, due_on=date(2026, 12, 9), reason="The vendor is late", by=alice, now=now)
    assign(promised, owner=alice, by=alice, now=now)
    name = f"{promised.key} {promised.title}"
    began, later = "Bob began", "Alice moved the date from Wed 2 Dec 2026 to Wed 9 Dec 2026, +7 d"
    given = "Alice took it over"
    expected = [("alice", began), ("charlie", began), ("bob", later), ("charlie", later)]
    expected += [("bob", given), ("charlie", given)]
    assert news(now) == [("item_changed", who, f"{name}: {text}") for who, text in expected]
    watch_action_item(promised, is_on=False, by=charlie, now=now)
    watch_action_item(promised, is_on=False, by=charlie, now=now)
    transition(promised, to="done", by=alice, now=now)
    assert len(news(now)) == 6  # nobody is left, and what the policy verifies is no news of its own
    assert AuditEvent.objects.filter(verb__contains="watched").count() == 3


def test_a_comment_is_corrected_by_its_author_and_removed_by_them_or_an_admin(
    promised, alice, bob, root, ada, now
):
    comment = add_comment(promised, body=" Seen in staging \r\n", by=bob, now=now)
    assert comment.body == "Seen in staging"
    for who, act in ((alice, edit_comment), (root, edit_comment)):
        with pytest.raises(PermissionDenied):
            act(comment, body="No", by=who, now=now)
    with pytest.raises(PermissionDenied):
        remove_comment(comment, by=alice, now=now)
    with pytest.raises(PermissionDenied):
        add_comment(promised, body="I only read", by=ada, now=now)
    for wrong in ("", " \n", "x" * 4001, ">" * 200 + " deep", " ".join(f"@p{n}" for n in range(21))):
        with pytest.raises(ValidationError) as refusal:
            add_comment(promised, body=wrong, by=bob, now=now)
        assert list(refusal.value.error_dict) == ["body"]
    assert edit_comment(comment, body="Seen in production", by=bob, now=now).edited_at == now
    removed = remove_comment(comment, by=root, now=now)
    remove_comment(comment, by=bob, now=now)
    removed.refresh_from_db()
    assert (removed.body, removed.removed_by, removed.removed_at) == ("", root, now)
    with pytest.raises(Conflict):
        edit_comment(comment, body="Back", by=bob, now=now)
    trail = AuditEvent.objects.filter(verb__startswith="action_item.comment").order_by("pk")
    assert [(event.verb.rpartition("_")[2], event.changes["body"]) for event in trail] == [
        ("added", [None, "Seen in staging"]),
        ("edited", ["Seen in staging", "Seen in production"]),
        ("removed", ["Seen in production", ""]),
    ]


def test_the_page_shows_what_was_said_by_name_and_says_whom_a_mention_missed(
    promised, web, bob, charlie, now
):
    browser, page = web(bob), promised.get_absolute_url()
    sent = {"body": "@charlie <b>look</b> at `@charlie`, @nobody", "once": "1"}
    for _ in range(2):
        answer = browser.post(f"{page}comments/new/", sent, follow=True)
    text = answer.content.decode()
    assert promised.comments.count() == 1
    assert '<a href="/people/charlie/" rel="nofollow noopener noreferrer">@Charlie</a> &lt;b&gt;look' in text
    assert "<code>@charlie</code>" in text
    assert (
        "Not told: @nobody"
        in browser.post(f"{page}comments/new/", {**sent, "once": "2"}, follow=True).content.decode()
    )
    comment = promised.comments.first()
    browser.post(f"{page}comments/{comment.uuid}/edit/", {"body": "Never mind"})
    assert "Never mind" in browser.get(page).content.decode()
    browser.post(f"{page}comments/{comment.uuid}/remove/")
    assert "was removed by its author" in browser.get(page).content.decode()
    assert browser.get(f"{page}comments/{comment.uuid}/edit/").status_code == 404
    web(charlie).post(f"{page}watch/", {"on": "1"})
    assert "Watching" in browser.get(page).content.decode()
    assert 'data-name="charlie"' in browser.get(f"{page}people/?q=char").content.decode()


def test_the_api_comments_watches_and_lists_at_a_fixed_price(
    promised, api, bob, charlie, django_assert_max_num_queries
):
    program, place = api(bob), promised.get_api_url()
    for n in range(3):
        made = program.post(f"{place}comments/", {"body": f"Step {n}"})
        assert (made.status_code, made.json()["author"]) == (201, "bob")
    one = f"{place}comments/{made.json()['id']}/"
    assert made.headers["Location"] == one
    assert program.patch(one, {"body": "Step two"}).json()["body"] == "Step two"
    assert program.delete(one).status_code == 204
    with django_assert_max_num_queries(4):
        rows = program.get(f"{place}comments/").json()["results"]
    assert [(row["body"], row["removed_by"]) for row in rows] == [
        ("Step 0", None),
        ("Step 1", None),
        ("", "bob"),
    ]
    assert len(program.get(f"{place}comments/?is_removed=false").json()["results"]) == 2
    assert api(charlie).put(f"{place}watch/").status_code == 204
    assert program.get(f"{place}watchers/").json() == [{"person": "charlie", "name": "Charlie"}]
    assert api(charlie).delete(f"{place}watch/").status_code == 204
    assert program.get(f"{place}watchers/").json() == []


def test_a_text_that_takes_too_long_to_read_mentions_nobody(promised, bob, now):
    assert markdown.render("[" * 30 + "@bob", people={"bob": ("Bob", "/people/bob/")}).startswith("<pre")
    add_comment(promised, body="[" * 30 + "@bob", by=promised.created_by, now=now)
    assert [kind for kind, *_ in news(now)] == ["item_changed"]
