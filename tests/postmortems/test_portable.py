import json
import os
import uuid
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from apps.accounts.models import User
from apps.incidents.models import Incident
from apps.postmortems.models import Factor, ImpactValue, Lesson, Postmortem
from apps.postmortems.operations import (
    add_part,
    draft_postmortem,
    edit_postmortem,
    import_postmortems,
)
from apps.postmortems.portable.files import write_json
from apps.postmortems.portable.form import SHAPE, check_shape, portable
from apps.postmortems.portable.markdown import write_markdown
from apps.postmortems.portable.schema import SCHEMA
from tests.postmortems.conftest import write

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("BALLAST_DATA", ROOT.parent / "shared" / "data")) / "postmortems"
HARD = """Text with `code`, \\u0000, "quotes": and # marks

<!-- section: impact -->
## Not a section

\\<!-- rows -->

```
---
```
Trailing  \n\n\n- 日本語 😀 Zoë\u2028next"""


def form_of(key, user):
    return portable(Postmortem.objects.for_reader(user).get(key=key))


def take(*files, by=None, **kw):
    pairs = [(name, text.encode()) for name, text in files]
    return import_postmortems(
        pairs, now=datetime(2026, 11, 4, tzinfo=UTC), by=by or User.objects.system(), **kw
    )


@pytest.fixture
def rich(draft, alice, now):
    """A draft with everything that can hang on one, and texts that are hard to keep."""
    write(draft, "summary", HARD, by=alice)
    write(draft, "lessons", "  Indented first line", by=alice)
    changes = {
        "title": 'A: "b" # c',
        "trigger_category": "binary_push",
        "trigger_text": "Yes: no\n- 1",
        "tags": ["on", "1.5"],
    }
    edit_postmortem(draft, changes=changes, now=now, by=alice)
    add_part(draft, Factor, {"category": "network", "text": "<!-- rows -->\nA fibre"}, now=now, by=alice)
    add_part(
        draft, Factor, {"category": "capacity", "text": "Spare", "is_mitigator": True}, now=now, by=alice
    )
    add_part(draft, Lesson, {"kind": "lucky", "text": "Awake"}, now=now, by=alice)
    value = {
        "measure": "users",
        "certainty": "estimated",
        "value": "1860.5",
        "unit": "users",
        "method": "Sampled",
    }
    add_part(draft, ImpactValue, value, now=now, by=alice)
    add_part(draft, ImpactValue, {"measure": "revenue", "certainty": "unknown"}, now=now, by=alice)
    return draft


def gone(*rows):
    """As if another portal: what was exported is not here any more."""
    for row in rows:
        for incident in row.incidents.all():
            Incident.objects.filter(pk=incident.pk).update(external_id="", source_system="")
        Postmortem.objects.filter(pk=row.pk).update(external_id=uuid.uuid4().hex, source_system="elsewhere")


@pytest.mark.parametrize("write_file", [write_markdown, write_json])
def test_exported_imported_and_exported_again_it_is_the_same_to_the_byte(rich, alice, settings, write_file):
    first = write_file(form_of(rich.key, alice))
    settings.BASE_URL = "https://another.example"
    report = take((f"a.{'json' if write_file is write_json else 'md'}", first))
    assert (report.arrived != [], report.broken) == (True, [])
    copy = Postmortem.objects.exclude(pk=rich.pk).get()
    assert write_file(form_of(copy.key, alice)) == first
    assert copy.sections.get(slug="summary").body == HARD.rstrip()
    assert copy.status == "draft"


def test_a_published_document_arrives_published_as_what_readers_saw(published, alice, settings):
    first = form_of(published.key, alice)
    jsonschema.validate(first, SCHEMA, format_checker=jsonschema.FormatChecker())
    settings.BASE_URL = "https://another.example"
    take(("a.md", write_markdown(first)))
    copy = Postmortem.objects.exclude(pk=published.pk).get()
    assert (copy.status, copy.published_version, copy.published_at) == (
        "published",
        1,
        published.published_at,
    )
    assert form_of(copy.key, alice) == first
    assert copy.incidents.get().kind == "backfilled"


def test_taken_in_again_it_changes_nothing_here_or_elsewhere(rich, alice, now, settings):
    file = write_markdown(form_of(rich.key, alice))
    assert take(("a.md", file)).unchanged == ["a.md"]  # where it was written
    settings.BASE_URL = "https://another.example"
    assert take(("a.md", file)).arrived == ["a.md"]
    assert take(("a.md", file)).unchanged == ["a.md"]
    assert take(("a.md", file.replace("Awake", "Asleep"))).changed == ["a.md"]
    assert Postmortem.objects.count() == 2


