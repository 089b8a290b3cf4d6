"""The writing aid's acceptance test (R9): what it marks and, as important, what it leaves alone."""

import pytest

from apps.audit.models import AuditEvent
from apps.postmortems.models import Section
from apps.postmortems.wording import RULES, hints_for
from tests.halves import once
from tests.postmortems.conftest import write
from tests.postmortems.wording_cases import (
    ABOUT_PEOPLE,
    BAD,
    GOOD,
    MORE_BAD,
    MORE_GOOD,
    NAMES,
    NOT_ABOUT_PEOPLE,
)

pytestmark = once


@pytest.mark.parametrize(("text", "phrase", "rule"), [*BAD, *MORE_BAD])
def test_a_sentence_that_blames_is_marked_where_it_blames(text, phrase, rule):
    assert (phrase, rule) in [(hint.phrase, hint.rule) for hint in hints_for(text)]


@pytest.mark.parametrize(("text", "section"), [*GOOD, *MORE_GOOD])
def test_a_sentence_about_the_system_is_left_alone(text, section):
    assert hints_for(text, kind=section) == []


def test_only_where_we_got_lucky_may_one_tell_what_could_have_happened():
    marked = [section for text, section in GOOD if hints_for(text)]
    assert marked == ["lucky"]


def test_the_acceptance_test_is_as_long_as_it_says():
    assert (len(BAD), len(GOOD)) == (6, 8)
    assert min(len(BAD + MORE_BAD), len(GOOD + MORE_GOOD)) >= 48


@pytest.mark.parametrize(("text", "phrase"), ABOUT_PEOPLE)
def test_people_who_took_part_are_known_by_name_in_any_script(text, phrase):
    assert [hint.phrase for hint in hints_for(text, names=NAMES)] == [phrase]


@pytest.mark.parametrize("text", NOT_ABOUT_PEOPLE)
def test_naming_somebody_is_no_blame_and_a_name_is_not_every_word_like_it(text):
    assert hints_for(text, names=NAMES) == []


def test_every_rule_says_why_in_one_sentence_and_asks_how_or_what():
    for rule in RULES:
        assert rule.why.endswith(".")
        assert rule.ask.startswith(("How", "What", "Which")), rule.name
        assert "why" not in rule.ask.lower().split()


@pytest.fixture
def address(draft, alice):
    write(draft, "factors", "Bob forgot to wait.", by=alice)
    return f"/postmortems/{draft.key}/sections/factors/"


def test_the_editor_shows_hints_on_the_stored_text_also_without_scripts(address, alice, web):
    page = web(alice).get(f"{address}edit/").content.decode()
    assert "<mark>Bob forgot</mark>" in page or "<mark>forgot</mark>" in page
    assert "how did the system go on without it?" in page


def test_hints_on_what_is_being_typed_store_nothing(address, draft, alice, web):
    before = Section.objects.get(postmortem=draft, slug="factors").version, AuditEvent.objects.count()
    answer = web(alice).post(f"{address}hints/", {"text": "It was pure <b>negligence</b> & more."})
    assert "<mark>negligence</mark>" in answer.content.decode()
    assert "<b>negligence" not in answer.content.decode()
    assert (
        Section.objects.get(postmortem=draft, slug="factors").version,
        AuditEvent.objects.count(),
    ) == before


def test_factors_and_lessons_get_hints_too_and_luck_may_tell_what_could_have_happened(
    draft, alice, charlie, web
):
    at = draft.get_absolute_url()
    said = {"text": "The ledger could have been lost.", "kind": "poorly"}
    assert "<mark>" in web(alice).post(f"{at}hints/", said).content.decode()
    assert "<mark>" not in web(alice).post(f"{at}hints/", said | {"kind": "lucky"}).content.decode()
    assert web(charlie).post(f"{at}hints/", said).status_code == 403
    refused = web(alice).post(f"{at}factors/new/", {"text": "Pure human error"}).content.decode()
    assert "<mark>human error</mark>" in refused
    assert "Blameless check" not in web(alice).get(f"{at}impact-values/new/").content.decode()


def test_readers_are_shown_no_hints(address, draft, charlie, alice, web, api):
    assert web(charlie).post(f"{address}hints/", {"text": "forgot"}).status_code == 403
    assert api(charlie).get(f"/api/v1{address}hints/").status_code == 403
    assert "Blameless check" not in web(charlie).get(draft.get_absolute_url()).content.decode()


def test_a_program_gets_hints_on_the_stored_text_or_on_one_it_sends(address, alice, api):
    stored = api(alice).get(f"/api/v1{address}hints/").json()
    assert [(hint["rule"], hint["start"], hint["phrase"]) for hint in stored] == [
        ("omission", 4, "forgot"),
    ]
    sent = api(alice).post(f"/api/v1{address}hints/", {"body": "Ridiculous!!"}).json()
    assert [hint["phrase"] for hint in sent] == ["Ridiculous", "!!"]
    assert api(alice).post(f"/api/v1{address}hints/", {"text": "x"}).status_code == 400


def test_saving_a_text_full_of_hints_is_never_refused(draft, alice):
    assert write(draft, "factors", "Human error!!! She should have known.", by=alice).version == 2
