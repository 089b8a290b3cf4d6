"""Somebody leaves: all that they hold goes to others, and what is left is listed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.action_items.models import ActionItem
from apps.action_items.operations import transition
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.incidents.operations import assign_role, declare_incident, edit_incident
from apps.notifications.kinds import renderer
from apps.notifications.models import OutboxMail
from apps.postmortems.models import PostmortemObligation
from apps.postmortems.operations import (
    choose_reviewers,
    draft_postmortem,
    request_postmortem,
    submit_for_review,
)
from apps.postmortems.operations.judging import judge_incidents
from apps.reports.operations import hand_over_everything, holdings_of, led_alone, preview_hand_over
from apps.toil.models import BudgetChange, BudgetPlan, ToilBudget
from apps.toil.operations import add_source, plan_budget
from tests.factories import make_action_item, make_incident, make_membership, make_team
from tests.postmortems.conftest import write

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC).replace(microsecond=0)
PAGE = "/people/bob/hand-over/"


@pytest.fixture
def held(bob, alice, charlie, root, payments, checkout):
    """bob has one of each kind, a second item in another team and one in secret. {what: name}"""
    incident = declare_incident(
        title="Cards", severity=2, services=[checkout], commander=bob, by=bob, now=NOW
    )
    past = make_incident(by=bob, services=[checkout], severity=2, commander=bob)
    owed = request_postmortem(past, reason="Two teams saw it", by=bob, now=NOW)
    own = draft_postmortem([incident], owner=bob, now=NOW, by=bob)
    asked = draft_postmortem([make_incident(by=charlie)], owner=charlie, now=NOW, by=charlie)
    for section in asked.sections.all():
        write(asked, section.slug, "It was so.", by=charlie)
    asked.refresh_from_db()
    choose_reviewers(asked, people=[bob], now=NOW, by=charlie)
    asked.refresh_from_db()
    submit_for_review(asked, now=NOW, by=charlie)
    add_source(name="Quota tickets", slug="quota", team=payments, owner=bob, by=bob)
    item = make_action_item(owner=bob, team=payments, by=bob, title="Cap retries")
    foreign = make_action_item(owner=bob, team=make_team(), by=charlie, title="Drain the queue")
    secret = make_incident(title="ZEBRA", is_private=True, by=root)
    assign_role(secret, role="ops", person=bob, by=root, now=NOW)
    hidden = make_action_item(owner=bob, by=root, incident=secret, title="ZEBRA")
    kept = make_action_item(owner=bob, team=payments, by=bob, kind="prevent")
    transition(kept, to="done", by=bob, now=NOW)
    OutboxMail.objects.all().delete()
    return {
        "role": f"incident_role:{incident.key}:commander",
        "item": f"action_item:{item.key}",
        "foreign": f"action_item:{foreign.key}",
        "owed": f"owed_postmortem:{owed.incident.key}",
        "postmortem": f"postmortem:{own.key}",
        "review": f"review:{asked.key}",
        "source": "toil_source:quota",
        "hidden": f"action_item:{hidden.key}",
        "hidden role": f"incident_role:{secret.key}:ops",
    }


def names(person, by):
    return {row.name: row.may_give for rows in holdings_of(person, by=by).values() for row in rows}


def test_a_lead_sees_what_is_no_secret_and_what_only_others_can_give(held, bob, alice, charlie, root):
    secrets = {held["hidden"], held["hidden role"]}
    assert set(names(bob, root)) == set(held.values())
    seen = names(bob, alice)
    assert set(seen) == set(held.values()) - secrets
    assert {name for name, may in seen.items() if not may} == {held["foreign"], held["review"]}
    with pytest.raises(PermissionDenied):
        holdings_of(bob, by=charlie)


def test_all_of_it_goes_at_once_by_its_own_operation_with_one_mail_to_each(held, bob, alice, charlie, root):
    choices = dict.fromkeys(held.values(), root) | {held["item"]: alice, held["source"]: alice}
    tried = preview_hand_over(bob, choices=choices, by=root, now=NOW)
    assert [step.refusal for step in tried] == [""] * 9
    assert len(names(bob, root)) == 9
    assert not OutboxMail.objects.exists()
    hand_over_everything(bob, choices=choices, by=root, now=NOW)
    assert names(bob, root) == {}
    assert set(names(alice, root)) == {held["item"], held["source"]}
    assert set(names(root, root)) == set(held.values()) - {held["item"], held["source"]}
    row = OutboxMail.objects.get()
    mail = renderer(row.kind)(row, NOW)
    assert (row.recipient, mail.subject) == (alice, "Yours now: 2 things of Bob")
    assert "Cap retries" in mail.text
    assert AuditEvent.objects.get(verb="user.handed_over").changes == {"alice": [0, 2], "root": [0, 7]}
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert verbs >= {"action_item.assigned", "incident.role_handed_over", "obligation.given"}
    assert verbs >= {"postmortem.edited", "postmortem.reviewers_named", "toil_source.edited"}


def test_what_cannot_be_given_is_named_and_then_nothing_moves(held, bob, alice, charlie, ada, root):
    wanted = {
        held["hidden"]: alice,  # may not see it
        held["review"]: charlie,  # owns it
        held["item"]: ada,  # only reads
        held["source"]: bob,  # leaves
        held["role"]: alice,
    }
    tried = {
        step.held.name: bool(step.refusal)
        for step in preview_hand_over(bob, choices=wanted, by=root, now=NOW)
    }
    assert tried == dict.fromkeys(wanted, True) | {held["role"]: False}
    with pytest.raises(ValidationError) as refusal:
        hand_over_everything(bob, choices=wanted, by=root, now=NOW)
    assert set(refusal.value.error_dict) == set(wanted) - {held["role"]}
    with pytest.raises(ValidationError):
        hand_over_everything(bob, choices={held["foreign"]: alice}, by=alice, now=NOW)
    for unknown in (held["hidden"], "action_item:ACT-999", "cake:1"):
        with pytest.raises(Conflict):
            hand_over_everything(bob, choices={unknown: alice}, by=alice, now=NOW)
    with pytest.raises(ValidationError):
        hand_over_everything(bob, choices={}, by=root, now=NOW)
    assert len(names(bob, root)) == 9
    assert not OutboxMail.objects.exists()


def test_who_was_given_an_owed_postmortem_keeps_it_when_it_is_judged_again(held, bob, alice, root):
    hand_over_everything(bob, choices={held["owed"]: root}, by=root, now=NOW)
    row = PostmortemObligation.objects.get(incident__key=held["owed"].partition(":")[2])
    for is_given, owner in ((True, root), (False, bob)):  # who commanded it is who writes it otherwise
        PostmortemObligation.objects.filter(pk=row.pk).update(is_given=is_given)
        edit_incident(row.incident, changes={"title": f"Cards, {is_given}"}, by=bob, now=NOW)
        judge_incidents(datetime.now(UTC) + timedelta(minutes=5))
        row.refresh_from_db()
        assert row.owner == owner


def test_a_plan_for_a_cap_goes_over_with_its_promises_while_the_breach_runs(bob, alice, charlie, payments):
    facts = {"cap_pct": 50, "applies_to": "toil"}
    breach = BudgetChange.objects.create(
        **facts, team=payments, monday=NOW, about="level", before="warn", after="breach", made_at=NOW
    )
    budget = ToilBudget.objects.create(
        **facts, team=payments, level="breach", since=NOW, through=NOW, judged_at=NOW
    )
    item = make_action_item(owner=charlie, team=payments, by=bob)
    plan_budget(payments, owner=bob, items=[item], note="Fewer pages", by=alice)
    hand_over_everything(bob, choices={"cap_plan:payments": alice}, by=alice, now=NOW)
    plan = BudgetPlan.objects.get(breach=breach)
    assert (plan.owner, list(plan.items.all()), plan.note) == (alice, [item], "Fewer pages")
    assert names(alice, alice) == {"cap_plan:payments": True}
    ToilBudget.objects.filter(pk=budget.pk).update(level="within")
    assert names(alice, alice) == {}  # what is over needs nobody


def test_who_leads_a_team_alone_is_pointed_out(bob, alice, payments, charlie):
    assert led_alone(alice, NOW) == [payments]
    assert led_alone(bob, NOW) == []
    make_membership(charlie, payments, role="lead")
    assert led_alone(alice, NOW) == []


def test_the_page_previews_hands_over_and_lists_what_is_left(held, web, alice, bob, charlie, root):
    browser = web(alice)
    assert PAGE in browser.get("/people/bob/").content.decode()
    assert PAGE not in web(charlie).get("/people/bob/").content.decode()
    shown = browser.get(PAGE).content.decode()
    assert "ZEBRA" not in shown
    assert "An admin sees all of it." in shown
    assert "1 verified item" in shown
    wrong = browser.post(PAGE, {"all:action_item": "nobody-here", held["source"]: "alice"}).content.decode()
    assert "There is nobody here called nobody-here" in wrong
    assert 'value="alice"' in wrong
    sent = {"all:action_item": "alice", "all:incident_role": "alice@ballast.example", "once": "1"}
    look = browser.post(PAGE, sent).content.decode()
    assert "Hand over 2" in look
    assert "Cap retries" in look
    assert ActionItem.objects.filter(owner=alice).count() == 0
    kept = browser.post(PAGE, sent | {held["item"]: "bob"}).content.decode()
    assert "Hand over 1" in kept
    for _ in range(2):
        assert browser.post(PAGE, sent | {"sure": "1"})["Location"] == PAGE
    left = browser.get(PAGE).content.decode()
    assert "Cap retries" not in left
    assert "Drain the queue" in left
    page = web(root).get(PAGE).content.decode()
    assert "ZEBRA" in page
    assert "has nobody then" in page


def test_a_program_looks_tries_and_hands_over(held, api, alice, charlie):
    client, place = api(alice), "/api/v1/users/bob/"
    assert api(charlie).get(f"{place}holdings/").status_code == 403
    told = client.get(f"{place}holdings/").json()
    rows = {f"{row['kind']}:{row['key']}": row for row in told["holdings"]}
    assert (told["led_alone"], told["looks_left"]) == ([], 1)
    assert not rows[held["foreign"]]["may_give"]
    choice = {"kind": "action_item", "key": held["item"].partition(":")[2], "to": "alice"}
    tried = client.post(f"{place}hand-over/", {"choices": [choice], "dry_run": True}, format="json")
    assert (tried.status_code, len(tried.json()["holdings"])) == (200, 7)
    foreign = choice | {"key": held["foreign"].partition(":")[2]}
    for dry in (True, False):
        refused = client.post(
            f"{place}hand-over/", {"choices": [choice, foreign], "dry_run": dry}, format="json"
        )
        assert (refused.status_code, list(refused.json()["errors"])) == (400, [held["foreign"]])
    assert client.post(f"{place}hand-over/", {"choices": [choice, choice]}, format="json").status_code == 400
    done = client.post(f"{place}hand-over/", {"choices": [choice]}, format="json")
    assert (done.status_code, len(done.json()["holdings"])) == (200, 6)
    assert client.post(f"{place}hand-over/", {"choices": [choice]}, format="json").status_code == 409
