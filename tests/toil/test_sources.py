"""The catalogue of sources: six checks, one of them counted, a suggestion, and people's decision with its reason."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent
from apps.core.errors import StaleVersion
from apps.toil import operations
from apps.toil.lines.grammar import Known, read_line
from apps.toil.models import ToilEntry, ToilSource
from apps.toil.sources.checks import QUESTIONS, Suggestion, score, suggest
from tests.toil.conftest import LATER, W10, days

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 12, tzinfo=UTC)
YES = dict.fromkeys(QUESTIONS, True)


@pytest.fixture
def quota(alice, payments, checkout):
    known = {"service": checkout, "category": "business_process", "trigger": "ticket"}
    return operations.add_source(
        name="Quota tickets", slug="quota", team=payments, by=alice, **known, **YES | {"grows": None}
    )


def counted(source):
    return ToilSource.objects.with_counts(NOW.date()).get(pk=source.pk)


@pytest.mark.parametrize(
    ("yes", "is_repetitive", "found"),
    [
        (5, True, Suggestion.TOIL),
        (4, False, Suggestion.TOIL),
        (3, True, Suggestion.TOIL),
        (3, False, Suggestion.REVIEW),
        (1, True, Suggestion.REVIEW),
        (1, False, Suggestion.NOT_TOIL),
        (0, True, Suggestion.NOT_TOIL),
    ],
)
def test_four_yes_suggest_toil_and_two_a_look(yes, is_repetitive, found):
    answers = [True] * yes + [None, False, None, False, None][: 5 - yes]
    assert suggest(score(answers, is_repetitive=is_repetitive)) == found


def test_repetitive_is_three_entries_in_ninety_days(quota, bob, payments, log):
    for day in days(2):
        log(bob, payments, minutes=10, day=day, source=quota)
    log(bob, payments, minutes=10, day=NOW.date() - timedelta(days=90), source=quota)
    assert (counted(quota).recent_entries, counted(quota).is_repetitive, counted(quota).score) == (
        2,
        False,
        4,
    )
    log(bob, payments, minutes=10, source=quota)
    assert (counted(quota).is_repetitive, counted(quota).score, counted(quota).recent_seconds) == (
        True,
        5,
        1800,
    )
    ToilEntry.objects.update(status="suggested")
    assert not counted(quota).is_repetitive


def test_an_entry_takes_from_its_source_what_it_does_not_say(quota, bob, payments, log):
    entry = log(bob, payments, minutes=10, source=quota)
    assert (entry.service, entry.category, entry.trigger) == (quota.service, "business_process", "ticket")
    other = log(bob, payments, minutes=10, source=quota, category="migration", trigger="page")
    assert (other.category, other.trigger) == ("migration", "page")
    edited = operations.edit_entry(entry, changes={"source": None}, by=bob, now=LATER)
    assert (edited.source, edited.category) == (None, "business_process")
    assert AuditEvent.objects.get(verb="toil_entry.edited").changes["source"] == ["quota", None]


def test_a_line_names_a_source_before_a_category(web, quota, bob):
    known = Known(sources={"quota", "migration"})
    assert read_line("5m x #quota #migration", today=W10, known=known).source == "quota"
    found = read_line("5m x #migration #interrupt", today=W10, known=known)
    assert (found.source, found.category) == ("migration", "production_interrupt")
    web(bob).post("/toil/new/", {"line": "6x15m quota tickets #quota", "once": "a"})
    entry = ToilEntry.objects.get()
    assert (entry.source, entry.seconds, entry.occurrences, entry.category) == (
        quota,
        5400,
        6,
        "business_process",
    )


def test_members_keep_the_sources_of_their_team_and_nobody_else(
    quota, bob, charlie, ada, root, payments, search
):
    operations.edit_source(quota, changes={"grows": True}, by=bob)
    operations.edit_source(quota, changes={"grows": False}, by=root)
    for other in (charlie, ada):
        with pytest.raises(PermissionDenied):
            operations.edit_source(quota, changes={"grows": True}, by=other)
        with pytest.raises(PermissionDenied):
            operations.add_source(name="X", slug="x", team=payments, by=other)
    with pytest.raises(PermissionDenied):
        operations.edit_source(quota, changes={"team": search}, by=bob)
    assert [event.changes["grows"] for event in AuditEvent.objects.filter(verb="toil_source.edited")] != []


def test_a_decision_against_the_checks_needs_its_reason(quota, bob):
    with pytest.raises(ValidationError, match="Say why"):
        operations.edit_source(quota, changes={"decided_toil": False}, by=bob)
    changes = {"decided_toil": False, "decided_because": "Each ticket improves the quota model"}
    operations.edit_source(quota, changes=changes, seen=1, by=bob)
    found = counted(quota)
    assert (found.suggestion, found.verdict) == (Suggestion.TOIL, Suggestion.NOT_TOIL)
    with pytest.raises(StaleVersion):
        operations.edit_source(quota, changes={"annoyance": 5}, seen=1, by=bob)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"slug": "quota"}, "slug"),
        ({"slug": "new"}, "slug"),
        ({"name": ""}, "name"),
        ({"annoyance": 6}, "annoyance"),
    ],
)
def test_what_cannot_be_is_refused_on_its_field(quota, alice, payments, given, field):
    with pytest.raises(ValidationError) as refusal:
        operations.add_source(**{"name": "X", "slug": "x", **given}, team=payments, by=alice)
    assert field in refusal.value.message_dict


def test_a_source_is_added_read_and_edited_on_its_pages(web, bob, charlie, ada, payments):
    sent = {
        "name": "Rotate certs",
        "slug": "certs",
        "team": "payments",
        "category": "other",
        "is_manual": "yes",
    }
    assert web(charlie).get("/toil/sources/new/").status_code == 403
    assert web(bob).post("/toil/sources/new/", sent | {"once": "a"}).url == "/toil/sources/certs/"
    page = web(ada).get("/toil/sources/certs/").content.decode()
    for words in ("1 of 6 say yes", "Not toil", "There are 0", "Not answered"):
        assert words in page, words
    edit = sent | {
        "status": "being_reduced",
        "version": "1",
        "grows": "no",
        "is_tactical": "yes",
        "annoyance": "4",
    }
    refused = web(bob).post("/toil/sources/certs/edit/", edit | {"decided_toil": "yes"}).content.decode()
    assert "Say why it is decided so" in refused
    assert web(bob).post("/toil/sources/certs/edit/", edit).status_code == 302
    row = ToilSource.objects.get()
    assert (row.status, row.grows, row.is_tactical, row.annoyance, row.version) == (
        "being_reduced",
        False,
        True,
        4,
        2,
    )
    assert "Borderline" in web(ada).get("/toil/sources/").content.decode()
    assert web(charlie).get("/toil/sources/certs/edit/").status_code == 403


def test_a_program_keeps_the_catalogue(api, bob, charlie, payments, log):
    url = "/api/v1/toil-sources/"
    sent = {"name": "Rotate certs", "slug": "certs", "team": "payments", "is_manual": True}
    assert api(charlie).post(url, sent).status_code == 403
    body = api(bob).post(url, sent).json()
    assert (body["score"], body["suggestion"], body["is_tactical"]) == (1, "not_toil", None)
    with time_machine.travel(NOW, tick=False):
        answer = api(bob).post(
            "/api/v1/toil-entries/", {"text": "Certs", "duration": "5m", "source": "certs"}
        )
    assert (answer.status_code, answer.json()["source"]) == (201, "certs")
    changed = api(bob).patch(
        f"{url}certs/", {"grows": True, "decided_toil": True}, headers={"If-Match": '"1"'}
    )
    assert "decided_because" in changed.json()["errors"]
    changed = api(bob).patch(f"{url}certs/", {"grows": True}, headers={"If-Match": '"1"'})
    assert (changed.json()["score"], changed.headers["ETag"]) == (2, '"2"')
    assert api(bob).patch(f"{url}certs/", {"slug": "x"}, headers={"If-Match": "*"}).status_code == 400


def test_the_team_page_gathers_what_names_the_same_source(web, quota, bob, payments, log):
    for text in ("Raise quota", "Lower quota"):
        log(bob, payments, hours=1, text=text, source=quota, day=date(2026, 3, 3), now=NOW)
    with time_machine.travel(NOW, tick=False):
        page = web(bob).get("/toil/teams/payments/").content.decode()
    assert "Quota tickets · checkout" in page
    assert "Raise quota" not in page.split("Top sources")[1]
