"""The event log of another system becomes incidents of the past."""

import csv
import os
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from apps.audit.models import AuditEvent
from apps.incidents.imports.servicenow import COLUMNS
from apps.incidents.models import NEXT_STATUS, Incident, TimelineEntry
from apps.incidents.operations import PastIncident, backfill_incidents
from apps.notifications.models import OutboxMail
from tests.factories import make_service

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("BALLAST_DATA") or ROOT.parent / "shared" / "data")
LOG = DATA / "incident_event_log.csv"
DEFAULTS = {
    "number": "INC0000045",
    "incident_state": "New",
    "opened_at": "29-02-2016 01:16",
    "sys_updated_at": "29-02-2016 01:23",
    "resolved_at": "29-02-2016 11:29",
    "closed_at": "05-03-2016 12:00",
    "priority": "2 - High",
    "category": "Category 55",
    "subcategory": "Subcategory 170",
    "assignment_group": "Group 56",
    "sys_updated_by": "Updated by 21",
}
HEAD = tuple(sorted(COLUMNS))
STORY = [
    {"incident_state": "New"},
    {"incident_state": "Resolved", "sys_updated_at": "29-02-2016 11:29"},
    {"incident_state": "Closed", "sys_updated_at": "05-03-2016 12:00"},
]


@pytest.fixture
def log(tmp_path):
    """log(rows) is a file with these rows; what a row does not say is a default or "?"."""

    def write(rows, columns=HEAD):
        path = tmp_path / "log.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(dict.fromkeys(columns, "?") | DEFAULTS | row for row in rows)
        return path

    return write


def run(path, *args):
    out, err = StringIO(), StringIO()
    call_command("import_incidents", str(path), "--mapping", "servicenow", *args, stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue().strip().splitlines()


def test_one_ticket_becomes_one_incident_with_its_story(log):
    said, problems = run(log(STORY))
    assert said == "3 rows read, 1 incidents created, 0 unchanged, 0 problems"
    assert problems == []
    incident = Incident.objects.get()
    assert (incident.source_system, incident.external_id) == ("servicenow", "INC0000045")
    assert (incident.kind, incident.status, incident.severity) == ("backfilled", "closed", 2)
    assert incident.title == "Category 55, Subcategory 170 (INC0000045)"
    assert incident.started_at == datetime(2016, 2, 29, 1, 16, tzinfo=UTC)
    assert incident.resolved_at == datetime(2016, 2, 29, 11, 29, tzinfo=UTC)
    assert [tag.name for tag in incident.tags.all()] == ["category-55"]
    assert {row.kind: row.source for row in incident.milestones.all()} == dict.fromkeys(
        ["detected", "declared", "resolved", "closed"], "integration"
    )
    assert [entry.body for entry in incident.timeline.all()][1] == (
        "Resolved. Assigned to Group 56. Priority 2 - High. Updated by 21."
    )
    assert [move.to_status for move in incident.transitions.all()] == ["investigating", "resolved", "closed"]


def test_twice_changes_nothing(log):
    path = log(STORY)
    run(path)
    before = list(TimelineEntry.objects.values_list("uuid", flat=True))
    assert run(path)[0] == "3 rows read, 0 incidents created, 1 unchanged, 0 problems"
    assert list(TimelineEntry.objects.values_list("uuid", flat=True)) == before
    assert AuditEvent.objects.filter(verb="incident.imported").count() == 1


def test_a_preview_writes_nothing(log):
    assert "1 incidents would be created" in run(log(STORY), "--dry-run")[0]
    assert not Incident.objects.exists()


def test_bad_rows_are_named_by_line_and_the_others_go_in(log):
    rows = [
        {"number": "A"},
        {"number": "B", "opened_at": "2016-02-29 01:16"},
        {"number": "C", "opened_at": "31-02-2016 01:16"},
        {"number": "D", "opened_at": "1-2-2016 01:16"},
        {"number": "?"},
        {"number": "E", "incident_state": "Frozen"},
        {"number": "F", "priority": "9 - Odd"},
    ]
    said, problems = run(log(rows))
    assert {row.external_id for row in Incident.objects.all()} == {"A", "E", "F"}
    assert [problem.split(":")[0] for problem in problems] == [f"line {n}" for n in (3, 4, 5, 6, 7, 8)]
    assert "Frozen" in problems[4]
    assert said.endswith("6 problems")


def test_an_order_that_runs_backwards_loses_the_milestone_and_is_named(log):
    _said, problems = run(log([{"resolved_at": "01-01-2016 00:00"}]))
    assert "resolved_at" in problems[0]
    assert not Incident.objects.get().milestones.filter(kind="resolved").exists()


def test_times_are_read_in_the_zone_that_was_named(log):
    run(log(STORY), "--time-zone", "Asia/Tokyo")
    assert Incident.objects.get().started_at == datetime(2016, 2, 28, 16, 16, tzinfo=UTC)


def test_a_known_service_is_linked_and_an_unknown_one_only_with_an_owner(log, payments):
    rows = [{"number": "A", "cmdb_ci": "Mail gate"}, {"number": "B", "cmdb_ci": "Cash desk"}]
    make_service(slug="mail-gate")
    run(log(rows))
    assert [service.slug for row in Incident.objects.all() for service in row.services.all()] == ["mail-gate"]
    run(log([{"number": "C", "cmdb_ci": "Cash desk"}]), "--owner-team", "payments")
    assert Incident.objects.get(external_id="C").services.get().owner_team == payments


def test_skipped_states_are_filled_with_legal_steps(log):
    rows = [
        {"incident_state": "Closed"},
        {"incident_state": "Resolved", "sys_updated_at": "01-03-2016 01:00"},
        {"incident_state": "Active", "sys_updated_at": "02-03-2016 01:00"},
    ]
    run(log(rows))
    moves = [(move.from_status, move.to_status) for move in Incident.objects.get().transitions.all()]
    assert moves[0] == ("", "investigating")
    assert all(to in NEXT_STATUS[before] for before, to in moves[1:])
    assert Incident.objects.get().status == "investigating"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"number,priority\n1,2\n", "columns are missing"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"", "columns are missing"),
    ],
)
def test_what_is_no_such_table_is_refused_as_a_whole(tmp_path, content, words):
    path = tmp_path / "odd.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        run(path)


