import os
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from apps.accounts.models import Team, User
from apps.audit.models import AuditEvent
from apps.incidents.models import Incident
from apps.notifications.models import OutboxMail
from apps.postmortems.models import Postmortem
from apps.postmortems.operations import import_postmortems
from apps.services.models import Service
from tests.factories import make_service

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("BALLAST_DATA", ROOT.parent / "shared" / "data")) / "postmortems"
GOOD = """---
uuid: 11111111-2222-3333-4444-555555555555
url: https://status.example/incidents/1
title: Files sent twice
company: Acme Bank
product: Ledger, File sender (EU, US)
start_time: 2026-02-02T18:35:00Z
end_time: 2026-02-02T20:35:00+01:00
source_published_at: 2026-02-09T10:00:00Z
categories: [automation]
keywords: [fail over, batch/file]
editor: somebody else
summary: The standby sent files again.
---

The lease lapsed.

## Root causes

Two writers at once.

### Details

`a < b`

## Aftermath

All clear.
"""


def take(*files, **kw):
    by = User.objects.system()
    pairs = [(name, text.encode() if isinstance(text, str) else text) for name, text in files]
    return import_postmortems(pairs, now=datetime(2026, 11, 4, tzinfo=UTC), **{"by": by, **kw})


def test_a_file_becomes_team_services_incident_and_a_published_postmortem():
    take(("a.md", GOOD))
    team = Team.objects.get(slug="acme-bank")
    assert set(Service.objects.values_list("name", "owner_team")) == {
        ("Ledger", team.pk),
        ("File sender (EU, US)", team.pk),
    }
    incident, postmortem = Incident.objects.get(), Postmortem.objects.get()
    assert (incident.kind, incident.status, incident.title) == ("backfilled", "closed", "Files sent twice")
    assert incident.summary == "The standby sent files again."
    assert (postmortem.status, postmortem.published_version) == ("published", 1)
    assert postmortem.published_at == datetime(2026, 2, 9, 10, tzinfo=UTC)
    assert postmortem.source_url == "https://status.example/incidents/1"
    assert {tag.name for tag in postmortem.tags.all()} == {"automation", "fail-over", "batchfile"}
    assert list(postmortem.incidents.all()) == [incident]


def test_times_become_milestones_in_utc():
    take(("a.md", GOOD))
    times = dict(Incident.objects.get().milestones.values_list("kind", "at"))
    assert times == {
        "impact_started": datetime(2026, 2, 2, 18, 35, tzinfo=UTC),
        "resolved": datetime(2026, 2, 2, 19, 35, tzinfo=UTC),
    }


def test_a_missing_time_is_unknown_and_says_why():
    take(("a.md", GOOD.replace("end_time: 2026-02-02T20:35:00+01:00", 'end_time: ""')))
    milestone = Incident.objects.get().milestones.get(kind="resolved")
    assert (milestone.at, milestone.note) == (None, "Not given in the file.")


def test_a_bare_day_is_kept_as_a_day():
    take(("a.md", GOOD.replace("2026-02-02T18:35:00Z", "1628-08-10")))
    milestone = Incident.objects.get().milestones.get(kind="impact_started")
    assert (milestone.at, milestone.precision_minutes) == (datetime(1628, 8, 10, tzinfo=UTC), 1440)


def test_known_headings_find_their_section_and_nothing_is_lost():
    take(("a.md", GOOD))
    found = {section.slug: section.body for section in Postmortem.objects.get().sections.all()}
    assert found["summary"] == "The standby sent files again."
    assert found["factors"] == "## Root causes\n\nTwo writers at once.\n\n### Details\n\n`a < b`"
    assert found["narrative"] == "The lease lapsed.\n\n## Aftermath\n\nAll clear."
    for fact in ("editor: somebody else", "2026-02-02T20:35:00+01:00", "batch/file", "Acme Bank"):
        assert fact in found["appendix"]


def test_headings_in_code_open_no_section():
    body = "Before\n\n```\n# Impact\n```\n\nAfter"
    take(("a.md", GOOD.partition("\n\n")[0] + "\n\n" + body))
    found = {section.slug: section.body for section in Postmortem.objects.get().sections.all()}
    assert (found["narrative"], found["impact"]) == (body, "")


def test_run_twice_it_changes_nothing():
    take(("a.md", GOOD))
    before = (AuditEvent.objects.count(), Incident.objects.count(), Service.objects.count())
    report = take(("a.md", GOOD))
    assert (report.arrived, report.unchanged) == ([], ["a.md"])
    assert before == (AuditEvent.objects.count(), Incident.objects.count(), Service.objects.count())


def test_a_file_that_changed_is_left_alone_and_named():
    take(("a.md", GOOD))
    report = take(("a.md", GOOD.replace("Files sent twice", "Another title")))
    assert report.changed == ["a.md"]
    assert Postmortem.objects.get().title == "Files sent twice"


