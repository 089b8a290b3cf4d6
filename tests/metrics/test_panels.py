"""Impact, coordination, phases, learning: sums, spans and promises worked out by hand."""

from datetime import timedelta

import pytest

from apps.accounts.models import WorkSchedule
from apps.incidents.models import ImpactWindow, IncidentLink, Milestone, RoleAssignment
from apps.postmortems.models import Postmortem, PublishedSnapshot, Review
from tests.factories import make_action_item, make_service, make_user

pytestmark = pytest.mark.django_db
HOUR = 3600


def hold(incident, person, start, end, role="commander"):
    """Minutes after it began."""
    since, until = (
        None if after is None else incident.started_at + timedelta(minutes=after) for after in (start, end)
    )
    RoleAssignment.objects.create(incident=incident, role=role, person=person, since=since, until=until)


@pytest.fixture
def panel(api, noon):
    def read(person, name, query=""):
        found = api(person).get(f"/api/v1/metrics/{name}/?{query}").json()
        return {figure["name"]: figure for figure in found["figures"]}, found["rows"]

    return read


def test_impact_counts_every_second_once_and_at_its_worst_level(panel, bob, lived, checkout):
    search = make_service(slug="search-api")
    incident = lived(services=[checkout, search], window=[(0, 60)])
    start = incident.started_at
    for service, level, begin, end in (
        (search, "down", 30, 90),
        (search, "degraded", 80, 120),
        (search, "operational", 120, 300),
    ):
        ImpactWindow.objects.create(
            incident=incident,
            service=service,
            level=level,
            start=start + timedelta(minutes=begin),
            end=start + timedelta(minutes=end),
        )
    figures, rows = panel(bob, "impact")
    minutes = {name: figures[name]["value"] / 60 for name in figures if name != "impact_estimated"}
    assert minutes == {
        "impact_total": 120,
        "impact_any": 120,
        "impact_down": 60,
        "impact_partial": 30,
        "impact_degraded": 30,
    }
    assert [(row["service"], row["impact_seconds"]) for row in rows] == [
        ("search-api", 120 * 60),
        ("checkout", 60 * 60),
    ]


def test_two_incidents_at_once_are_two_impact_times_and_one_time_that_hurt(panel, bob, lived):
    lived(days_ago=5)
    lived(days_ago=5)
    figures, _ = panel(bob, "impact")
    assert figures["impact_total"]["value"] == 2 * figures["impact_any"]["value"] == 100 * 60


def test_hours_in_roles_end_with_the_mitigation_and_two_roles_of_one_person_count_once(
    panel, alice, bob, root, lived
):
    incident = lived(minutes={"mitigated": 120, "resolved": 600})
    hold(incident, alice, 10, 70)
    hold(incident, bob, 70, None)
    hold(incident, alice, 40, 100, role="scribe")
    hold(incident, bob, 130, None, role="ops")
    hold(incident, root, 90, 120, role="comms")
    lived()
    figures, rows = panel(bob, "coordination")
    assert figures["role_hours"]["value"] == pytest.approx(90 / 60 + 50 / 60 + 30 / 60)
    assert figures["hand_overs"]["value"] == 1
    assert figures["people"]["value"] == 3
    assert [(row["people"], row["person_hours"]) for row in rows] == [(3, 2.83)]
    left_out = {one["reason"]: one["count"] for one in figures["role_hours"]["excluded"]}
    assert left_out["nobody held a role before it ended"] == 1


def test_hours_of_fewer_than_three_people_are_shown_nowhere(panel, web, alice, bob, root, lived):
    """Three all together, two of them in one incident: the whole is the team's, the one incident is not."""
    first = lived(days_ago=5)
    hold(first, alice, 0, None)
    hold(first, bob, 0, None, role="scribe")
    figures, rows = panel(bob, "coordination")
    assert figures["role_hours"]["value"] is None
    assert "Fewer than three people" in figures["role_hours"]["note"]
    assert "fewer than three people" in figures["role_hours"]["formula"]
    assert [(row["people"], row["person_hours"]) for row in rows] == [(2, None)]
    hold(lived(days_ago=4), root, 0, None)
    figures, rows = panel(bob, "coordination")
    assert figures["role_hours"]["value"] == pytest.approx(2.5)
    assert [row["person_hours"] for row in rows] == [None, None]
    assert web(bob).get("/metrics/?panel=coordination").status_code == 200


def test_bad_hours_go_by_the_schedule_and_zone_of_each_and_need_three_people(panel, bob, lived, noon):
    """Wednesday, from 12:00 UTC for ten hours: until 18:00 work in UTC; 21:00 to 07:00 in Tokyo; one has no plan."""
    incident = lived(days_ago=7, minutes={"mitigated": 600, "resolved": 601})
    here, there = make_user("here"), make_user("there", time_zone="Asia/Tokyo")
    hold(incident, here, 0, None)
    hold(incident, there, 0, None, role="ops")
    figures, _ = panel(bob, "coordination")
    assert figures["sleep_hours"]["value"] is None
    assert "Fewer than three people" in figures["out_of_hours"]["note"]
    hold(incident, make_user("planless", schedule=False), 0, None, role="comms")
    third = make_user("third")
    hold(incident, third, 0, None, role="scribe")
    WorkSchedule.objects.filter(user=third).update(wed=0)
    figures, _ = panel(bob, "coordination")
    assert figures["out_of_hours"]["value"] == 4 + 10 + 10
    assert figures["out_of_hours"]["excluded"][0] == {
        "reason": "people without a work schedule",
        "count": 1,
        "list_url": "",
    }
    assert figures["sleep_hours"]["value"] == 8  # Tokyo from 23:00 to 07:00; it is 22:00 in UTC at the end


