"""Plans for less of a source: weighed when they are made, judged by the log four and twelve weeks after."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.action_items.models import ActionItem
from apps.action_items.operations import merge_action_items, transition, unmerge_action_item
from apps.audit.models import AuditEvent
from apps.toil import operations
from apps.toil.models import Reduction
from apps.toil.reductions.effect import Effect, Lack
from apps.toil.reductions.weighing import results_of
from apps.toil.reductions.words import verdict_words
from tests.factories import make_action_item, make_incident, make_membership, make_user
from tests.toil.conftest import BEFORE, PLAN, at, done, monday

pytestmark = pytest.mark.django_db


def judged(reduction, week):
    row = Reduction.objects.with_names().get(pk=reduction.pk)
    return results_of([row], monday(week)).get(row.pk)


def test_a_plan_is_weighed_against_the_last_eight_weeks_of_everybody_when_it_is_made(
    quota, bob, log_weeks, payments, log
):
    log_weeks(quota, BEFORE, times=6)
    dora = make_user("dora")  # a guest: her time is spent all the same
    log(dora, payments, minutes=10, day=monday(8), source=quota)  # the running week counts for nothing yet
    for n in range(8):  # what is no toil is in no figure of it
        log(dora, payments, minutes=10, day=monday(n), source=quota, kind="unmapped", occurrences=9)
    plan = operations.add_reduction(quota, **PLAN, switch_minutes=5, by=bob, now=at(monday(8)))
    assert (plan.weekly_seconds, plan.weekly_occurrences, plan.weeks_known) == (150 * 60, Decimal(6), 8)
    assert (plan.payback.net_weekly, plan.payback.weeks, plan.planned_net) == (150, 16, 4800)  # R1
    assert plan.is_thin  # one reporter
    edited = operations.edit_reduction(plan, changes={"expected_pct": 45}, by=bob, now=at(monday(9)))
    assert edited.planned_net == round(Fraction(48) * (edited.payback.net_weekly) - 2400)
    event = AuditEvent.objects.get(verb="toil_reduction.edited")
    assert event.changes["expected_pct"] == [90, 45]
    empty = operations.add_source(name="Certificates", slug="certs", team=payments, by=bob)
    unknown = operations.add_reduction(empty, **PLAN, by=bob, now=at(monday(8)))
    assert (unknown.weekly_seconds, unknown.payback.weeks, unknown.is_thin) == (0, None, True)


def test_the_example_of_the_design_is_verified_after_four_weeks_and_again_after_twelve(
    quota, bob, log_weeks, promise
):
    log_weeks(quota, [*BEFORE, 200, 90, 60, 20, 10, 30, 20])
    plan = operations.add_reduction(quota, **PLAN, item=promise, by=bob, now=at(monday(8)))
    assert judged(plan, 15) is None
    done(promise)
    waiting = judged(plan, 14)
    assert (waiting.effect, waiting.weeks_left) == (None, 1)
    found = judged(plan, 15)
    assert (found.before.usual, found.after.usual, found.effect, found.is_final) == (
        150,
        20,
        Effect.VERIFIED,
        False,
    )
    assert round(float(found.payback_weeks), 1) == 20.3
    log_weeks(quota, [140] * 8, 15)
    assert judged(plan, 23).effect == Effect.REGRESSED
    assert operations.edit_reduction(
        plan, changes={"build_minutes": 600}, by=bob, now=at(monday(23))
    ).weekly_seconds == (plan.weekly_seconds)  # what was known when it was planned stands
    with pytest.raises(ValidationError, match="its verdict is on that"):
        operations.edit_reduction(plan, changes={"expected_pct": 5}, by=bob, now=at(monday(23)))


def test_less_logging_is_not_less_toil_and_what_moved_next_door_is_not_gone(
    quota, bob, payments, checkout, log_weeks, promise, log
):
    log_weeks(quota, BEFORE)
    plan = operations.add_reduction(quota, **PLAN, item=promise, by=bob, now=at(monday(8)))
    done(promise)
    operations.recompute_weeks(payments, [monday(n) for n in range(11, 15)], now=at(monday(60)))
    found = judged(plan, 15)  # nobody confirmed that nothing was left to log
    assert (found.effect, found.lack, found.payback_weeks) == (
        Effect.INSUFFICIENT,
        Lack.UNCONFIRMED_SINCE,
        None,
    )
    assert verdict_words(plan, found).startswith(
        "Only 0% of the team’s time is confirmed in the 4 weeks since (100% before), and it takes 70%"
    )
    log_weeks(quota, [0, 0, 0, 0], 11)
    assert judged(plan, 15).effect == Effect.VERIFIED
    beside = operations.add_source(
        name="Limits by hand", slug="limits", team=payments, service=checkout, by=bob
    )
    for n in range(11, 15):
        log(bob, payments, minutes=38, day=monday(n), source=beside)
    assert judged(plan, 15).effect == Effect.DISPLACED  # 38 of 150 minutes
    operations.edit_source(beside, changes={"service": None}, by=bob)
    assert judged(plan, 15).effect == Effect.VERIFIED


def test_who_plans_and_what_is_refused(quota, bob, charlie, ada, promise):
    for stranger in (charlie, ada):
        with pytest.raises(PermissionDenied):
            operations.add_reduction(quota, **PLAN, by=stranger, now=at(monday(8)))
    carried = operations.add_reduction(quota, **PLAN, item=promise, by=bob, now=at(monday(8)))
    with pytest.raises(ValidationError, match="already"):
        operations.add_reduction(quota, **PLAN, item=promise, by=bob, now=at(monday(8)))
    with pytest.raises(ValidationError):
        operations.add_reduction(quota, **PLAN | {"expected_pct": 101}, by=bob, now=at(monday(8)))
    idea = operations.add_reduction(quota, **PLAN, by=bob, now=at(monday(8)))
    with pytest.raises(ValidationError, match="already"):
        operations.edit_reduction(idea, changes={"item": promise}, by=bob, now=at(monday(8)))
    done(promise)
    late = {"started_on": monday(10), "item": ActionItem.objects.get(pk=promise.pk)}
    operations.remove_reduction(carried, by=bob)
    with pytest.raises(ValidationError, match="at the latest"):
        operations.add_reduction(quota, **PLAN, **late, by=bob, now=at(monday(15)))
    with pytest.raises(ValidationError, match="at the latest"):
        operations.edit_reduction(idea, changes=late, by=bob, now=at(monday(15)))
    late["started_on"] = monday(8)
    told = operations.add_reduction(quota, **PLAN, **late, by=bob, now=at(monday(15)))
    for changes in ({"expected_pct": 10}, {"started_on": monday(2)}, {"item": None}):
        with pytest.raises(ValidationError, match="It is done"):
            operations.edit_reduction(told, changes=changes, by=bob, now=at(monday(15)))
    operations.edit_reduction(told, changes={**late, "is_pinned": True}, by=bob, now=at(monday(15)))
    operations.remove_reduction(idea, by=bob)
    assert ActionItem.objects.filter(pk=promise.pk).exists()
    assert AuditEvent.objects.filter(verb="toil_reduction.removed").last().changes["strategy"] == [
        "automate",
        None,
    ]


def test_a_plan_behind_a_private_promise_is_there_for_nobody_else(
    quota, bob, root, charlie, web, api, payments
):
    make_membership(root, payments)
    incident = make_incident(title="A key was seen", is_private=True, by=root)
    item = make_action_item(by=root, title="Rotate the key", incident=incident)
    plan = operations.add_reduction(quota, **PLAN, item=item, by=root, now=at(monday(8)))
    assert item.key in web(root).get("/toil/reductions/").content.decode()
    for page in ("/toil/reductions/", "/toil/reductions/?format=csv", "/toil/sources/quota/"):
        answer = web(bob).get(page)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert item.key not in text.decode()
    assert api(bob).get(f"/api/v1/toil-reductions/{plan.uuid}/").status_code == 404
    assert api(bob).get("/api/v1/toil-reductions/").json()["results"] == []


def test_a_form_gives_back_to_the_minute_what_a_program_said(quota, bob, web):
    plan = operations.add_reduction(quota, **PLAN | {"build_minutes": 959_990}, by=bob, now=at(monday(8)))
    form = web(bob).get(f"/toil/reductions/{plan.uuid}/edit/").context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"maintenance_minutes": 0}
    answer = web(bob).post(f"/toil/reductions/{plan.uuid}/edit/", sent | {"switch_minutes": 0})
    assert answer.status_code == 302, answer.context["form"].errors
    plan.refresh_from_db()
    assert plan.build_minutes == 959_990


def test_pages_file_and_api_say_what_came_of_it(quota, bob, web, api, log_weeks, promise, time_machine):
    log_weeks(quota, [*BEFORE, 200, 90, 60, 20, 10, 30, 20])
    operations.add_reduction(quota, **PLAN, switch_minutes=5, item=promise, by=bob, now=at(monday(8)))
    done(promise)
    time_machine.move_to(at(monday(15)), tick=False)
    page = web(bob).get("/toil/sources/quota/").content.decode()
    assert "Verified" in page
    assert "A usual week of the first 4 complete weeks since takes 86.7% less than before." in page
    assert "2.5 h a week before, 20 min a week in the 4 weeks since" in page
    assert (
        "and of 5 min around each time (1 a week); 40 h to get there, 12 min a week to keep it up, 4 weeks"
        in page
    )
    panel = {"HX-Request": "true", "HX-Target": "less-panel"}
    for key, is_about in ((promise.key.lower(), True), ("ACT-0", False)):
        beside = web(bob).get(f"/toil/reductions/?item={key}", headers=panel).content.decode()
        assert ("Less toil" in beside, "Verified" in beside, bool(beside.strip())) == (is_about,) * 3
    assert f"/toil/reductions/?item={promise.key}" in web(bob).get(f"/action-items/{promise.key}/").text
    assert "Verified" in web(bob).get("/toil/reductions/").content.decode()
    answer = api(bob).get("/api/v1/toil-reductions/").json()["results"][0]
    assert (answer["measured"]["effect"], answer["measured"]["minutes_after"]) == ("verified", 20)
    assert (answer["planned"]["minutes_before"], answer["item"]) == (150, promise.key)
    line = web(bob).get("/toil/reductions/?format=csv")
    assert "verified" in b"".join(line.streaming_content).decode()


def test_the_program_is_told_of_the_weeks_that_the_words_speak_of(
    quota, bob, payments, api, log_weeks, promise, time_machine
):
    """Nobody confirmed the fifth and the sixth week, and much came back in them: the first four decide until twelve."""
    log_weeks(quota, [*BEFORE, 200, 90, 60, 20, 10, 30, 20])
    operations.recompute_weeks(payments, [monday(15), monday(16)], now=at(monday(60)))
    plan = operations.add_reduction(quota, **PLAN, item=promise, by=bob, now=at(monday(8)))
    done(promise)
    time_machine.move_to(at(monday(17)), tick=False)
    measured = api(bob).get(plan.get_api_url()).json()["measured"]
    assert {name: measured[name] for name in ("effect", "weeks_after", "judged_weeks", "coverage_after")} == {
        "effect": "verified",
        "weeks_after": 6,
        "judged_weeks": 4,
        "coverage_after": 1,
    }
    assert round(measured["reduced_by"], 3) == 0.867


def test_a_plan_follows_its_promise_through_merges_and_back_and_says_when_that_is_given_up(
    quota, bob, alice, charlie, payments, web, api, promise, root
):
    plan = operations.add_reduction(quota, **PLAN, item=promise, by=bob, now=at(monday(8)))
    second, last = (make_action_item(by=bob, owner=alice, team=payments, title=word) for word in "BC")
    now = at(monday(9))

    def state():
        """Where it is listed, what carries it by page and by program, and who is told of its verdict."""
        rows = Reduction.objects.visible_to(charlie).with_names()
        listed = [name for name in ("ideas", "promised", "done", "given_up") if getattr(rows, name)()]
        said = api(bob).get(plan.get_api_url()).json()
        assert said["item"] == promise.key
        assert said["carried_by"] in web(bob).get("/toil/reductions/").content.decode()
        return listed, said["carried_by"], said["is_given_up"], said["measured"] is not None

    assert state() == (["promised"], promise.key, False, False)
    merge_action_items(second, merged=[promise], by=bob, now=now)
    assert state() == (["promised"], second.key, False, False)
    merge_action_items(last, merged=[second], by=bob, now=now)
    done(last)
    assert state() == (["done"], last.key, False, True)
    assert list(Reduction.objects.matching(last.key)) == [plan]
    for item in (promise, last):  # on the page of each
        found = api(bob).get("/api/v1/toil-reductions/", {"item": item.key}).json()["results"]
        assert [row["id"] for row in found] == [str(plan.uuid)]
    assert (
        f"{promise.key} was merged into {last.key}"
        in web(bob).get(f"/toil/reductions/{plan.uuid}/edit/").content.decode()
    )
    ActionItem.objects.filter(pk=last.pk).update(incident=make_incident(is_private=True, by=root))
    assert not Reduction.objects.visible_to(charlie)  # what carries it is not theirs to see
    ActionItem.objects.filter(pk=last.pk).update(incident=None)
    for item, into in ((second, second), (promise, promise)):
        unmerge_action_item(item, reason="Two things after all", by=bob, now=now)
        assert state() == (["promised"], into.key, False, False)
    transition(promise, to="wont_do", reason="Nobody asks for it any more", by=alice, now=now)
    assert state() == (["given_up"], promise.key, True, False)
    assert "Given up" in web(bob).get("/toil/sources/quota/").content.decode()
