"""Several entries at once: looked at first, changed by their own rules, merged, split, and taken back for a while."""

import contextlib
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.core.errors import CHANGED_MEANWHILE, Conflict, StaleVersion
from apps.toil import operations
from apps.toil.models import EntryChange, ToilEntry
from apps.toil.operations import EntryWish
from tests.toil.conftest import LATER, W10

pytestmark = pytest.mark.django_db
API = "/api/v1/toil-entry-changes/"
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def quota(alice, payments):
    return operations.add_source(name="Quota tickets", slug="quota", team=payments, by=alice)


def clocked(log, person, team, start, minutes, **kw):
    return log(person, team, started_at=start, ended_at=start + timedelta(minutes=minutes), **kw)


def change(entries, by, **changes):
    wish = EntryWish(changes)
    return operations.change_entries([(each, each.version) for each in entries], wish, by=by, now=LATER)


def undo(done, by, now=LATER):
    return operations.undo_entry_change(done, by=by, now=now)


def state():
    fields = (
        "person",
        "team",
        "text",
        "seconds",
        "local_date",
        "started_at",
        "source",
        "service",
        "category",
    )
    return sorted(map(str, ToilEntry.objects.values_list(*fields, "kind", "occurrences")))


def test_many_change_each_by_its_rules_and_are_given_back(
    bob, alice, payments, search, quota, checkout, log, week
):
    one, two = (
        log(bob, payments, minutes=20),
        log(bob, payments, minutes=30, source=quota, category="migration"),
    )
    night = clocked(log, bob, payments, NOON, 25)
    stale = log(bob, payments, minutes=5)
    operations.edit_entry(stale, changes={"text": "New"}, by=bob, now=LATER)
    before = state()
    wish = EntryWish({"source": quota, "category": "migration", "local_date": W10 + timedelta(days=2)})
    chosen = [(row, 1) for row in (one, two, night, stale)]
    looked_at = operations.preview_entry_change(chosen, wish, by=bob, now=LATER)
    assert (state(), EntryChange.objects.count()) == (before, 0)
    done = operations.change_entries(chosen, wish, by=bob, now=LATER)
    rows = list(done.rows.all())
    assert [(row.changes, row.refusal) for row in rows] == [
        (outcome.changes, outcome.refusal) for outcome in looked_at
    ]
    assert [row.refusal[:19] for row in rows] == ["", "", "It was given by the", CHANGED_MEANWHILE[:19]]
    assert rows[0].changes["source"] == ["", "Quota tickets"]
    assert dict(week(payments).by_day())[W10 + timedelta(days=2)].toil == 50 * 60
    operations.edit_entry(two, changes={"text": "Mine since"}, by=bob, now=LATER)
    undone = undo(done, bob)
    assert [row.undo_refusal for row in undone.rows.all()] == ["", CHANGED_MEANWHILE, "", ""]
    one.refresh_from_db()
    assert (one.source, one.category, one.local_date) == (None, "other", W10)
    verbs = AuditEvent.objects.filter(object_key=str(one.uuid)).values_list("verb", flat=True)
    assert sorted(verbs) == ["toil_entry.edited", "toil_entry.edited", "toil_entry.logged"]
    with pytest.raises(Conflict, match="already"):
        undo(done, bob)


def test_an_undo_ends_and_is_for_who_changed_them(bob, alice, payments, log):
    done = change([log(bob, payments, minutes=20)], bob, kind="overhead")
    with pytest.raises(PermissionDenied):
        undo(done, alice)
    with pytest.raises(Conflict, match="no longer"):
        undo(done, bob, now=LATER + timedelta(minutes=16))
    assert operations.forget_old_entry_changes(LATER + timedelta(days=29)) == 0
    operations.forget_old_entry_changes(LATER + timedelta(days=31))
    assert not EntryChange.objects.exists()
    with pytest.raises(ValidationError):
        change([], bob)


def test_a_lead_changes_the_teams_entries_with_their_name_in_the_trail(
    bob, alice, charlie, payments, read_by_leads, search, log
):
    mine, elsewhere = log(bob, payments, minutes=20), log(bob, search, minutes=20)
    done = change([mine, elsewhere], alice, category="migration")
    assert [bool(row.refusal) for row in done.rows.order_by("pk")] == [False, True]
    event = AuditEvent.objects.get(verb="toil_entry.edited")
    assert (event.actor, event.changes["category"]) == (alice, ["other", "migration"])
    assert all(row.refusal for row in change([mine], charlie, category="other").rows.all())


def test_merging_adds_up_and_splitting_adds_nothing(bob, payments, log, week):
    one, two = log(bob, payments, minutes=20), log(bob, payments, minutes=30, text="Again", occurrences=3)
    before = state()
    merged = operations.merge_entries([(one, 1), (two, 1)], by=bob, now=LATER)
    left = ToilEntry.objects.get()
    assert (left.pk, left.text, left.seconds, left.occurrences) == (one.pk, one.text, 3000, 4)
    undo(merged, bob)
    assert state() == before
    split = operations.split_entry(one, seconds=300, text="The rest", by=bob, now=LATER)
    found = ToilEntry.objects.order_by("seconds").values_list("text", "seconds", "local_date")
    assert list(found) == [(one.text, 300, W10), ("The rest", 900, W10), ("Again", 1800, W10)]
    assert week(payments).toil_seconds == 3000
    undo(split, bob)
    assert state() == before


