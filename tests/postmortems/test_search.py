import pytest
from django.db import connection

from apps.incidents.operations import add_entry, edit_incident
from apps.postmortems.models import Factor, ImpactValue, Lesson, Postmortem, SearchText, SearchWord
from apps.postmortems.operations import (
    add_part,
    draft_postmortem,
    edit_postmortem,
    rebuild_index,
    remove_part,
    return_to_draft,
)
from apps.postmortems.search.asking import hits, search
from apps.postmortems.search.engine import newest
from apps.postmortems.search.facets import Choice
from apps.postmortems.search.language import parse
from apps.postmortems.search.newest import BAND
from tests.factories import make_incident, make_service
from tests.postmortems.conftest import write

pytestmark = pytest.mark.django_db


def find(text, user, **narrowed):
    rows = Postmortem.objects.visible_to(user).filter(**narrowed)
    return search(text, rows, user)


def skip_keys(model, count):
    """The next row has a primary key so much higher."""
    table, last = model._meta.db_table, model.objects.order_by("pk").last()
    if not last:
        return
    sql = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), %s)"
    if connection.vendor == "sqlite":
        sql = f"UPDATE sqlite_sequence SET seq = %s WHERE name = '{table}'"
    with connection.cursor() as cursor:
        cursor.execute(sql, [last.pk + count])


def keys(text, user):
    found = find(text, user)
    order = dict(Postmortem.objects.values_list("pk", "key"))
    return [order[pk] for pk in found.ids]


def marked(text, user):
    """The line of the first hit, with what was found between brackets."""
    found = find(text, user)
    first = hits(found, found.ids[:1], user)[0]
    return "".join(f"[{piece.text}]" if piece.is_match else piece.text for piece in first.snippet)


@pytest.fixture
def written(checkout, alice, now):
    """write(title, slug=text, …) -> a draft of a new incident of checkout."""

    def make(title, *, services=None, tags=(), by=alice, **texts):
        incident = make_incident(services=services or [checkout], by=by, title="Outage", severity=3)
        row = draft_postmortem([incident], title=title, tags=tags, now=now, by=by)
        for slug, text in texts.items():
            write(row, slug, text, by=by)
        return row

    return make


@pytest.fixture
def lease(written):
    return written(
        "Settlement files sent twice",
        tags=["batch"],
        summary="The lease of the standby lapsed, so **two writers** sent files.",
        factors="## Why\n\nReplication lagged behind `payments-api` by 40 s. See [the graph](https://graphs.example/db2.eu-west).",
    )


SAID = (
    "lease",
    "LEASES",  # in another form
    "replicating lagged",
    "replic",  # unfinished
    "replicati",
    "lapsed lagging",  # in two sections
    "settlement",  # title
    "batch",  # tag
    "payments-api",
    "db2.eu-west",
    '"two writers"',
    '"behind payments-api by 40 s"',
    "lease -database",
    "the lease of",
    "pm-1",
    "repl* lapsed",
)
NOT_SAID = (
    "lease -standby",
    '"writers two"',
    "lease database",
    "the",
    "-lease",
    "",
    "writ -lease",
    "repl lease",
)


def test_a_postmortem_is_found_by_what_any_of_its_sections_says_and_by_nothing_else(lease, alice):
    for text in SAID:
        assert keys(text, alice) == [lease.key], text
    for text in NOT_SAID:
        found = find(text, alice)
        assert (found.ids, found.count, found.facets) == ([], 0, {}), text


ODD = """' " "" ( ) & | ! :* <-> * - -- % _ \\ \u202e ' OR 1=1-- {"a NEAR(b) ^x title:lease """


def test_no_text_is_an_error(lease, alice):
    long = ["a" * 8000, "- " * 2000, "x " * 4000]
    for text in [ODD, *ODD.split(), *long, "🙂", "مرحبا", "日本語", "lease:*&|"]:
        find(text, alice)
        find(f"lease {text[:100]}", alice)


def test_names_of_any_alphabet_are_found_with_and_without_their_accents(written, alice):
    row = written("Zoë and Łukasz met Δημήτρης", summary="Naïve café in Åre; Дмитрий agreed.")
    for text in (
        "zoë",
        "zoe",
        "ZOÉ",
        "Łukasz",
        "naive cafe",
        '"naïve café"',
        "дмитрий",
        "Δημήτρης",
        "are дмитр",
    ):
        assert keys(text, alice) == [row.key], text


def test_the_line_that_answers_is_shown_without_markdown_and_with_the_words_marked(lease, alice):
    assert marked("lease writer", alice) == "The [lease] of the standby lapsed, so two [writers] sent files."
    assert "[Replication] [lagged] behind payments-api by 40 s. See the graph" in marked(
        "replicate lag", alice
    )


