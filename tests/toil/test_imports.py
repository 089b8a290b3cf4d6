"""Importing in two steps, through the web and the API: previewed, taken in part by part, taken back whole."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.toil import operations
from apps.toil.models import DirtyWeek, ImportPart, ImportUpload, ToilEntry, ToilImport, ToilSlice
from apps.toil.operations import import_parts, imports, uploads
from tests.factories import make_user
from tests.toil.time_files import Work, clockify, generic, kimai, toggl, works

pytestmark = pytest.mark.django_db
LATER = datetime(2027, 3, 1, 12, tzinfo=UTC)
NEW, API = "/toil/imports/new/", "/api/v1/toil-imports/"
NINE = datetime(2026, 3, 2, 9)  # noqa: DTZ001


@pytest.fixture
def preview(payments, bob):
    def do(raw, *, by=bob, now=LATER, **kw):
        kw = {"team": payments, "tz": "UTC", "name": "time.csv"} | kw
        return operations.upload_file(chunks=[raw], now=now, by=by, **kw)

    return do


@pytest.fixture
def take_in(preview):
    """The whole way of a file; returns what is stored of it."""

    def do(raw, *, by, now=LATER, **kw):
        batch = operations.start_import(preview(raw, by=by, now=now, **kw), now=now, by=by)
        operations.work_on_imports(now)
        batch.refresh_from_db()
        return batch

    return do


def counts(batch):
    return {name: getattr(batch, name) for name in ("created", "same", "refused", "left_out")}


def sent(raw, name="time.csv", **more):
    return {"file": SimpleUploadedFile(name, raw), "team": "payments", "tz": "UTC", **more}


def state_of_log():
    entries = ToilEntry.objects.order_by("person", "started_at", "text").values_list(
        "text", "seconds", "import_key"
    )
    slices = ToilSlice.objects.order_by("local_date", "seconds", "attributed")
    return list(entries), list(slices.values_list("local_date", "seconds", "attributed"))


def test_bob_looks_first_presses_and_can_take_it_back(web, bob, payments):
    client = web(bob)
    wrong = b"Bob,bob@ballast.example,,,,x,No,2026-03-40,09:00:00,,,00:10:00,,\r\n"
    raw = toggl([*works(5, tags="ops"), *works(2, who="alice")]) + wrong
    page = client.post(NEW, sent(raw, "Toggl_time.csv"), follow=True).content.decode()
    assert not ToilEntry.objects.exists()
    assert "5 of 8 rows would be logged for Payments" in page
    assert "Toggl Track" in page
    assert "“2026-03-40” is not in the calendar" in page
    assert "alice@ballast.example" in page
    batch = ToilImport.objects.get()
    url = batch.get_absolute_url()
    done = client.post(f"{url}start/", follow=True).content.decode()
    assert "5 entries logged for Payments" in done
    assert "Not sorted yet" in client.get(f"/toil/?batch={batch.uuid}").content.decode()
    assert {(entry.kind, entry.person, entry.status) for entry in ToilEntry.objects.all()} == {
        ("unmapped", bob, "confirmed")
    }
    assert "5 entries" in client.get(f"{url}undo/").content.decode()
    assert ToilEntry.objects.count() == 5
    undone = client.post(f"{url}undo/", follow=True).content.decode()
    assert "5 entries are removed again" in undone
    assert not ToilEntry.objects.exists()
    assert not ToilSlice.objects.exists()
    verbs = AuditEvent.objects.filter(object_type="toilimport").order_by("pk").values_list("verb", flat=True)
    assert [verb.partition(".")[2] for verb in verbs] == ["started", "finished", "undone"]
    assert {event.object_key for event in AuditEvent.objects.filter(verb__startswith="toil_import")} == {
        str(batch.uuid)
    }


def charlie_of(team):
    return make_user("charlie-too", team=team)


def test_what_is_not_sorted_counts_as_nothing_and_what_a_label_explains_counts(
    take_in, preview, week, bob, alice, payments
):
    source = operations.add_source(name="Quota tickets", slug="quota", team=payments, by=bob)
    work = [
        Work(NINE, 60, project="Platform", activity="Quota"),
        Work(NINE + timedelta(1), 60, project="Meetings"),
        Work(NINE + timedelta(2), 60, project="Platform"),
        Work(NINE + timedelta(3), 60, project="", tags="Toil!, x"),
    ]
    raw = toggl(work)
    operations.undo_import(take_in(raw, by=bob), now=LATER, by=bob)
    operations.work_on_imports(LATER)
    wanted = {("activity", "quota"): "#quota", ("project", "MEETINGS"): "overhead", ("tag", "toil!"): "toil"}
    assert operations.explain_labels(payments, wanted=wanted, by=alice) == 3
    assert operations.explain_labels(payments, wanted=wanted, by=alice) == 0
    batch = take_in(raw, by=bob)
    found = dict(ToilEntry.objects.order_by("pk").values_list("local_date__day", "kind"))
    assert found == {2: "toil", 3: "overhead", 4: "unmapped", 5: "toil"}
    assert ToilEntry.objects.get(local_date__day=2).source == source
    assert week(payments).toil_seconds == 2 * 3600
    assert batch.created == 4
    ToilEntry.objects.filter(local_date__day=3).update(kind="unmapped")  # as if its label was explained later
    edited = ToilEntry.objects.get(local_date__day=4)
    more = {("project", "Platform"): "toil", ("project", "Meetings"): "#quota"}
    assert operations.explain_import(batch, wanted=more, now=LATER, by=charlie_of(payments)) == 2
    assert (
        ToilEntry.objects.filter(kind="unmapped").count() == 2
    )  # a member explains, but what bob imported is his
    operations.explain_labels(payments, wanted=dict.fromkeys(more, "unmapped"), by=alice)
    operations.edit_entry(edited, changes={"kind": "engineering"}, by=bob, now=LATER)
    assert operations.explain_import(batch, wanted=more, now=LATER, by=bob) == 2
    operations.work_on_imports(LATER)
    found = ToilEntry.objects.order_by("pk").values_list("local_date__day", "kind", "source__slug")
    assert list(found) == [
        (2, "toil", "quota"),
        (3, "toil", "quota"),
        (4, "engineering", None),  # what somebody has sorted stays
        (5, "toil", None),
    ]
    assert week(payments).toil_seconds == 3 * 3600
    batch.refresh_from_db()
    assert (batch.state, AuditEvent.objects.filter(verb="toil_import.sorted").count()) == ("done", 1)
    operations.explain_labels(payments, wanted={("project", "meetings"): "overhead"}, by=alice)
    operations.explain_labels(payments, wanted={("project", "meetings"): "unmapped"}, by=alice)
    assert operations.meanings_of(payments).of_label("project", "Meetings").kind == "unmapped"
    assert (
        operations.explain_labels(payments, wanted={("tag", "ß" * 120): "toil"}, by=alice) == 1
    )  # longer folded
    for label, choice in [(("tag", "x"), "#nowhere"), (("tag", "x"), "rubbish"), (("planet", "x"), "toil")]:
        with pytest.raises(ValidationError):
            operations.explain_labels(payments, wanted={label: choice}, by=alice)


def test_the_same_file_again_creates_nothing_and_an_overlapping_one_only_what_is_new(take_in, bob, alice):
    first = take_in(toggl(works(120)), by=bob)
    assert counts(first) == {"created": 120, "same": 0, "refused": 0, "left_out": 0}
    before = state_of_log()
    for by in (bob, alice):
        with pytest.raises(Conflict, match="nothing to import"):
            take_in(toggl(works(120)), by=by)
    assert state_of_log() == before
    wider = take_in(toggl(works(125)), by=alice)
    assert counts(wider) == {"created": 5, "same": 120, "refused": 0, "left_out": 0}
    other_tool = take_in(kimai(works(2)), by=bob)
    assert other_tool.created == 2  # another tool's rows are other rows


def test_what_came_with_a_file_goes_with_it_whole_and_is_known_again(take_in, preview, log, bob, payments):
    raw = toggl(works(2))
    batch = take_in(raw, by=bob)
    whole, other = batch.entries.order_by("started_at")
    operations.split_entry(whole, seconds=60, by=bob, now=LATER)
    own = log(bob, payments, minutes=10)
    for rows in ((other, own), (own, other)):
        with pytest.raises(ValidationError, match="import"):
            operations.merge_entries([(row, None) for row in rows], by=bob, now=LATER)
    assert preview(raw, by=bob).fresh == 0
    operations.undo_import(batch, now=LATER, by=bob)
    operations.work_on_imports(LATER)
    assert ToilEntry.objects.get() == own


def test_a_batch_that_is_killed_half_way_and_run_again_loses_and_doubles_nothing(
    preview, bob, alice, monkeypatch
):
    monkeypatch.setattr(import_parts, "ROWS", 10)
    raw = clockify([*works(45), *works(45, who="alice")])
    batch = operations.start_import(preview(raw, by=alice), now=LATER, by=alice)
    assert (batch.parts.count(), ImportUpload.objects.count()) == (9, 0)
    operations.go_on(batch, parts=4, now=LATER)
    with transaction.atomic():
        operations.go_on(batch, parts=1, now=LATER)
        assert ToilEntry.objects.count() == 50
        transaction.set_rollback(True)  # as when its process is killed
    batch.refresh_from_db()
    assert (batch.state, batch.created, ToilEntry.objects.count()) == ("running", 40, 40)
    operations.work_on_imports(LATER)
    operations.work_on_imports(LATER)
    batch.refresh_from_db()
    assert (batch.state, batch.created, batch.waiting) == ("done", 90, 0)
    keys = set(ToilEntry.objects.values_list("import_key", flat=True))
    assert (len(keys), ToilEntry.objects.count(), ImportPart.objects.filter(is_done=False).count()) == (
        90,
        90,
        0,
    )
    assert {person: ToilEntry.objects.filter(person=person).count() for person in (alice, bob)} == {
        alice: 45,
        bob: 45,
    }
    monkeypatch.setattr(imports, "ROWS", 25)
    operations.undo_import(batch, now=LATER, by=alice)
    operations.go_on(batch, now=LATER)
    assert ToilEntry.objects.count() == 65
    operations.work_on_imports(LATER)
    batch.refresh_from_db()
    assert (batch.state, ToilEntry.objects.count(), ToilSlice.objects.count()) == ("undone", 0, 0)


def test_an_import_that_cannot_go_on_stops_no_other(preview, bob, alice):
    broken, whole = (
        operations.start_import(preview(toggl(works(2, who=by.slug)), by=by), now=LATER, by=by)
        for by in (bob, alice)
    )
    broken.parts.update(content=b"half of it")
    assert operations.work_on_imports(LATER) == 1
    broken.refresh_from_db()
    whole.refresh_from_db()
    assert (broken.state, whole.state, ToilEntry.objects.count()) == ("running", "done", 2)


def test_a_large_file_is_read_by_the_clock_and_then_waits_for_its_button(web, preview, bob, monkeypatch):
    monkeypatch.setattr(uploads, "READ_AT_ONCE", 10)
    batch = preview(toggl(works(5)), now=timezone.now())
    assert (batch.state, batch.total) == ("reading", 0)
    page = web(bob).get(batch.get_absolute_url()).content.decode()
    assert "being read" in page
    assert "Reload to see how far it is" in page
    with pytest.raises(Conflict):
        operations.start_import(batch, now=LATER, by=bob)
    ToilImport.objects.update(leased_until=LATER + timedelta(minutes=1))  # by somebody who has died since
    for later, state in [(0, "reading"), (2, "ready")]:
        operations.work_on_imports(LATER + timedelta(minutes=later))
        batch.refresh_from_db()
        assert batch.state == state
    assert batch.fresh == 5
    broken = preview(b"nothing,to,see\n1,2,3\n")
    operations.work_on_imports(LATER)
    broken.refresh_from_db()
    assert broken.state == "broken"
    assert "Missing: whose time it was" in web(bob).get(broken.get_absolute_url()).content.decode()
    headers = {"HX-Request": "true", "HX-Target": "import-state"}
    assert web(bob).get(broken.get_absolute_url(), headers=headers)["HX-Refresh"] == "true"


def test_dates_that_leave_it_open_are_asked_about_on_the_page(web, bob):
    client = web(bob)
    raw = clockify([Work(datetime(2026, 3, 4, 9)), Work(datetime(2026, 5, 6, 9))])  # noqa: DTZ001
    page = client.post(NEW, sent(raw), follow=True).content.decode()
    assert "Line 2 says <strong>03/04/2026</strong>" in page
    assert "It is 4 March 2026" in page
    batch = ToilImport.objects.get()
    assert client.post(f"{batch.get_absolute_url()}start/", follow=True).status_code == 200
    assert not ToilEntry.objects.exists()
    said = {"team": "payments", "tz": "own", "said_tool": "", "said_order": "mdy"}
    page = client.post(f"{batch.get_absolute_url()}read/", said, follow=True).content.decode()
    assert "2026-03-04" in page
    batch.refresh_from_db()
    assert (batch.state, batch.date_order, batch.tz) == ("ready", "mdy", "")


def test_times_that_overlap_are_shared_as_when_they_are_logged_one_by_one(take_in, log, bob, payments):
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    log(bob, payments, started_at=at, ended_at=at + timedelta(hours=1))
    batch = take_in(
        toggl([Work(NINE + timedelta(minutes=30), 90), Work(NINE + timedelta(hours=5), 60)]), by=bob
    )
    assert sorted(ToilSlice.objects.values_list("seconds", "attributed")) == [
        (3600, 2700),
        (3600, 3600),
        (5400, 4500),
    ]  # A18
    operations.undo_import(batch, now=LATER, by=bob)
    operations.work_on_imports(LATER)
    assert list(ToilSlice.objects.values_list("seconds", "attributed")) == [(3600, 3600)]
    assert DirtyWeek.objects.filter(team=payments).exists()


def test_what_is_shared_two_days_before_a_file_stays_shared(take_in, log, bob, payments):
    """What is read around the file ends somewhere, in the midst of what overlaps there."""
    edge = datetime(2026, 2, 28, 9, tzinfo=UTC)
    for start, end in ((-60, 0), (-30, 30), (15, 45)):
        times = {
            f"{name}_at": edge + timedelta(minutes=n) for name, n in (("started", start), ("ended", end))
        }
        log(bob, payments, **times)
    slices = ToilSlice.objects.order_by("pk").values_list("attributed", flat=True)
    before = list(slices)
    assert sum(before) == 105 * 60
    take_in(toggl([Work(NINE, 10)]), by=bob)
    assert list(slices.all()) == [*before, 600]


def test_a_preview_is_for_its_person_alone_and_what_was_imported_also_for_who_reads_entries(
    web, preview, take_in, alice, bob, root, read_by_leads
):
    waiting = preview(toggl(works(3)))
    dora = make_user("dora")
    for person in (alice, root, dora):
        assert web(person).get(waiting.get_absolute_url()).status_code == 404
        assert web(person).post(f"{waiting.get_absolute_url()}start/").status_code == 404
    batch = take_in(toggl(works(3)), by=bob)
    assert not ToilImport.objects.filter(pk=waiting.pk).exists()  # a new upload took its place
    assert web(dora).get(batch.get_absolute_url()).status_code == 404
    assert web(root).get(batch.get_absolute_url()).status_code == 404
    assert web(alice).get(batch.get_absolute_url()).status_code == 200
    assert web(alice).post(f"{batch.get_absolute_url()}read/", {}).status_code == 403
    assert web(alice).post(f"{batch.get_absolute_url()}undo/").status_code == 302
    assert not ToilEntry.objects.exists()


def test_whoever_leads_the_team_no_longer_starts_and_undoes_nothing_for_others(preview, take_in, alice, bob):
    batch = take_in(toggl(works(3)), by=alice)
    waiting = preview(toggl(works(6)), by=alice)
    alice.memberships.update(role="member")
    alice = type(alice).objects.get(pk=alice.pk)
    with pytest.raises(PermissionDenied, match="no longer lead"):
        operations.start_import(waiting, now=LATER, by=alice)
    with pytest.raises(PermissionDenied):
        operations.undo_import(batch, now=LATER, by=alice)
    assert ToilEntry.objects.count() == 3


def test_undoing_ends_after_thirty_days_and_unpressed_uploads_after_one(preview, take_in, bob):
    batch = take_in(toggl(works(3)), by=bob)
    later = LATER + timedelta(days=30, seconds=1)
    with pytest.raises(Conflict, match="30 days"):
        operations.undo_import(batch, now=later, by=bob)
    preview(toggl(works(5)))
    assert operations.sweep_imports(LATER + timedelta(hours=23)) == 0
    assert operations.sweep_imports(LATER + timedelta(hours=25)) == 1
    assert operations.sweep_imports(later) == 0
    batch.refresh_from_db()
    assert (batch.sample, batch.created, ToilEntry.objects.count()) == ([], 3, 3)


def test_a_file_that_cannot_be_taken_is_a_problem_of_its_field(web, api, bob, ada, settings):
    settings.TOIL_IMPORT_MAX_BYTES = 1_000_000
    for raw, reason in [(b"", "empty"), (b"PK\x03\x04", "no CSV"), (b"x" * 1_000_001, "larger than 1 MB")]:
        page = web(bob).post(NEW, sent(raw)).content.decode()
        assert reason in page
        answer = api(bob).post(API, sent(raw) | {"zone": "UTC"}, format="multipart")
        assert answer.status_code == 400
        body = {key: value for key, value in sent(raw).items() if key != "tz"}
        answer = api(bob).post(API, body | {"zone": "UTC"}, format="multipart")
        assert (answer.status_code, reason in str(answer.json()["errors"]["file"])) == (400, True)
    assert web(ada).get(NEW).status_code == 403
    assert not ToilImport.objects.exists()


def test_a_program_previews_explains_starts_watches_and_undoes(api, bob, alice, payments, read_by_leads):
    client = api(bob)
    raw = clockify([Work(datetime(2026, 3, 4, 9), tags="ops"), Work(datetime(2026, 5, 6, 9))])  # noqa: DTZ001

    def send(raw=raw):
        body = {"file": SimpleUploadedFile("c.csv", raw), "team": "payments", "zone": "own"}
        return client.post(API, body, format="multipart", headers={"Idempotency-Key": "once"})

    asked = send()
    assert (asked.status_code, asked.json()["state"]) == (201, "asks")
    assert asked.json()["question"]["meanings"] == {"dmy": "2026-04-03", "mdy": "2026-03-04"}
    assert send().json()["id"] == asked.json()["id"]
    assert send(raw.replace(b"ops", b"dev")).status_code == 422  # another file of the same name
    url = f"{API}{asked.json()['id']}/"
    assert client.post(f"{url}start/").status_code == 409
    read = client.patch(url, {"date_order": "mdy"}, format="json").json()
    assert (read["state"], read["rows"], read["waiting"], read["zone"]) == ("ready", 2, 2, "own")
    explained = client.put(
        f"{url}labels/", {"labels": [{"part": "tag", "name": "ops", "means": "ops_other"}]}, format="json"
    )
    assert [label["means"] for label in explained.json()["labels"] if label["part"] == "tag"] == ["ops_other"]
    wrong = client.put(
        f"{url}labels/", {"labels": [{"part": "tag", "name": "ops", "means": "#no"}]}, format="json"
    )
    assert (wrong.status_code, "There is no such source." in str(wrong.json())) == (400, True)
    for _ in range(2):
        done = client.post(f"{url}start/").json()
        assert (done["state"], done["created"]) == ("done", 2)
    assert client.patch(url, {"date_order": "dmy"}, format="json").status_code == 409
    assert api(alice).get(url).json()["state"] == "done"
    assert [row["id"] for row in client.get(API).json()["results"]] == [done["id"]]
    for _ in range(2):
        assert client.post(f"{url}undo/").json()["state"] == "undone"
    assert not ToilEntry.objects.exists()


def test_what_no_database_stores_is_shown_as_a_sign_of_its_own(preview):
    raw = "email,date,minutes,note,pr\0ice\nzo\0e,2026-03-02,5,x,\nbob@ballast.example,2026-03-02,5,y,\n"
    batch = preview(raw.encode("utf-16"))
    assert (batch.found["unused"], batch.people[0]["who"], batch.fresh) == (["pr\ufffdice"], "zo\ufffde", 1)


def test_what_the_portal_exported_is_read_as_it_was(web, log, preview, bob, payments):
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    log(bob, payments, started_at=at, ended_at=at + timedelta(minutes=7, seconds=21))
    log(bob, payments, minutes=25, text="Two\nlines, and “more”", day=at.date())
    raw = b"".join(web(bob).get("/toil/?format=csv").streaming_content)
    batch = preview(raw)
    assert (batch.fresh, batch.problems, batch.tool) == (2, [], "generic")
    assert {(row["seconds"], row["text"]) for row in batch.sample} == {
        (441, "Restart stuck consumer"),
        (1500, "Two lines, and “more”"),
    }


def test_the_command_line_says_what_would_happen_and_takes_a_whole_file_in(
    bob, alice, preview, tmp_path, monkeypatch
):
    monkeypatch.setattr(uploads, "READ_AT_ONCE", 10)
    file, out, err = tmp_path / "time.csv", io.StringIO(), io.StringIO()
    row = b"Bob,bob@ballast.example,,,,x,No,2026-03-40,09:00:00,,,00:10:00,,\r\n"
    file.write_bytes(toggl([*works(8), *works(7, who="alice"), Work(NINE, who="zoe")]) + row)

    def run(*more):
        command = ["import_toil", str(file), "--team", "payments", "--by", "alice@ballast.example", *more]
        call_command(*command, stdout=out, stderr=err)

    waits = preview(generic(works(1)), by=alice)
    run("--dry-run")
    assert not ToilEntry.objects.exists()
    assert ToilImport.objects.get() == waits  # a dry run keeps nothing, and takes the place of nothing
    for _ in range(2):
        run()
    assert ToilEntry.objects.count() == 15
    (batch,) = ToilImport.objects.filter(state="done")
    assert batch.person == alice  # who can take it back
    assert out.getvalue().splitlines() == [
        "15 of 17 rows would be logged, 0 are here already.",
        "15 of 17 rows are logged, 0 were here already.",
        "0 of 17 rows would be logged, 15 are here already.",
    ]
    assert "line 18: “2026-03-40” is not in the calendar." in err.getvalue()
    assert "“zoe@ballast.example” from line 17 on, rows left out: 1. Nobody" in err.getvalue()
    file.write_bytes(clockify([Work(datetime(2026, 3, 4, 9))]))  # noqa: DTZ001
    with pytest.raises(CommandError, match="Say --date-order"):
        run()
    for more, reason in [
        (("--time-zone", "Mars"), "time zone name"),
        (("--team", "nobody"), "no team “nobody”"),
        (("--by", "nobody@ballast.example"), "Nobody active has"),
    ]:
        with pytest.raises(CommandError, match=reason):
            run(*more)


def test_labels_are_explained_a_page_at_a_time_whatever_their_number(web, preview, bob, payments):
    for n in range(150):
        operations.add_source(name=f"Source {n}", slug=f"source-{n}", team=payments, by=bob)
    batch = preview(toggl([Work(NINE, project=f"Project {n:03}") for n in range(60)]))
    labels, client = f"{batch.get_absolute_url()}labels/", web(bob)
    first = client.get(labels).content
    assert (first.count(b"<select"), len(first) < 400_000) == (25, True)
    assert b"Labels 1 to 25 of 60" in first
    names = re.findall(r'<select name="(label-[^"]+)"', first.decode())
    done = client.post(
        labels, dict.fromkeys(names, "unmapped") | {names[0]: "#source-7", names[1]: "overhead"}
    )
    assert done["Location"] == f"{labels}?page=2"
    last = client.get(f"{labels}?page=3").content.decode()
    assert last.count("<select") == 10
    names = re.findall(r'<select name="(label-[^"]+)"', last)
    done = client.post(f"{labels}?page=3", dict.fromkeys(names, "toil"))
    assert done["Location"] == batch.get_absolute_url()
    kinds = [meaning.choice for meaning in operations.meanings_of(payments).by_label.values()]
    assert sorted(kinds) == ["#source-7", "overhead", *["toil"] * 10]


def test_more_labels_explained_while_the_first_are_being_sorted_are_sorted_too(
    take_in, web, bob, payments, monkeypatch
):
    monkeypatch.setattr(import_parts, "ROWS", 2)
    batch = take_in(toggl([Work(NINE + timedelta(n), project=f"P{n % 2}") for n in range(4)]), by=bob)
    page = web(bob).get(batch.get_absolute_url()).content.decode()
    assert "See the 4 that are not sorted yet" in page
    for n in range(2):
        operations.explain_import(batch, wanted={("project", f"P{n}"): "toil"}, now=LATER, by=bob)
        operations.go_on(batch, now=LATER)  # one part of two
    operations.work_on_imports(LATER)
    assert set(batch.entries.values_list("kind", flat=True)) == {"toil"}
    page = web(bob).get(batch.get_absolute_url()).content.decode()
    assert "All of its entries are sorted" in page
    assert "kind=unmapped" not in page


def test_a_plain_file_of_days_becomes_durations_of_the_person(take_in, bob):
    bob.time_zone = "America/New_York"
    bob.save()
    batch = take_in(generic(works(3)), by=bob)
    entry = batch.entries.last()
    assert (entry.started_at, entry.tz, entry.seconds) == (None, "America/New_York", 300)
