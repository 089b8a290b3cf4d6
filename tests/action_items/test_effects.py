"""Did it help? Asked some time after an item that prevents or detects was verified."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from apps.action_items.effect import since
from apps.action_items.models import ActionItem
from apps.action_items.operations import judge_effect, transition
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, StaleVersion
from tests.factories import make_action_item, make_incident, make_membership, make_service

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 18)
VERIFIED = datetime(2026, 8, 20, 10, tzinfo=UTC)
LIST = "/action-items/effects/"


def kept(**kw):
    """Verified in August, to be looked at on 18 November."""
    known = {"status": "verified", "verified_at": VERIFIED, "effectiveness_check_on": DAY}
    return make_action_item(**{**known, **kw})


@pytest.fixture
def cure(bob, payments, checkout):
    return kept(owner=bob, team=payments, service=checkout)


def judge(item, by, now, verdict="held", note="No repeated file since August", **kw):
    return judge_effect(item, verdict=verdict, note=note, by=by, now=now, **kw)


def test_the_owner_says_that_it_held_and_it_stands_in_history_and_trail(cure, bob, now):
    row = judge(cure, bob, now, note=" Looked at three months ")
    assert (row.effect, row.version) == ("held", 2)
    assert [(one.verdict, one.note, one.by) for one in row.checks.all()] == [
        ("held", "Looked at three months", bob)
    ]
    changes = AuditEvent.objects.get(verb="action_item.effect_judged").changes
    assert changes == {"effect": ["", "held"], "note": [None, "Looked at three months"]}


def test_a_lead_and_an_admin_may_say_so_and_nobody_else(cure, alice, charlie, ada, root, payments, now):
    colleague = make_action_item().created_by
    make_membership(colleague, payments)
    for person in (charlie, ada, colleague):
        with pytest.raises(PermissionDenied):
            judge(cure, person, now)
    assert judge(cure, alice, now).effect == "held"
    assert judge(cure, root, now, verdict="cannot_tell").effect == "cannot_tell"


def test_what_is_said_later_stands_and_what_was_said_before_stays_readable(cure, bob, now):
    judge(cure, bob, now)
    row = judge(cure, bob, now + timedelta(days=9), verdict="came_back", note="INC-12 was the same")
    assert row.effect == "came_back"
    assert [one.verdict for one in row.checks.all()] == ["held", "came_back"]


def test_before_its_day_only_that_it_came_back_can_be_known(cure, bob, now):
    early = now - timedelta(days=1)
    for verdict in ("held", "cannot_tell"):
        with pytest.raises(ValidationError) as refusal:
            judge(cure, bob, early, verdict=verdict)
        assert list(refusal.value.message_dict) == ["verdict"]
    assert judge(cure, bob, early, verdict="came_back").effect == "came_back"


def test_all_that_is_wrong_is_named_at_once(cure, bob, now):
    with pytest.raises(ValidationError) as refusal:
        judge(cure, bob, now, verdict="perhaps", note=" ")
    assert set(refusal.value.message_dict) == {"verdict", "note"}
    with pytest.raises(ValidationError):
        judge(cure, bob, now, note="x" * 1001)


@pytest.mark.parametrize(
    "kw", [{"status": "done"}, {"status": "open"}, {"effectiveness_check_on": None, "kind": "process"}]
)
def test_only_of_what_is_verified_and_looked_at_something_can_be_said(bob, now, kw):
    with pytest.raises(Conflict):
        judge(kept(owner=bob, **kw), bob, now)


def test_two_who_answer_at_once_do_not_overwrite_each_other(cure, alice, bob, now):
    judge(cure, alice, now, seen=1)
    with pytest.raises(StaleVersion):
        judge(cure, bob, now, verdict="came_back", seen=1)


def test_opened_again_it_is_asked_anew(cure, bob, now):
    judge(cure, bob, now, verdict="came_back", note="INC-12 was the same")
    row = transition(cure, to="open", reason="INC-12 was the same", by=bob, now=now)
    assert (row.effect, row.effectiveness_check_on) == ("", None)
    again = transition(row, to="done", by=bob, now=now)
    assert (again.effect, again.effectiveness_check_on) == ("", date(2027, 2, 16))
    assert again.checks.count() == 1


def test_what_happened_since_is_on_the_same_service_later_real_and_visible(
    cure, checkout, root, bob, charlie
):
    def happens(days, **kw):
        return make_incident(started_at=VERIFIED + timedelta(days=days), services=[checkout], **kw)

    first, second = happens(1), happens(60)
    happens(-1)
    happens(2, kind="drill")
    happens(2, status="merged")
    hidden = happens(3, is_private=True, by=root)
    make_incident(started_at=VERIFIED + timedelta(days=1), services=[make_service()])
    assert since(cure, charlie) == (2, [second, first])
    assert since(cure, root) == (3, [second, hidden, first])
    assert since(kept(), root) == (0, [])
    rows = ActionItem.objects.filter(pk=cure.pk)
    assert [rows.with_incidents_since(who).get().incidents_since for who in (charlie, root)] == [2, 3]


def test_the_due_list_names_what_is_to_be_said_and_the_api_finds_the_same(web, api, alice, bob, payments):
    today = timezone.localdate()
    due = kept(owner=bob, effectiveness_check_on=today)
    later = kept(owner=bob, effectiveness_check_on=today + timedelta(days=1))
    said = kept(owner=bob, effectiveness_check_on=today, effect="held")
    kept(status="open", effectiveness_check_on=None)
    expected = {
        "": [due, said, later],
        "check=due": [due],
        "check=coming": [later],
        "check=answered": [said],
        "check=held": [said],
        "check=came_back": [],
        "owner=bob": [due, said, later],
        "sort=-check": [later, said, due],
    }
    for query, rows in expected.items():
        found = {item.key for item in web(alice).get(f"{LIST}?{query}").context["rows"]}
        assert found == {item.key for item in rows}, query
        if query.startswith("check"):
            answer = api(alice).get(f"/api/v1/action-items/?{query}").json()["results"]
            assert {row["key"] for row in answer} == found


def test_the_page_shows_what_happened_and_takes_the_answer(web, cure, bob, charlie, checkout):
    incident = make_incident(
        title="Settled twice", started_at=VERIFIED + timedelta(days=9), services=[checkout]
    )
    address = f"/action-items/{cure.key}/effect/"
    page = web(charlie).get(address).content.decode()
    assert "Settled twice" in page
    assert incident.key in page
    assert "Say so" not in page
    assert web(charlie).post(address, {"verdict": "held", "note": "x", "version": 1}).status_code == 403
    empty = web(bob).post(address, {"note": "Looked", "version": 1})
    assert set(empty.context["form"].errors) == {"verdict"}
    assert "Looked" in empty.content.decode()
    sent = web(bob).post(address, {"verdict": "came_back", "note": "It was the same", "version": 1})
    assert sent["Location"] == cure.get_absolute_url()
    assert "It came back" in web(bob).get(cure.get_absolute_url()).content.decode()
    stale = web(bob).post(address, {"verdict": "held", "note": "Other", "version": 1})
    assert "Somebody else saved this" in stale.content.decode()


def test_programs_read_what_happened_and_answer(api, cure, bob, charlie, checkout):
    make_incident(title="Settled twice", started_at=VERIFIED + timedelta(days=9), services=[checkout])
    address = f"/api/v1/action-items/{cure.key}/"
    found = api(charlie).get(f"{address}since/").json()
    assert (found["count"], [row["title"] for row in found["incidents"]]) == (1, ["Settled twice"])
    body = {"verdict": "came_back", "note": "It was the same"}
    assert api(charlie).post(f"{address}effect/", body).status_code == 403
    answer = api(bob).post(f"{address}effect/", body, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["effect"]) == (200, "came_back")
    assert answer.json()["checks"][0]["note"] == "It was the same"
    assert api(bob).post(f"{address}effect/", body, headers={"If-Match": '"1"'}).status_code == 412
    assert api(bob).post(f"{address}effect/", {"verdict": "perhaps"}).status_code == 400
    ActionItem.objects.filter(pk=cure.pk).update(status="open")
    assert api(bob).post(f"{address}effect/", body).status_code == 409