def test_a_line_from_the_middle_of_a_long_text_says_that_it_is_cut(written, alice):
    written("Long", summary="Short.", factors=f"{'before ' * 400}needle {'after ' * 400}")
    line = marked("needle", alice)
    assert line.startswith("… before")
    assert line.endswith("after …")
    assert "[needle]" in line
    assert len(line) < 330


def test_what_was_saved_is_found_at_once_and_what_was_replaced_no_more(lease, alice, now):
    write(lease, "lessons", "Fence the old primary.", by=alice)
    assert keys("fencing", alice) == [lease.key]
    write(lease, "lessons", "Use a quorum.", by=alice)
    assert (keys("fencing", alice), keys("quorums", alice)) == ([], [lease.key])
    edit_postmortem(lease, changes={"title": "Another name", "tags": ["ledger"]}, now=now, by=alice)
    assert (keys("settlement", alice), keys("batch", alice)) == ([], [])
    assert keys("another ledger", alice) == [lease.key]


def test_what_hangs_on_a_section_is_found_too_and_narrows(lease, alice, now):
    factor = add_part(lease, Factor, {"category": "network", "text": "A fibre was cut"}, now=now, by=alice)
    add_part(lease, Lesson, {"kind": "lucky", "text": "The vendor was awake"}, now=now, by=alice)
    value = {
        "measure": "users",
        "certainty": "estimated",
        "value": 40,
        "unit": "merchants",
        "method": "Sampled",
    }
    add_part(lease, ImpactValue, value, now=now, by=alice)
    changes = {"trigger_category": "binary_push", "trigger_text": "Release 4711"}
    edit_postmortem(lease, changes=changes, now=now, by=alice)
    for text in ("fibre", "vendor awake", "sampling merchants", "4711", "binary push"):
        assert keys(text, alice) == [lease.key], text
    found = find("fibre", alice)
    assert found.facets["trigger"][0] == Choice("binary_push", "Binary push", 1)
    assert found.facets["factor"][0] == Choice("network", "Network", 1)
    remove_part(factor, now=now, by=alice)
    assert keys("fibre", alice) == []


def test_a_published_text_stays_found_while_its_next_version_is_written(published, alice, now):
    row = return_to_draft(published, now=now, by=alice)
    write(row, "impact", "Rewritten for the second version.", by=alice)
    assert keys('"text of impact"', alice) == keys("rewritten", alice) == [row.key]


def test_title_before_summary_before_text_and_newer_before_older(written, alice):
    filler = "word " * 50
    deep = written("One", factors=f"{filler} quorum {filler}")
    old = written("Two", summary="A quorum was lost.")
    new = written("Three", summary="A quorum was lost.")
    top = written("Quorum lost")
    assert keys("quorum", alice) == [top.key, new.key, old.key, deep.key]


def test_who_says_it_often_comes_before_who_says_it_once(written, alice):
    filler = "word " * 50
    often = written("One", factors=f"{filler} quorum {filler} quorum {filler} quorum")
    once = written("Two", factors=f"{filler} {filler} {filler} quorum")
    assert keys("quorum", alice) == [often.key, once.key]


def test_nothing_is_lost_between_the_newest_and_the_oldest_of_very_many(written, alice):
    """Each of these lies in another of the windows in which a PostgreSQL of a hundred thousand is read."""
    rows = []
    for skipped in (0, BAND * 150, BAND * 90, BAND * 20, BAND * 5, BAND):
        skip_keys(Postmortem, skipped)
        rows.insert(0, written("Quorum", summary="A quorum was lost"))
    assert keys("quorum", alice) == [row.key for row in rows]
    assert newest(parse("quorum "), 3) == [row.pk for row in rows[:3]]


def test_a_whole_word_that_many_hold_is_no_beginning_of_others(written, alice, monkeypatch):
    leases, leasehold = [written(f"Lease {n}") for n in range(3)], written("Leasehold")
    assert set(keys("lease", alice)) == {leasehold.key, *(row.key for row in leases)}
    monkeypatch.setattr("apps.postmortems.search.asking.LOOKED_AT", 3)
    assert set(keys("lease", alice)) == {row.key for row in leases}
    assert keys("leaseh", alice) == [leasehold.key]


def test_a_narrow_search_goes_on_to_the_oldest(written, alice, monkeypatch):
    monkeypatch.setattr("apps.postmortems.search.asking.LOOKED_AT", 2)
    old = written("Quorum lost", tags=["raft"])
    for n in range(3):
        written(f"Quorum {n}")
    assert find("quorum", alice, tags__name="raft").ids == [old.pk]


