"""What the portal suggests of incidents: worked out anew each time, seen by one person, and counted after their yes."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.incidents.models import IncidentLink, LinkKind, TimelineEntry
from apps.toil import operations
from apps.toil.models import DirtyWeek, Suggestion, ToilEntry
from apps.toil.suggestions.activity import Stretch, share_out, stretches
from tests.factories import make_incident, make_service, make_team, make_user
from tests.toil.conftest import W10

pytestmark = pytest.mark.django_db
API = "/api/v1/toil-suggestions/"


def at(clock, day=3):
    """A moment of week 10: 3 March is its Tuesday."""
    return datetime(2026, 3, day, *map(int, clock.split(":")), tzinfo=UTC)


@pytest.fixture
def fire(checkout, alice):
    return make_incident(services=[checkout], started_at=at("10:00"), by=alice)


def act(person, incident, *clocks, kind="update", taken=None):
    for clock in clocks:
        with time_machine.travel(at(clock), tick=False):
            TimelineEntry.objects.create(
                incident=incident, author=person, kind=kind, body="x", at=taken or at(clock)
            )


def suggested(person):
    rows = ToilEntry.objects.filter(person=person, status="suggested").order_by("started_at")
    return [(f"{row.started_at:%H:%M}", row.seconds // 60, row.kind) for row in rows]


def run(clock="18:00", day=3):
    return operations.suggest_from_incidents(at(clock, day))


@pytest.mark.parametrize(
    ("clocks", "minutes"),
    [
        (["10:11", "10:15"], [14]),
        (["11:40", "10:11", "10:30", "10:15"], [29, 10]),
        (["10:11", "10:31"], [30]),
        (["10:11", "10:32"], [10, 10]),
        ([], []),
    ],
)
def test_a25_ten_minutes_an_action_and_twenty_extend_it(clocks, minutes):
    assert [span.lasted.seconds // 60 for span in stretches(map(at, clocks))] == minutes


def test_no_hour_has_more_than_sixty_minutes():
    moments = {1: map(at, ("10:00", "10:15", "10:30", "10:45")), 2: map(at, ("10:20", "10:40", "10:58"))}
    shared = share_out(moments, [Stretch(at("10:05"), at("10:10"))])
    assert [(key, f"{span.start:%H:%M}", span.lasted.seconds // 60) for key, span in shared] == [
        (1, "10:00", 5),
        (1, "10:10", 45),
        (2, "10:55", 13),
    ]


def test_a25_what_is_suggested_counts_nothing_and_follows_what_was_done(bob, fire, payments, week):
    act(bob, fire, "10:11", "10:15")
    assert (run("10:20"), suggested(bob)) == (0, [])  # it may go on
    assert (run("10:36"), suggested(bob)) == (1, [("10:11", 14, "ops_other")])
    act(bob, fire, "12:00", kind="action", taken=at("10:30"))  # written down later
    act(bob, fire, "11:40")
    assert (run(), suggested(bob)) == (1, [("10:11", 29, "ops_other"), ("11:40", 10, "ops_other")])
    rows = list(ToilEntry.objects.values_list("pk", "version"))
    assert [run(), run(day=10)] == [0, 0]
    assert list(ToilEntry.objects.values_list("pk", "version")) == rows
    assert (week(payments).toil_seconds, week(payments).ops_seconds) == (0, 0)
    assert not DirtyWeek.objects.exists()
    entry = ToilEntry.objects.earliest("started_at")
    told = (entry.text, entry.team, entry.service.slug, entry.incident, entry.trigger, entry.category)
    assert told == ("Incident response", payments, "checkout", fire, "", "production_interrupt")
    for row in ToilEntry.objects.all():
        operations.confirm_entry(row, by=bob, now=at("18:00"))
    assert (week(payments).toil_seconds, week(payments).ops_seconds) == (0, 39 * 60)


def test_what_was_answered_stays_so_and_only_the_rest_is_suggested(bob, fire, payments, log):
    act(bob, fire, "10:11")
    run()
    first = operations.confirm_entry(ToilEntry.objects.get(), by=bob, now=at("18:00"))
    operations.split_entry(first, seconds=240, by=bob, now=at("18:00"))  # two halves say no more than one
    act(bob, fire, "10:25", "14:00")
    run()
    assert suggested(bob) == [("10:21", 14, "ops_other"), ("14:00", 10, "ops_other")]
    rest, later = ToilEntry.objects.filter(status="suggested").order_by("started_at")
    operations.dismiss_entry(rest, by=bob)
    operations.edit_entry(later, changes={"text": "The rollback"}, by=bob, now=at("18:00"))
    act(bob, fire, "14:05")
    assert (run(), suggested(bob)) == (1, [("14:00", 10, "ops_other"), ("14:10", 5, "ops_other")])
    operations.delete_entry(later, by=bob)
    assert (run(), suggested(bob)) == (0, [("14:10", 5, "ops_other")])
    own = log(bob, payments, minutes=30, incident=fire, now=at("18:00"), day=at("18:00").date())
    assert (run(), suggested(bob)) == (1, [])  # whoever wrote it down is asked no more
    operations.delete_entry(own, by=bob)
    assert (run(), suggested(bob)) == (1, [("14:10", 5, "ops_other")])


def test_it_is_toil_when_a_source_is_known_or_it_came_three_times(bob, alice, checkout, payments, log):
    quota = operations.add_source(name="Quota", slug="quota", team=payments, by=alice)
    alert = uuid4()
    fires = [
        make_incident(started_at=at("09:00", day=n), source_system="alertmanager", external_id=f"{alert}:{n}")
        for n in (1, 2, 3)
    ]
    again = [make_incident(started_at=at("09:00", day=n)) for n in (1, 2, 3)]
    for newer in again[1:]:
        IncidentLink.objects.create(
            from_incident=newer,
            to_incident=again[0],
            kind=LinkKind.RECURRENCE_OF,
            created_at=at("09:00"),
            created_by=alice,
        )
    known, new = make_incident(started_at=at("09:00")), make_incident(started_at=at("09:00"))
    log(alice, payments, minutes=5, incident=known, source=quota, now=at("18:00"))
    for place, incident in enumerate((fires[1], fires[2], again[1], again[2], known, new)):
        act(bob, incident, f"{10 + place}:00")
    run()
    rows = ToilEntry.objects.filter(person=bob).order_by("started_at")
    assert [(row.kind, row.trigger, row.source) for row in rows] == [
        ("ops_other", "page", None),  # the second time
        ("toil", "page", None),
        ("ops_other", "", None),
        ("toil", "", None),
        ("toil", "", quota),
        ("ops_other", "", None),
    ]
    operations.edit_source(quota, changes={"decided_toil": False, "decided_because": "It lasts"}, by=alice)
    run()
    assert Counter(kind for _, _, kind in suggested(bob)) == {"ops_other": 4, "toil": 2}


def test_only_the_work_of_people_on_what_was_real_and_until_its_end(bob, ada, fire, payments, search):
    drill = make_incident(started_at=at("10:00"), kind="drill")
    over = make_incident(started_at=at("10:00"), status="resolved", resolved_at=at("11:00"))
    nobodys = make_user("gone", is_active=False)
    guest, lost = make_user("guest"), make_user("lost")
    theirs = make_incident(started_at=at("10:00"), services=[make_service(owner_team=search)])
    act(bob, drill, "10:10")
    act(bob, over, "11:01", "16:00")
    for somebody in (ada, nobodys):
        act(somebody, fire, "10:10")
    act(guest, theirs, "10:10")
    act(lost, make_incident(started_at=at("10:00")), "10:10")
    kim = make_user("kim", team=make_team(), time_zone="Asia/Tokyo")
    act(kim, fire, "14:55")  # 23:55 over there
    run()
    assert suggested(bob) == [("11:01", 10, "ops_other")]
    assert Suggestion.objects.count() == 3
    assert ToilEntry.objects.get(person=guest).team == search
    night = ToilEntry.objects.get(person=kim)
    assert [(piece.local_date.day, piece.seconds) for piece in night.slices.all()] == [(3, 300), (4, 300)]


def test_nobody_else_sees_what_is_suggested(web, api, bob, alice, root, ada, fire, payments):
    act(bob, fire, "10:10")
    run()
    entry = ToilEntry.objects.get()
    for somebody in (alice, root, ada):
        assert api(somebody).get(API).json()["results"] == []
        for verb in ("accept", "dismiss"):
            assert api(somebody).post(f"{API}{entry.uuid}/{verb}/").status_code == 404
        assert api(somebody).get(f"/api/v1/toil-entries/{entry.uuid}/").status_code == 404
        assert web(somebody).get(entry.get_absolute_url()).status_code == 404
        sent = {"selected": f"{entry.uuid}:1", "to": "dismissed"}
        web(somebody).post(reverse("toil:answer_selected"), sent)
        answered = api(somebody).post(f"{API}answers/", {"to": "confirmed", "ids": [str(entry.uuid)]}).json()
        assert answered == {"done": [], "refused": []}
    assert not AuditEvent.objects.filter(verb__startswith="toil_").exists()
    entry.refresh_from_db()
    assert entry.status == "suggested"


def test_a_program_accepts_changes_and_dismisses_and_may_do_so_twice(api, bob, fire):
    act(bob, fire, "10:10", "11:10", "12:10", "13:10")
    run()
    with time_machine.travel(at("18:00"), tick=False):
        rows = sorted(api(bob).get(API).json()["results"], key=lambda row: row["started_at"])
        first, second, third, fourth = (row["id"] for row in rows)
        body = api(bob).post(f"{API}{first}/accept/", {"duration": "25m", "kind": "toil"}).json()
        assert (body["status"], body["seconds"], body["kind"]) == ("confirmed", 1500, "toil")
        assert api(bob).post(f"{API}{first}/accept/").json()["version"] == body["version"]
        assert api(bob).post(f"{API}{second}/dismiss/").json()["status"] == "dismissed"
        assert api(bob).post(f"{API}{second}/dismiss/").json()["status"] == "dismissed"
        assert api(bob).post(f"{API}{first}/dismiss/").status_code == 409
        assert api(bob).post(f"{API}{third}/accept/", {"duration": "soon"}).status_code == 400
        assert api(bob).post(f"{API}{third}/accept/", headers={"If-Match": '"9"'}).status_code == 412
        sent = {"to": "dismissed", "ids": [first, third, fourth, str(uuid4())]}
        both = api(bob).post(f"{API}answers/", sent).json()
        assert ([row["id"] for row in both["done"]], both["refused"][0]["id"]) == ([third, fourth], first)
        assert api(bob).get(API).json()["results"] == []


def test_the_week_answers_singly_and_together(web, bob, fire, payments):
    act(bob, fire, "10:10", "11:10", "12:10")
    run()
    url = reverse("toil:my_week", args=["2026-W10"])
    with time_machine.travel(at("18:00"), tick=False):
        page = web(bob).get(url).content.decode()
        assert page.count("Select Incident response") == 3
        assert fire.key in page
        one, *others = ToilEntry.objects.order_by("started_at")
        sent = {"version": "1", "duration": "25", "week": "2026-W10"}
        assert web(bob).post(reverse("toil:entry_confirm", args=[one.uuid]), sent).url == url
        marks = [f"{entry.uuid}:1" for entry in others] + [f"{one.uuid}:1", "x", f"{uuid4()}:1"]
        together = {"selected": marks, "to": "confirmed", "week": "2026-W10"}
        with CaptureQueriesContext(connection) as seen:
            web(bob).post(reverse("toil:answer_selected"), together)
        marks_read = [
            each["sql"] for each in seen if "SELECT" in each["sql"] and "toil_dirtyweek" in each["sql"]
        ]
        assert len(marks_read) == 1  # the week of all of them is computed once
        for _ in range(2):
            page = web(bob).post(reverse("toil:answer_selected"), together, follow=True).content.decode()
            assert "Counted: 45 min." in page
        nothing = web(bob).post(reverse("toil:answer_selected"), {"to": "dismissed"}, follow=True)
        assert "Nothing was selected." in nothing.content.decode()
    assert set(ToilEntry.objects.values_list("status", flat=True)) == {"confirmed"}


def test_a19_switching_stands_beside_the_number(web, bob, payments, log):
    for place, minutes in enumerate((12, 45, 8, 30, 25)):
        log(bob, payments, minutes=minutes, day=W10 + timedelta(days=place), trigger="page")
    page = web(bob).get(reverse("toil:my_week", args=["2026-W10"])).content.decode()
    assert (
        "120 min of toil are 5.0% of the 40 h you have in this week. 5 pages broke into something else"
        in page
    )
    assert "that is 170 min, or 7.1%" in page