def test_a_copy_says_what_the_entry_said_and_not_what_its_source_says(
    bob, alice, payments, checkout, quota, log
):
    operations.edit_source(
        quota, changes={"service": checkout, "category": "migration", "trigger": "page"}, by=alice
    )
    apart = {"service": None, "category": "other", "trigger": ""}
    rows = [log(bob, payments, minutes=minutes, source=quota) for minutes in (20, 30)]
    for row in rows:
        operations.edit_entry(row, changes=apart, by=bob, now=LATER)
    before = state()
    undo(operations.merge_entries([(row, None) for row in rows], by=bob, now=LATER), bob)
    assert state() == before
    operations.split_entry(rows[0], seconds=300, by=bob, now=LATER)
    operations.repeat_entry(rows[0], seconds=300, by=bob, now=LATER)
    assert set(ToilEntry.objects.values_list(*apart)) == {(None, "other", "")}


def test_what_is_by_the_clock_is_joined_and_cut_by_the_clock(bob, payments, log):
    start = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)
    one, two = (
        clocked(log, bob, payments, start, 20),
        clocked(log, bob, payments, start + timedelta(minutes=20), 40),
    )
    before = state()
    merged = operations.merge_entries([(two, 1), (one, 1)], by=bob, now=LATER)
    left = ToilEntry.objects.get()
    assert (left.pk, left.started_at, left.seconds) == (two.pk, start, 3600)
    assert [piece.attributed for piece in left.slices.order_by("local_date")] == [1800, 1800]
    undo(merged, bob)
    assert state() == before
    split = operations.split_entry(two, seconds=300, by=bob, now=LATER)
    middle = start + timedelta(minutes=25)
    assert ToilEntry.objects.filter(ended_at=middle).exists()
    assert ToilEntry.objects.get(started_at=middle).seconds == 35 * 60
    undo(split, bob)
    assert state() == before


def test_a_merge_is_taken_back_whole_or_not_at_all(bob, payments, log):
    one, two = log(bob, payments, minutes=20), log(bob, payments, minutes=30)
    merged = operations.merge_entries([(one, 1), (two, 1)], by=bob, now=LATER)
    operations.edit_entry(one, changes={"text": "Since"}, by=bob, now=LATER)
    before = state()
    with pytest.raises(Conflict, match="stay as they are"):
        undo(merged, bob)
    assert state() == before
    assert EntryChange.objects.get().undone_at is None


def test_the_times_of_people_are_locked_before_entries_so_that_nobody_waits_in_a_ring(bob, payments, log):
    one, two = (clocked(log, bob, payments, NOON + timedelta(minutes=5 * n), 5) for n in range(2))
    held = clocked(log, bob, payments, NOON, 60, status="needs_review")
    for act in (
        lambda: operations.edit_entry(one, changes={"text": "New"}, by=bob, now=LATER),
        lambda: change([one], bob, category="migration"),
        lambda: operations.confirm_entry(held, by=bob, now=LATER),
        lambda: operations.split_entry(one, seconds=60, by=bob, now=LATER),
        lambda: operations.merge_entries([(one, None), (two, None)], by=bob, now=LATER),
        lambda: operations.delete_entry(held, by=bob),
    ):
        one.refresh_from_db()
        with CaptureQueriesContext(connection) as seen, contextlib.suppress(ValidationError):
            act()
        read = [query["sql"] for query in seen if query["sql"].startswith("SELECT")]
        order = [re.search(r'FROM "(accounts_user|toil_toilentry)"', sql) for sql in read]
        assert next(filter(None, order))[1] == "accounts_user", read


