"""Which due date is usual: a table by severity and priority, and the working days of the owner."""

import json
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from apps.accounts.models import HolidayYear
from apps.action_items.models import ActionItem, ActionItemPolicy
from apps.action_items.models.policy import SHIPPED
from apps.action_items.operations import edit_action_item_policy, usual_date
from apps.audit.models import AuditEvent
from apps.core.errors import StaleVersion
from apps.postmortems.operations import draft_postmortem
from tests.factories import make_incident, make_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/action-item-policy/"
PAGE = "/action-items/policy/"
MONDAY = datetime(2026, 11, 2, 10, tzinfo=UTC)


def usual(priority, severity, owner=None, now=MONDAY):
    return usual_date(priority=priority, severity=severity, owner=owner, now=now)


def days_with(**cells):
    """The table with some cells changed: `p1_sev2=20`."""
    days = deepcopy(SHIPPED["due_days"])
    for name, value in cells.items():
        priority, _, severity = name.partition("_")
        days[severity.removeprefix("sev")][priority.upper()] = value
    return days


@pytest.mark.parametrize(
    ("severity", "priority", "days"),
    [
        *((1, 0, 7), (1, 1, 15), (1, 2, 56), (1, 3, 90)),
        *((2, 0, 30), (2, 1, 30), (2, 2, 56), (2, 3, 90)),
        *((3, 1, 30), (4, 2, 56), (None, 1, 30), (None, 3, 90)),
    ],
)
def test_the_shipped_policy_gives_days_by_severity_and_priority(severity, priority, days):
    found = usual(priority, severity)
    plain = MONDAY.date() + timedelta(days=days)
    assert found.days == days
    assert found.due_on == plain + timedelta(days=(7 - plain.weekday()) % 7 if plain.weekday() > 4 else 0)


def test_the_date_says_where_it_comes_from():
    assert usual(1, 2).why == "30 days for P1 after SEV2"
    assert usual(2, None).why == "56 days for P2"
    assert usual(3, 1, now=MONDAY + timedelta(days=1)).due_on == date(2027, 2, 1)
    moved = usual(1, 1, now=MONDAY + timedelta(days=4))  # Friday and 15 days: a Saturday
    assert (moved.due_on, moved.is_moved) == (date(2026, 11, 23), True)
    assert moved.why == "15 days for P1 after SEV1, moved to the next working day of its owner"


def test_holidays_and_leave_of_the_owner_move_the_date(bob):
    """Seven days before Good Friday: Friday and Monday are holidays, and on Tuesday bob is away."""
    bob.schedules.update(country="DE")
    HolidayYear.objects.create(
        country="DE", year=2026, days={"2026-04-03": "Good Friday", "2026-04-06": "Easter Monday"}
    )
    bob.absences.create(first_on=date(2026, 4, 7), last_on=date(2026, 4, 7))
    now = datetime(2026, 3, 27, 10, tzinfo=UTC)
    assert usual(0, 1, bob, now).due_on == date(2026, 4, 8)
    assert usual(0, 1, None, now).due_on == date(2026, 4, 3)


def test_the_days_are_counted_from_the_owners_date():
    yuki = make_user("yuki", time_zone="Asia/Tokyo")
    late = datetime(2026, 11, 2, 20, tzinfo=UTC)  # already the 3rd in Tokyo
    assert usual(0, 1, yuki, late).due_on == usual(0, 1, None, late).due_on + timedelta(days=1)


def test_an_admin_changes_the_table_and_the_trail_says_what(root, alice):
    with pytest.raises(PermissionDenied):
        edit_action_item_policy(changes={"auto_verify": False}, by=alice)
    row = edit_action_item_policy(changes={"due_days": days_with(p1_sev2=20, p0_sev2=20)}, seen=1, by=root)
    assert (row.version, usual(1, 2).days, usual(1, 3).days) == (2, 20, 30)
    change = AuditEvent.objects.get(verb="action_item_policy.edited").changes["due_days"]
    assert [side["2"]["P1"] for side in change] == [30, 20]
    with pytest.raises(StaleVersion):
        edit_action_item_policy(changes={"auto_verify": False}, seen=1, by=root)