def test_no_figure_of_coordination_names_a_person(api, web, bob, lived):
    hidden = make_user("marguerite")
    hold(lived(), hidden, 0, None)
    assert b"arguerite" not in api(bob).get("/api/v1/metrics/").content
    assert b"arguerite" not in web(bob).get("/metrics/").content


def test_a_missing_phase_is_a_gap_and_never_a_zero(panel, web, bob, lived):
    lived(days_ago=2)
    lived(days_ago=3, without=("acknowledged",))
    lived(days_ago=4, without=("impact_started", "resolved"))
    lived(days_ago=5, minutes={"acknowledged": 60})  # after it was mitigated: it splits nothing
    lived(days_ago=6, status="investigating")
    figures, rows = panel(bob, "phases")
    assert (figures["phases_complete"]["part"], figures["phases_complete"]["n"]) == (1, 4)
    known = [
        tuple(row[f"{name}_seconds"] for name in ("detect", "acknowledge", "mitigate", "resolve"))
        for row in rows
    ]
    assert known == [
        (600, 300, 2100, 1200),
        (600, None, None, 1200),
        (None, 300, 2100, None),
        (600, None, None, 1200),
    ]
    page = web(bob).get("/metrics/").content.decode()
    assert page.count('class="gap"') == 2
    assert "acknowledge and mitigate 40 min together, a time between is missing" in page


def write_up(incident, owner, *, published=None, reviewer=None):
    row = Postmortem.objects.create(
        number=incident.number,
        key=f"PM-{incident.number}",
        title="What happened",
        owner=owner,
        status_since=incident.started_at,
    )
    row.incidents.add(incident)
    if published is not None:
        at = incident.started_at + timedelta(days=published)
        PublishedSnapshot.objects.create(
            postmortem=row, version=1, content={}, published_at=at, published_by=owner
        )
        if reviewer:
            Review.objects.create(postmortem=row, reviewer=reviewer, decision="approved", at=at)
    return row


def test_learning_counts_write_ups_with_their_first_publication_and_reviewers_from_outside(
    panel, alice, bob, charlie, lived
):
    for days, reviewer in ((4, bob), (6, charlie), (35, bob)):
        incident = lived(days_ago=50, severity=1)
        row = write_up(incident, alice, published=days, reviewer=reviewer)
        PublishedSnapshot.objects.create(
            postmortem=row,
            version=2,
            content={},
            published_at=incident.started_at + timedelta(days=40),
            published_by=alice,
        )
    write_up(lived(days_ago=50, severity=2), alice)
    lived(days_ago=3, severity=1)  # too early to say
    figures, rows = panel(bob, "learning")
    assert (figures["written_up"]["part"], figures["written_up"]["n"]) == (2, 4)
    assert figures["postmortem_lead"]["value"] == 6 * 24 * HOUR - 70 * 60
    assert figures["postmortem_lead"]["note"] == "1 not published yet: it looks short until they are."
    assert (figures["outside_review"]["part"], figures["outside_review"]["n"]) == (1, 3)
    assert [row["what"] for row in rows] == ["postmortem"] * 4


def test_learning_holds_promises_to_their_first_date(panel, bob, lived, noon):
    incident, today = lived(days_ago=60), noon.date()
    past, future = today - timedelta(days=9), today + timedelta(days=9)
    done = noon - timedelta(days=20)
    for kw in (
        {"status": "verified", "done_at": done, "first_due_on": past, "verifier": bob},
        {
            "status": "done",
            "done_at": noon,
            "first_due_on": past,
            "due_on": today,
        },  # re-dated: late all the same
        {"status": "open", "first_due_on": past, "due_on": future},
        {"status": "open", "first_due_on": future},
        {
            "status": "done",
            "done_at": done,
            "first_due_on": future,
        },  # early; the others of that day are not past yet
        {"status": "wont_do", "first_due_on": past},  # given up after its date: not kept
        {"status": "proposed", "first_due_on": None, "due_on": None},
    ):
        make_action_item(incident=incident, by=bob, **kw)
    figures, rows = panel(bob, "learning")
    on_time, verified = figures["actions_on_time"], figures["actions_verified"]
    assert (on_time["part"], on_time["n"]) == (1, 4)
    assert sorted(one["count"] for one in on_time["excluded"]) == [1, 2]
    assert (verified["part"], verified["n"]) == (1, 2)
    assert len(rows) == 7


def test_a_repeat_while_something_promised_was_open_is_counted(panel, bob, lived, noon):
    first, second, third = lived(days_ago=80), lived(days_ago=40), lived(days_ago=10)
    make_action_item(
        incident=first,
        by=bob,
        committed_at=noon - timedelta(days=70),
        done_at=noon - timedelta(days=20),
        status="done",
    )
    for later in (second, third):
        IncidentLink.objects.create(
            from_incident=later, to_incident=first, kind="recurrence_of", created_at=noon, created_by=bob
        )
    figures, _ = panel(bob, "learning")
    assert (figures["repeats_while_open"]["part"], figures["repeats_while_open"]["n"]) == (1, 2)


def test_what_hangs_on_a_private_incident_is_in_no_figure_of_others(panel, api, bob, root, lived, noon):
    lived()
    names = ("impact", "coordination", "phases", "learning")
    before = [panel(bob, name) for name in names]
    secret = lived(is_private=True, by=root, severity=1)
    hold(secret, root, 0, None)
    write_up(secret, root, published=3, reviewer=root)
    make_action_item(incident=secret, by=root, status="done", done_at=noon)
    assert [panel(bob, name) for name in names] == before
    assert Milestone.objects.filter(incident=secret).exists()