def test_a_preview_writes_nothing_and_says_the_same():
    report = take(("a.md", GOOD), dry_run=True)
    assert report.arrived == ["a.md"]
    assert not Postmortem.objects.exists()
    assert not Team.objects.filter(slug="acme-bank").exists()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("No front matter here", "bad.md:1: has no front matter"),
        ("---\ntitle: never closed\n", "bad.md:1: has no front matter"),
        ("---\ntitle: a\ncompany: b\nx: [1\n---\n", "bad.md:5: is not YAML"),
        ("---\ntitle: a\n\tcompany: b\n---\n", "bad.md:3: is not YAML"),
        ("---\n- title\n---\nText", "bad.md:2: has a front matter without names"),
        ("---\ntitle: a\ncompany: b\ntitle: c\n---\n", "bad.md:4: names title twice"),
        ("---\ntitle: a\ncompany:\n---\nText", "bad.md:3: names no company"),
        ("---\ncompany: b\n---\n", "bad.md:1: has no title, and no text"),
        ("---\ntitle: a\ncompany: b\nstart_time: 2026-13-45\n---\nText", "bad.md:4: start_time “2026-13-45”"),
        (
            "---\ntitle: a\ncompany: b\nstart_time: 2026-02-02\nend_time: 2026-02-01\n---\nText",
            "bad.md:5: ends before it starts",
        ),
        (b"---\ntitle: a\ncompany: \xff\n---\n", "bad.md:3: is not UTF-8"),
        ("---\ntitle: a\ncompany: b\n---\nok\n\0", "bad.md:6: holds a NUL"),
        ("---\ntitle: a\ncompany: b\n---\n" + "x" * 120_000, "bad.md:1: "),
        ('---\ntitle: a\ncompany: b\nx: "\\0"\n---\nText', "bad.md:4: x holds a character that cannot"),
        ("---\ntitle: a\ncompany: b\nstart_time: 0001-01-01\n---\nText", "bad.md:4: start_time"),
        ("---\na: &a [1]\n" + "b: " + "[" * 3000 + "\n---\n", "bad.md:"),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_the_others_go_in(content, expected):
    report = take(("bad.md", content), ("good.md", GOOD))
    assert report.arrived == ["good.md"]
    assert len(report.broken) == 1
    assert report.broken[0].startswith(expected)
    assert Postmortem.objects.count() == Incident.objects.count() == 1


def test_without_a_title_the_first_sentence_names_it():
    text = "---\nuuid: x1\ncompany: Acme\n---\n\nA [disk](https://x.example) filled up. Then more.\n"
    report = take(("a.md", text))
    postmortem = Postmortem.objects.get()
    assert postmortem.title == "Acme: A disk filled up"
    assert postmortem.sections.get(slug="summary").body.startswith("A [disk](https://x.example) filled up.")
    assert report.untitled == ["a.md"]


def test_an_address_with_text_around_it_is_followed_as_far_as_it_is_one():
    odd = "https://a.example/post/), [see also](https://b.example/"
    take(("a.md", GOOD.replace("https://status.example/incidents/1", odd)))
    postmortem = Postmortem.objects.get()
    assert postmortem.source_url == "https://a.example/post/"
    assert "b.example" in postmortem.sections.get(slug="appendix").body


def test_a_service_of_another_team_is_not_taken_over(checkout):
    make_service(slug="ledger", owner_team=checkout.owner_team)
    take(("a.md", GOOD))
    assert Service.objects.filter(owner_team__slug="acme-bank", slug="acme-bank-ledger").exists()


def test_nobody_is_mailed():
    take(("a.md", GOOD))
    assert not OutboxMail.objects.exists()


def test_only_admins_import(alice):
    with pytest.raises(PermissionDenied):
        take(("a.md", GOOD), by=alice)


def test_the_command_takes_files_and_folders_and_exits_1_only_when_something_is_broken(tmp_path):
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "a.md").write_text(GOOD)
    out, err = StringIO(), StringIO()
    call_command("import_postmortems", str(folder), stdout=out, stderr=err)
    assert "1 of 1 arrived" in out.getvalue()
    bad = tmp_path / "bad.md"
    bad.write_text("nothing")
    with pytest.raises(SystemExit) as end:
        call_command("import_postmortems", str(bad), str(folder), stdout=out, stderr=err)
    assert end.value.code == 1
    assert "bad.md:1: has no front matter" in err.getvalue()


def test_the_command_names_a_path_or_an_owner_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="no file or folder"):
        call_command("import_postmortems", str(tmp_path / "none"))
    with pytest.raises(CommandError, match="Nobody active"):
        call_command("import_postmortems", str(tmp_path), owner="nobody@ballast.example")


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the public postmortems are not at {REAL.name} (BALLAST_DATA)")
def test_all_121_public_postmortems_arrive_and_arrive_once(tmp_path):
    out = StringIO()
    call_command("import_postmortems", str(REAL), stdout=out)
    assert "121 of 121 arrived, 0 were here already, 0 changed, 0 broken." in out.getvalue()
    assert Postmortem.objects.count() == Incident.objects.count() == 121
    events = AuditEvent.objects.count()
    call_command("import_postmortems", str(REAL), stdout=out)
    assert "121 were here already" in out.getvalue()
    assert AuditEvent.objects.count() == events


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the public postmortems are not at {REAL.name} (BALLAST_DATA)")
def test_not_one_line_of_the_public_texts_is_lost():
    files = [(path.name, path.read_bytes()) for path in sorted(REAL.glob("*.md"))]
    take(*files)
    kept = {
        row.external_id: "\n".join(section.body for section in row.sections.all())
        for row in Postmortem.objects.prefetch_related("sections")
    }
    for name, raw in files:
        body = raw.decode().split("\n---\n", 1)[1]
        lines = [line for line in body.splitlines() if line.strip()]
        assert all(line.rstrip() in kept[name.removesuffix(".md")] for line in lines), name