@pytest.mark.parametrize(
    "changes",
    [
        {"due_days": {}},
        {"due_days": {one: days for one, days in SHIPPED["due_days"].items() if one != "none"}},
        {"due_days": SHIPPED["due_days"] | {"5": SHIPPED["due_days"]["1"]}},
        {"due_days": SHIPPED["due_days"] | {"1": {"P0": 7}}},
        {"due_days": days_with(p0_sev1=0)},
        {"due_days": days_with(p3_sev1=367)},
        {"due_days": days_with(p1_sev1=6)},
        {"check_after_days": 0},
        {"check_after_days": 367},
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_on_its_field(root, api, changes):
    with pytest.raises(ValidationError) as refusal:
        edit_action_item_policy(changes=changes, by=root)
    assert list(refusal.value.message_dict) == list(changes)
    answer = api(root).patch(URL, changes, headers={"If-Match": "*"})
    assert (answer.status_code, set(answer.json()["errors"])) == (400, set(changes))
    assert ActionItemPolicy.objects.current().due_days == SHIPPED["due_days"]


def test_programs_read_it_and_admins_change_it_with_the_version_they_read(api, root, ada):
    read = api(ada).get(URL)
    assert (read.json()["due_days"]["1"], read["ETag"]) == ({"P0": 7, "P1": 15, "P2": 56, "P3": 90}, '"1"')
    body = {"check_after_days": 60}
    assert api(ada).patch(URL, body, headers={"If-Match": '"1"'}).status_code == 403
    assert api(root).patch(URL, body).status_code == 428
    answer = api(root).patch(URL, body, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["check_after_days"], answer["ETag"]) == (200, 60, '"2"')
    assert api(root).patch(URL, body, headers={"If-Match": '"1"'}).status_code == 412
    assert api(root).patch(URL, {"days": 1}, headers={"If-Match": "*"}).status_code == 400


def test_the_form_of_the_policy_keeps_what_was_typed_and_saves_it_once_it_is_right(web, root, alice):
    assert "56" in web(alice).get(PAGE).content.decode()
    assert web(alice).get(f"{PAGE}edit/").status_code == 403
    client = web(root)
    typed = {
        name: value for name, value in client.get(f"{PAGE}edit/").context["form"].initial.items() if value
    }
    wrong = client.post(f"{PAGE}edit/", {**typed, "days_1_P1": 3})
    assert set(wrong.context["form"].errors) == {"days_1_P1"}
    assert 'value="3"' in wrong.content.decode()
    typed.pop("auto_verify")
    assert client.post(f"{PAGE}edit/", {**typed, "days_2_P1": 33})["Location"] == PAGE
    policy = ActionItemPolicy.objects.current()
    assert (policy.due_days["2"]["P1"], policy.auto_verify) == (33, False)
    assert "verified by anybody who may write" in client.get(PAGE).content.decode()


def test_a_new_item_of_an_incident_starts_with_the_date_and_its_origin(web, bob):
    incident = make_incident(severity=1)
    answer = web(bob).get(f"/action-items/new/?incident={incident.key}")
    offered = usual(2, 1, bob, timezone.now())
    assert answer.context["form"].initial["due_on"] == offered.due_on
    assert "56 days for P2 after SEV1" in answer.content.decode()


def test_a_new_item_of_a_postmortem_starts_with_the_date_of_its_incident(web, bob, now):
    postmortem = draft_postmortem([make_incident(severity=1, by=bob)], now=now, by=bob)
    answer = web(bob).get(f"/postmortems/{postmortem.key}/action-items/new/")
    assert "56 days for P2 after SEV1" in answer.content.decode()
    assert answer.context["form"].initial["due_on"] == usual(2, 1, bob, timezone.now()).due_on


def test_the_date_follows_what_is_chosen_until_somebody_types_another(web, alice, secret):
    incident, client = make_incident(severity=1), web(alice)
    ask = {"priority": "1", "incident": incident.key.lower(), "owner": "alice"}
    wanted = usual(1, 1, alice, timezone.now()).due_on.isoformat()
    followed = client.get(
        "/action-items/usual-date/", ask | {"due_on": "2030-01-07", "offered": "2030-01-07"}
    ).content.decode()
    assert "15 days for P1 after SEV1" in followed
    assert f'value="{wanted}" id="id_due_on"' in followed
    own = client.get("/action-items/usual-date/", ask | {"due_on": "2030-01-08", "offered": "2030-01-07"})
    assert 'id="id_due_on"' not in own.content.decode()
    for nonsense in ({"incident": secret.key}, {"incident": "x", "priority": "9", "owner": "nobody"}):
        answer = client.get("/action-items/usual-date/", ask | nonsense)
        assert "after SEV" not in answer.content.decode()


def test_a_date_of_ones_own_is_kept(web, alice, api):
    answer = web(alice).post(
        "/action-items/new/",
        {
            "title": "Cap retries",
            "kind": "prevent",
            "priority": "1",
            "owner": "alice",
            "due_on": "2030-01-08",
            "offered": "2030-01-07",
            "done_when": "They are capped",
            "commit": "on",
        },
    )
    assert answer.status_code == 302
    assert ActionItem.objects.get().due_on == date(2030, 1, 8)
    assert json.loads(api(alice).get("/api/v1/action-items/ACT-1/").content)["first_due_on"] == "2030-01-08"