def test_a_missing_file_an_unknown_zone_and_an_unknown_team_are_said(log, tmp_path):
    with pytest.raises(CommandError):
        run(tmp_path / "none.csv")
    with pytest.raises(CommandError, match="time zone"):
        run(log(STORY), "--time-zone", "Mars/Base")
    with pytest.raises(CommandError, match="no team"):
        run(log(STORY), "--owner-team", "nobody")


def test_rows_with_a_wrong_number_of_fields_are_left_out(log):
    path = log(STORY)
    path.write_text(path.read_text(encoding="utf-8-sig") + "short,row\n", encoding="utf-8")
    said, problems = run(path)
    assert "1 incidents created" in said
    assert problems == ["line 5: The row has another number of fields than the head."]


@pytest.mark.skipif(not LOG.exists(), reason=f"the public event log is not at {LOG.name} in BALLAST_DATA")
def test_the_public_log_arrives_whole_and_mails_nobody():
    said, problems = run(LOG)
    assert said == "3019 rows read, 445 incidents created, 0 unchanged, 0 problems"
    assert problems == []
    assert TimelineEntry.objects.count() == 3019
    assert set(Incident.objects.values_list("kind", "status")) == {("backfilled", "closed")}
    assert not OutboxMail.objects.exists()
    assert mail.outbox == []
    assert run(LOG)[0] == "3019 rows read, 0 incidents created, 445 unchanged, 0 problems"


def test_the_same_incident_twice_in_one_call_goes_in_once(alice, noon):
    past = [PastIncident("pager", "7", title, 2, noon) for title in ("First", "Second")]
    assert [row.title for row in backfill_incidents(past, by=alice, now=noon)] == ["First"]
    assert backfill_incidents(past, by=alice, now=noon) == []