def test_two_documents_of_one_incident_share_it_there_too(rich, outage, alice, now, settings):
    other = draft_postmortem([outage], title="Another view", now=now, by=alice)
    files = [(f"{row.key}.md", write_markdown(form_of(row.key, alice))) for row in (rich, other)]
    settings.BASE_URL = "https://another.example"
    assert len(take(*files).arrived) == 2
    copies = Postmortem.objects.exclude(pk__in=[rich.pk, other.pk])
    assert len({row.incidents.get().pk for row in copies}) == 1


def test_what_is_given_out_is_as_the_schema_says(rich, alice):
    form = form_of(rich.key, alice)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(form, SCHEMA, format_checker=jsonschema.FormatChecker())
    assert list(check_shape(form)) == []
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**form, "owner": "alice"}, SCHEMA)
    assert set(SCHEMA["properties"]) == set(SHAPE)


INCIDENT: dict = {"id": "1", "title": "a", "summary": "", "severity": 3, "services": [], "milestones": []}
INCIDENT["started_at"] = "2026-02-02T18:35:00Z"
MILESTONE = {
    "kind": "detected",
    "at": None,
    "note": "Nobody knows",
    "source": "human",
    "precision_minutes": 0,
}


def incidents(**more):
    return {"incidents": [INCIDENT | more]}


def milestones(**more):
    return incidents(milestones=[MILESTONE | more])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (incidents(severity=7), "severity"),
        (incidents(id=""), "id"),
        (incidents(id="x" * 121), "id"),
        (incidents(started_at="0001-01-01T00:00:00+09:00"), "started_at “0001"),
        (milestones(source="a" * 40), "milestones"),
        (milestones(precision_minutes=10**12), "milestones"),
        (milestones(precision_minutes=-1), "milestones"),
        (milestones(note="x" * 301), "milestones"),
        (milestones(note=""), "milestones"),
        ({"incidents": [INCIDENT | {"milestones": [MILESTONE, MILESTONE]}]}, "milestones"),
        ({"\ud800": 1}, "\ufffd is not known"),
        ({"title": "a\ud800"}, "title holds a character that cannot be stored"),
        ({"title": 5}, "title is not a text"),
        ({"tags": "a"}, "tags is not a list"),
        ({"owner": "alice"}, "owner is not known"),
        ({"sections": [{"slug": "x"}]}, "sections[0].title is missing"),
        ({"version": 2}, "version Version 1 is read here"),
        ({"incidents": []}, "incidents At least one incident is needed"),
        ({"published_at": "soon"}, "published_at “soon” is not a time"),
        ({"title": "x" * 201}, "title"),
        ({"trigger": {"category": "x", "text": ""}}, "trigger_category"),
        ({"lessons": [{"kind": "x", "phase": "", "text": "a"}]}, "kind"),
        ({"url": "javascript:alert(1)"}, "url Give an address"),
        ({"format": "other"}, "is not a ballast-postmortem"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_of_it_stays(rich, alice, settings, change, expected):
    form = form_of(rich.key, alice)
    settings.BASE_URL = "https://another.example"
    report = take(("a.json", json.dumps(form | change)))
    assert report.arrived == []
    assert report.broken[0].startswith("a.json:1: ")
    assert expected in report.broken[0]
    assert Postmortem.objects.count() == Incident.objects.count() == 1


def test_broken_files_say_the_line():
    assert "is not JSON" in take(("a.json", '{"version": ' + "9" * 5000 + "}")).broken[0]
    assert take(("a.json", '{\n "format": \n')).broken[0].startswith("a.json:3: is not JSON")
    head = "---\nformat: ballast-postmortem\n"
    assert (
        take(("a.md", head + "x: &a [1]\ny: *a\n---\n")).broken[0].startswith("a.md:4: is not YAML: aliases")
    )
    assert "whose text is not in the file" in take(("a.md", head + "sections:\n- slug: x\n---\n")).broken[0]
    assert "format" not in take(("a.md", head + "---\n")).broken[0]


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the public postmortems are not at {REAL.name} (BALLAST_DATA)")
def test_each_of_the_121_public_postmortems_makes_the_round_trip():
    root = User.objects.system()
    take(*((path.name, path.read_text()) for path in sorted(REAL.glob("*.md"))))
    rows = list(Postmortem.objects.for_reader(root))
    first = {row.external_id: write_markdown(portable(row)) for row in rows}
    assert len(first) == 121
    gone(*rows)
    assert len(take(*((f"{name}.md", text) for name, text in first.items())).arrived) == 121
    copies = Postmortem.objects.for_reader(root).exclude(source_system="elsewhere")
    assert {row.external_id: write_markdown(portable(row)) for row in copies} == first