def test_what_cannot_be_merged_or_split_is_said(bob, alice, charlie, payments, search, log):
    one, two = log(bob, payments, minutes=20), log(bob, payments, minutes=30)
    clock, apart = (
        clocked(log, bob, payments, NOON, 5),
        clocked(log, bob, payments, NOON + timedelta(hours=1), 5),
    )
    hint = log(bob, payments, minutes=5, status="suggested")
    for rows, words in (
        ([one], "at least two"),
        ([one, one], "at least two"),
        ([one, log(bob, payments, minutes=5, day=date(2026, 3, 4))], "several days"),
        ([one, log(bob, search, minutes=5)], "one person, team"),
        ([one, log(alice, payments, minutes=5)], "by whose time it is"),
        ([one, clock], "by the clock"),
        ([clock, apart], "by the clock"),
        ([one, hint], "only what counts"),
        ([log(bob, payments, hours=20), log(bob, payments, hours=20)], "at most 24 hours"),
        ([one, log(bob, payments, minutes=5, occurrences=1000)], "from 1 to 1000"),
    ):
        with pytest.raises((ValidationError, PermissionDenied), match=words):
            operations.merge_entries([(row, None) for row in rows], by=bob, now=LATER)
    with pytest.raises(StaleVersion):
        operations.merge_entries([(one, 1), (two, 9)], by=bob, now=LATER)
    for seconds in (0, 1200, -5):
        with pytest.raises(ValidationError, match="more than nothing and less than 20 min"):
            operations.split_entry(one, seconds=seconds, by=bob, now=LATER)
    for act in (
        lambda: operations.split_entry(one, seconds=5, by=charlie, now=LATER),
        lambda: operations.merge_entries([(one, 1), (two, 1)], by=charlie, now=LATER),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert not EntryChange.objects.exists()


def test_the_walk_through_the_pages(web, bob, alice, payments, quota, log):
    one, two = log(bob, payments, minutes=20), log(bob, payments, minutes=30, text="Again")
    client, many = web(bob), reverse("toil:many")
    assert f'value="{one.uuid}" form="many"' in client.get(reverse("toil:overview")).content.decode()
    assert "Nothing is selected" in client.get(many).content.decode()
    assert "Nothing is selected" in web(alice).get(many, {"selected": "x"}).content.decode()
    assert "Change 2 entries" in client.get(many, {"all": 1, "q": ""}).content.decode()
    sent = {"selected": [one.uuid, two.uuid], "source": "quota", "service": "-"}
    assert "Say what is to change." in client.post(many, {"selected": one.uuid}).content.decode()
    page = client.post(many, sent).content.decode()
    assert "2 entries would change" in page
    assert "<ins>Quota tickets</ins>" in page
    marks = [f"{one.uuid}:1", f"{two.uuid}:1"]
    applied = client.post(reverse("toil:many_apply"), sent | {"rows": marks, "once": "a"})
    again = client.post(reverse("toil:many_apply"), sent | {"rows": marks, "once": "a"})
    assert applied.url == again.url
    assert "Changed: 2 entries" in client.get(applied.url).content.decode()
    assert web(alice).get(applied.url).status_code == 404
    assert "You changed entries" in client.get(reverse("toil:overview")).content.decode()
    page = client.post(f"{applied.url}undo/", follow=True).content.decode()
    assert page.count("Taken back") == 3
    query = {"selected": [one.uuid, two.uuid], "merge": "1"}
    assert "takes the time of the others: 50 min" in client.get(many, query).content.decode()
    assert "at least two entries" in client.get(many, {"selected": one.uuid, "merge": "1"}).content.decode()
    marks = [f"{row.uuid}:{row.version}" for row in ToilEntry.objects.order_by("pk")]
    merged = client.post(reverse("toil:many_apply"), {"rows": marks, "merge": "1"}, follow=True)
    assert "Merged: 2 entries" in merged.content.decode()
    split = reverse("toil:entry_split", args=[ToilEntry.objects.get().uuid])
    assert "less than 50 min" in client.post(split, {"duration": "50m"}).content.decode()
    assert "Write a time" in client.post(split, {"duration": "soon"}).content.decode()
    page = client.post(split, {"duration": "15", "text": "Later"}, follow=True).content.decode()
    assert "Split: 2 entries" in page
    assert sorted(ToilEntry.objects.values_list("seconds", flat=True)) == [900, 2100]


def test_programs_do_the_same(api, bob, alice, ada, payments, log):
    one, two = log(bob, payments, minutes=20), log(bob, payments, minutes=30)
    named = {"entries": [{"id": str(one.uuid), "version": 1}, {"id": str(two.uuid)}]}
    looked_at = api(bob).post(f"{API}preview/", named | {"kind": "overhead"}).json()["rows"]
    assert looked_at[0]["changes"] == {"kind": ["Toil", "Overhead"]}
    body = api(bob).post(API, named | {"kind": "overhead"}).json()
    assert [row["id"] for row in body["rows"]] == [str(one.uuid), str(two.uuid)]
    assert api(alice).get(f"{API}{body['id']}/").status_code == 404
    assert api(bob).post(f"{API}{body['id']}/undo/").json()["undone_at"]
    assert api(bob).post(f"{API}{body['id']}/undo/").status_code == 409
    both = {"entries": [{"id": str(one.uuid)}, {"id": str(two.uuid)}]}
    merged, again = (api(bob).post(f"{API}merge/", both, headers={"Idempotency-Key": "m"}) for _ in "12")
    assert (merged.status_code, merged.json()["kind"], again.json()) == (201, "merge", merged.json())
    sent = {"entry": {"id": str(one.uuid)}, "seconds": 600}
    split, again = (
        api(bob).post(f"{API}split/", sent, headers={"Idempotency-Key": "s"}).json() for _ in "12"
    )
    assert (split, ToilEntry.objects.count()) == (again, 2)
    assert [row["changes"]["time"] for row in split["rows"]] == [["50 min", "10 min"], ["", "40 min"]]
    for person, status in ((ada, 403), (bob, 400)):
        assert (
            api(person).post(API, {"entries": [{"id": str(two.uuid)}], "kind": "toil"}).status_code == status
        )
    assert api(bob).post(API, {"entries": [{"id": str(one.uuid)}]}).status_code == 400