def test_a_timeline_answers_too_and_is_quoted(lease, alice, now):
    incident = lease.incidents.get()
    add_entry(incident, body="Paged the **network** team, Zoë answered", by=alice, now=now)
    assert keys("networks paging", alice) == keys("zoe", alice) == [lease.key]
    found = find("network", alice)
    hit = hits(found, found.ids, alice)[0]
    assert hit.entry_of == incident.key
    assert marked("network", alice) == "Paged the [network] team, Zoë answered"


def test_a_timeline_is_found_by_those_alone_who_may_read_it(lease, alice, bob, charlie, root, now):
    """charlie owns the document of an incident that became private, and reads on; the timeline is not his."""
    incident = lease.incidents.get()
    add_entry(incident, body="The zebra was seen", by=alice, now=now)
    edit_postmortem(lease, changes={"owner": charlie}, now=now, by=alice)
    assert keys("zebra", charlie) == keys("zebra", bob) == [lease.key]
    edit_incident(incident, changes={"is_private": True}, by=alice, now=now)
    assert (keys("zebra", charlie), keys("lease", charlie)) == ([], [lease.key])
    assert (keys("zebra", bob), keys("lease", bob)) == ([], [])
    assert keys("zebra", alice) == keys("zebra", root) == [lease.key]
    found = find("lease", charlie)
    assert set(found.facets) == {"status", "tag"}  # nothing of the incident


def test_a_misspelt_word_is_put_right_and_answered(lease, alice):
    pairs = {
        "replicaton": "replication",
        "leese": "lease",
        "standbby files": "standby files",
        "setlement": "settlement",
    }
    for typed, meant in pairs.items():
        found = find(typed, alice)
        assert (str(found.query), str(found.typed), found.ids) == (meant, typed, [lease.pk])


def test_nothing_is_suggested_that_others_keep_to_themselves(lease, alice, charlie, now):
    write(lease, "lessons", "The acquisition is secret.", by=alice)
    edit_incident(lease.incidents.get(), changes={"is_private": True}, by=alice, now=now)
    assert str(find("aquisition", alice).query) == "acquisition"
    found = find("aquisition", charlie)
    assert (found.ids, found.typed, str(found.query)) == ([], None, "aquisition")


def test_facets_count_what_was_found(written, checkout, alice):
    ledger = make_service(slug="ledger", owner_team=checkout.owner_team)
    written("Quorum one", tags=["raft"])
    written("Quorum two", tags=["raft", "disk"], services=[ledger])
    written("Other")
    found = find("quorum", alice)
    counts = {
        name: {choice.value: choice.count for choice in choices} for name, choices in found.facets.items()
    }
    quarters = counts.pop("quarter")
    assert sum(quarters.values()) == 2
    assert counts == {
        "status": {"draft": 2},
        "service": {"checkout": 1, "ledger": 1},
        "team": {"payments": 2},
        "severity": {"3": 2},
        "tag": {"raft": 2, "disk": 1},
    }


def test_counts_stop_and_say_so(written, alice, monkeypatch):
    monkeypatch.setattr("apps.postmortems.search.asking.COUNTED", 2)
    rows = [written(f"Quorum {n}") for n in range(4)]
    found = find("quorum", alice)
    assert (found.count, found.is_capped) == (2, True)
    assert set(found.ids) == {rows[2].pk, rows[3].pk}  # the newest


def test_a_rebuilt_index_is_the_one_that_was_kept(lease, written, alice):
    written("Another", factors="Дмитрий and Zoë")
    kept = (
        list(SearchText.objects.order_by("pk").values()),
        set(SearchWord.objects.values_list("text", flat=True)),
    )
    SearchText.objects.all().delete()
    assert keys("lease", alice) == []
    assert rebuild_index() == 2
    assert kept == (
        list(SearchText.objects.order_by("pk").values()),
        set(SearchWord.objects.values_list("text", flat=True)),
    )
    assert keys("lease", alice) == [lease.key]


def test_the_longest_document_can_be_stored(lease, alice):
    hyphens = " ".join(f"ab{n:x}-cd{n:x}" for n in range(8000))[:99_000]
    for slug in ("summary", "impact", "factors", "lessons"):
        write(lease, slug, hyphens + " Zoë", by=alice)
    assert keys("ab1f-cd1f", alice) == [lease.key]


def test_the_language_of_the_field():
    query = parse('Repl "End of Lease" -old -"two words" pay-api fin*  un')
    assert [term.words for term in query.wanted] == [
        ("repl",),
        ("end", "of", "lease"),
        ("pay", "api"),
        ("fin",),
        ("un",),
    ]
    assert [term.words for term in query.unwanted] == [("old",), ("two", "words")]
    assert [term.is_beginning for term in query.wanted] == [False, False, False, True, False]
    assert str(parse("disk ful")) == "disk ful"
