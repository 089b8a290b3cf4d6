"""Logging, editing, deleting: what is refused, what is marked, what is written down."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent
from apps.core.errors import StaleVersion
from apps.toil import operations
from apps.toil.kinds import tally_of
from apps.toil.models import Category, DirtyWeek, EntryStatus, ToilEntry, ToilSlice, WorkKind
from tests.factories import make_incident, make_user
from tests.toil.conftest import LATER, W10, W11, days

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
TEN = datetime(2026, 3, 3, 10, tzinfo=UTC)


def marks():
    return {(mark.team.slug, mark.monday) for mark in DirtyWeek.objects.select_related("team")}


def event(verb):
    return AuditEvent.objects.get(verb=verb)


def attributed(entry):
    return sum(piece.attributed for piece in entry.slices.all()) // 60


def test_a_duration_becomes_one_slice_and_a_mark(bob, payments, log):
    entry = log(bob, payments, minutes=25, day=date(2026, 3, 3), text="  Restart\n ingest ")
    piece = entry.slices.get()
    assert (piece.local_date, piece.seconds, piece.attributed) == (date(2026, 3, 3), 1500, 1500)
    assert (entry.text, entry.tz, entry.status) == ("Restart ingest", "UTC", "confirmed")
    assert marks() == {("payments", W10)}


def test_without_a_date_it_was_today_where_the_person_is(payments, log):
    kiri = make_user(team=payments, time_zone="Pacific/Auckland")
    entry = log(kiri, payments, minutes=5, day=None, now=NOW.replace(hour=20))
    assert (entry.local_date, entry.tz) == (date(2026, 3, 5), "Pacific/Auckland")


def test_an_entry_over_midnight_marks_both_weeks(bob, payments, log):
    start = datetime(2026, 3, 8, 23, 30, tzinfo=UTC)
    log(bob, payments, started_at=start, ended_at=start + timedelta(minutes=45))
    assert marks() == {("payments", W10), ("payments", W11)}
    assert list(ToilSlice.objects.values_list("seconds", flat=True)) == [1800, 900]


def test_the_database_keeps_what_slices_count_as_whoever_changes_their_entry(bob, payments, log):
    start = datetime(2026, 3, 8, 23, 30, tzinfo=UTC)
    log(bob, payments, started_at=start, ended_at=start + timedelta(minutes=45))
    for status, kind, category in product(EntryStatus, WorkKind, Category):
        ToilEntry.objects.update(status=status, kind=kind, category=category)
        tally = tally_of(kind, category, is_confirmed=status == "confirmed")
        assert set(ToilSlice.objects.values_list("counts_as", flat=True)) == {tally}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"seconds": 0}, "seconds"),
        ({"seconds": -60}, "seconds"),
        ({"seconds": 86_401}, "seconds"),
        ({}, "seconds"),
        ({"seconds": 60, "local_date": date(2026, 3, 5)}, "local_date"),
        ({"seconds": 60, "local_date": date(1969, 12, 31)}, "local_date"),
        ({"seconds": 60, "text": "   "}, "text"),
        ({"seconds": 60, "text": "a\x00b"}, "text"),
        ({"seconds": 60, "text": "x" * 301}, "text"),
        ({"seconds": 60, "occurrences": 0}, "occurrences"),
        ({"seconds": 60, "category": "nonsense"}, "category"),
        ({"seconds": 60, "kind": "play"}, "kind"),
        ({"seconds": 60, "tz": "Mars/Olympus"}, "tz"),
        ({"started_at": TEN}, "ended_at"),
        ({"ended_at": TEN}, "started_at"),
        ({"started_at": TEN, "ended_at": TEN}, "ended_at"),
        ({"started_at": TEN, "ended_at": TEN - timedelta(hours=1)}, "ended_at"),
        ({"started_at": TEN, "ended_at": NOW + timedelta(seconds=1)}, "ended_at"),
        ({"started_at": TEN - timedelta(hours=24), "ended_at": TEN + timedelta(seconds=1)}, "ended_at"),
        ({"started_at": datetime(1, 1, 1, tzinfo=UTC), "ended_at": TEN}, "local_date"),
    ],
)
def test_what_cannot_be_is_refused_on_its_field(bob, payments, given, field):
    kw = {"text": "Restart", **given}
    with pytest.raises(ValidationError) as refusal:
        operations.log_entry(person=bob, team=payments, by=bob, now=NOW, **kw)
    assert list(refusal.value.message_dict) == [field]
    assert not ToilEntry.objects.exists()
    assert not DirtyWeek.objects.exists()


def test_a_whole_day_is_the_longest_entry(bob, payments, log):
    assert log(bob, payments, hours=24).seconds == 86_400


def test_nobody_logs_for_somebody_else_but_the_lead(alice, bob, charlie, ada, payments):
    def log_for_bob(by):
        return operations.log_entry(person=bob, team=payments, text="Restart", seconds=60, by=by, now=NOW)

    assert log_for_bob(alice).person == bob
    for stranger in (charlie, ada):
        with pytest.raises(PermissionDenied):
            log_for_bob(stranger)


def test_an_auditor_logs_nothing(ada, payments):
    with pytest.raises(PermissionDenied):
        operations.log_entry(person=ada, team=payments, text="Restart", seconds=60, by=ada, now=NOW)


def test_logging_is_written_down(bob, payments, log):
    entry = log(bob, payments, minutes=25)
    written = event("toil_entry.logged")
    assert (written.actor, written.object_key) == (bob, str(entry.uuid))
    assert written.changes["seconds"] == [None, 1500]
    assert written.changes["team"] == [None, "payments"]


def test_what_belongs_to_a_private_incident_is_as_private_in_the_trail(bob, payments, log):
    incident = make_incident(is_private=True)
    log(bob, payments, minutes=25, incident=incident)
    assert event("toil_entry.logged").scope == f"incident:{incident.key}"


def test_editing_slices_again_and_marks_old_and_new(bob, payments, search, log):
    entry = log(bob, payments, minutes=25)
    DirtyWeek.objects.all().delete()
    changes = {"team": search, "local_date": W11, "seconds": 600}
    edited = operations.edit_entry(entry, changes=changes, seen=1, by=bob, now=LATER)
    assert edited.version == 2
    assert list(entry.slices.values_list("team__slug", "local_date", "seconds")) == [("search", W11, 600)]
    assert marks() == {("payments", W10), ("search", W11)}
    assert event("toil_entry.edited").changes["team"] == ["payments", "search"]


def test_editing_another_category_marks_the_week(bob, payments, log):
    entry = log(bob, payments, minutes=25)
    DirtyWeek.objects.all().delete()
    operations.edit_entry(entry, changes={"category": "migration"}, by=bob, now=LATER)
    assert marks() == {("payments", W10)}


def test_saving_the_same_again_changes_nothing(bob, payments, log):
    entry = log(bob, payments, minutes=25)
    DirtyWeek.objects.all().delete()
    same = {"seconds": 1500, "local_date": W10, "text": entry.text}
    assert operations.edit_entry(entry, changes=same, by=bob, now=LATER).version == 1
    assert not marks()
    assert not AuditEvent.objects.filter(verb="toil_entry.edited").exists()


def test_a_duration_becomes_an_interval_and_back(bob, payments, log):
    entry = log(bob, payments, minutes=25)
    start = datetime(2026, 3, 8, 23, tzinfo=UTC)
    ends = {"started_at": start, "ended_at": start + timedelta(hours=2)}
    edited = operations.edit_entry(entry, changes=ends, by=bob, now=LATER)
    assert (edited.seconds, edited.local_date, edited.slices.count()) == (7200, date(2026, 3, 8), 2)
    edited = operations.edit_entry(edited, changes={"seconds": 60}, by=bob, now=LATER)
    assert (edited.started_at, edited.seconds, edited.slices.get().seconds) == (None, 60, 60)


def test_an_edit_keeps_the_zone_it_was_logged_in(payments, log):
    kiri = make_user(team=payments, time_zone="Pacific/Auckland")
    entry = log(kiri, payments, minutes=5)
    kiri.time_zone = "UTC"
    kiri.save()
    assert operations.edit_entry(entry, changes={"seconds": 600}, by=kiri, now=LATER).tz == "Pacific/Auckland"


def test_an_edit_obeys_the_rules_of_logging(bob, payments, log):
    entry = log(bob, payments, minutes=25)
    for changes in ({"seconds": 0}, {"local_date": date(2100, 1, 1)}, {"text": ""}, {"status": "dismissed"}):
        with pytest.raises(ValidationError):
            operations.edit_entry(entry, changes=changes, by=bob, now=LATER)
    entry.refresh_from_db()
    assert (entry.seconds, entry.version) == (1500, 1)


def test_an_edit_of_an_older_version_is_refused(bob, payments, log):
    entry = log(bob, payments, minutes=25)
    operations.edit_entry(entry, changes={"seconds": 60}, seen=1, by=bob, now=LATER)
    with pytest.raises(StaleVersion):
        operations.edit_entry(entry, changes={"seconds": 90}, seen=1, by=bob, now=LATER)


def test_a_lead_who_reads_entries_edits_them_and_strangers_do_not(
    alice, bob, charlie, payments, read_by_leads, search, log
):
    entry = log(bob, payments, minutes=25)
    assert operations.edit_entry(entry, changes={"seconds": 60}, by=alice, now=LATER).seconds == 60
    assert event("toil_entry.edited").actor == alice
    with pytest.raises(PermissionDenied):
        operations.edit_entry(entry, changes={"seconds": 90}, by=charlie, now=LATER)
    with pytest.raises(PermissionDenied):  # alice does not lead Search
        operations.edit_entry(entry, changes={"team": search}, by=alice, now=LATER)


def test_a_deleted_entry_stays_in_the_trail_and_marks_its_week(bob, payments, log):
    entry = log(bob, payments, minutes=25)
    DirtyWeek.objects.all().delete()
    operations.delete_entry(entry, by=bob)
    assert not ToilEntry.objects.exists()
    assert event("toil_entry.deleted").changes["seconds"] == [1500, None]
    assert marks() == {("payments", W10)}


def test_overlapping_intervals_share_their_seconds_and_give_them_back(bob, payments, search, log):
    def at(hour, minute=0):
        return datetime(2026, 3, 3, hour, minute, tzinfo=UTC)

    first = log(bob, payments, started_at=at(10), ended_at=at(11))
    DirtyWeek.objects.all().delete()
    second = log(bob, search, started_at=at(10, 30), ended_at=at(12))
    assert (attributed(first), attributed(second)) == (45, 75)
    assert marks() == {("payments", W10), ("search", W10)}  # the neighbour's week too
    ends = {"started_at": at(12), "ended_at": at(13)}
    second = operations.edit_entry(second, changes=ends, by=bob, now=LATER)
    assert (attributed(first), attributed(second)) == (60, 60)
    second = operations.edit_entry(second, changes={"started_at": at(10)}, by=bob, now=LATER)
    assert (attributed(first), attributed(second)) == (30, 150)
    operations.delete_entry(second, by=bob)
    assert attributed(first) == 60


def test_a18b_two_people_on_one_incident_count_twice(alice, bob, payments, log):
    ends = {"started_at": TEN, "ended_at": TEN + timedelta(hours=1)}
    assert [attributed(log(somebody, payments, **ends)) for somebody in (alice, bob)] == [60, 60]


def test_many_at_once_equal_one_by_one(root, bob, payments, log, week):
    start = datetime(2026, 3, 3, 10, tzinfo=UTC)
    given = [{"started_at": start, "ended_at": start + timedelta(hours=hours)} for hours in (1, 2)]
    given += [{"seconds": 1500, "local_date": day} for day in days(3)]
    for kw in given:
        log(bob, payments, **kw)
    one_by_one = (week(payments).input_hash, sorted(ToilSlice.objects.values_list("attributed", flat=True)))
    for entry in ToilEntry.objects.all():
        operations.delete_entry(entry, by=bob)
    drafts = [
        operations.draft_entry(person=bob, team=payments, text="Restart", now=LATER, **kw) for kw in given
    ]
    operations.log_many(drafts, by=root)
    at_once = (week(payments).input_hash, sorted(ToilSlice.objects.values_list("attributed", flat=True)))
    assert at_once == one_by_one
    assert event("team.toil_imported").changes == {"entries": [None, 5]}


def test_many_at_once_are_for_admins(alice, payments):
    with pytest.raises(PermissionDenied):
        operations.log_many([], by=alice)


def test_the_cost_of_logging_does_not_grow(bob, payments, log, django_assert_num_queries):
    log(bob, payments, minutes=5)
    with django_assert_num_queries(6):  # savepoint, entry, slice, mark, audit event, release
        log(bob, payments, minutes=5)


def test_a_person_in_a_zone_behind_cannot_log_tomorrow(payments):
    kim = make_user(team=payments, time_zone="America/Los_Angeles")
    early = datetime(2026, 3, 4, 3, tzinfo=UTC)  # still 3 March over there
    assert early.astimezone(ZoneInfo("America/Los_Angeles")).date() == date(2026, 3, 3)
    with pytest.raises(ValidationError):
        operations.log_entry(
            person=kim, team=payments, text="x", seconds=60, local_date=date(2026, 3, 4), by=kim, now=early
        )
