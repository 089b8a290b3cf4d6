"""Caps as they are judged, told, planned for and shown."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from apps.accounts.operations import edit_team
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, StaleVersion
from apps.notifications.models import OutboxMail
from apps.notifications.operations import deliver_due
from apps.toil import operations
from apps.toil.budgets.mails import render_toil_budget
from apps.toil.models import BudgetChange, BudgetPlan, TeamWeek, ToilBudget
from apps.toil.rollup import DayTotals
from tests.factories import make_action_item, make_incident, make_user

pytestmark = pytest.mark.django_db
FIRST = date(2026, 1, 5)
NOON = timedelta(hours=12)


def close(team, *shares, since=FIRST, confirmed=100, hours=40):
    """Closed weeks with so much logged on their Mondays, in percent of the capacity."""
    for n, share in enumerate(shares):
        toil, minutes = share * hours * 36, hours * 60
        sure, hundredths = toil * confirmed // 100, 100 * minutes
        day = DayTotals(toil, hundredths, confirmed_toil=sure, confirmed_hundredths=hundredths)
        TeamWeek.objects.update_or_create(
            team=team,
            monday=since + timedelta(weeks=n),
            defaults={
                "days": [day.packed(), *[DayTotals().packed()] * 6],
                "toil_seconds": toil,
                "capacity_minutes": minutes,
                "confirmed_toil_seconds": toil * confirmed // 100,
                "confirmed_minutes": minutes * confirmed / 100,
                "open_seconds": minutes * 60 * (100 - confirmed) // 100,
                "is_final": True,
                "computed_at": datetime(2026, 1, 1, tzinfo=UTC),
                "input_hash": f"{share}",
            },
        )
    return datetime.combine(since + timedelta(weeks=len(shares), days=2), datetime.min.time(), UTC) + NOON


def history(team):
    rows = BudgetChange.objects.of_team(team).order_by("pk")
    return [(row.week, row.before, row.after, row.is_late) for row in rows]


def told(person):
    return list(OutboxMail.objects.filter(recipient=person, kind="toil_budget").order_by("pk"))


def test_each_change_is_told_once_to_the_leads_and_a_breach_to_admins_too(alice, bob, root, payments):
    now = close(payments, *[60] * 4)
    for _ in range(3):
        operations.judge_budgets(now)
    assert history(payments) == [("2026-W05", "within", "warn", False)]
    assert [len(told(person)) for person in (alice, bob, root)] == [1, 0, 0]
    assert told(alice)[0].dedupe_key == f"toil_budget:payments:warn:2026-W05:{alice.pk}"
    now = close(payments, *[60] * 13)
    operations.judge_budgets(now)
    assert history(payments)[1:] == [("2026-W14", "warn", "breach", False)]
    assert [len(told(person)) for person in (alice, bob, root)] == [2, 0, 1]
    event = AuditEvent.objects.filter(verb="toil_budget.changed").latest("pk")
    assert (event.actor.is_system, event.object_key, event.changes) == (
        True,
        "payments",
        {"level": ["warn", "breach"]},
    )


def test_the_digest_has_a_line_of_it_and_what_is_no_longer_so_is_not_said(
    alice, root, payments, settings, tmp_path
):
    settings.MAIL_DIR = tmp_path
    now = close(payments, *[60] * 4)
    operations.judge_budgets(now)
    deliver_due(now)
    (row,) = told(alice)
    assert (row.status, row.title) == ("for_digest", "Payments is over its 50% cap")
    mail = render_toil_budget(row, now)
    assert "4 weeks at least 60.0%" in mail.text
    assert "/toil/teams/payments/budget/" in mail.html
    edit_team(payments, changes={"toil_cap_pct": 70}, by=root)
    operations.judge_budgets(now)
    assert history(payments)[-1] == ("2026-W05", "warn", "within", True)
    assert render_toil_budget(row, now) is None


def test_what_a_level_means_is_said_as_the_sums_are_now(web, alice, payments, settings, tmp_path):
    settings.MAIL_DIR = tmp_path
    for shares, level, words in (
        ([60] * 4, "warn", "together is more than the cap"),
        ([60, 60, 60, 60, 10], "warn", "was more than the cap. It is not any more, but has not been"),
        ([90] * 13 + [20] * 3, "breach", "thirteen weeks together is more than the cap"),
        ([90] * 13 + [20] * 6, "within", "not over the cap. Thirteen weeks together still are"),
        ([90] * 13 + [20] * 16, "within", "Four weeks together are not over the cap. So since"),
    ):
        now = close(payments, *shares)
        operations.judge_budgets(now)
        assert ToilBudget.objects.get().level == level
        with time_machine.travel(now, tick=False):
            assert words in web(alice).get("/toil/teams/payments/budget/").content.decode(), shares
        if len(shares) == 19:
            mail = render_toil_budget(told(alice)[-1], now)
            assert "Thirteen weeks together still are" in mail.text


def test_a_worker_that_was_away_for_weeks_writes_each_change_and_tells_the_last(alice, payments):
    now = close(payments, *[60] * 4, *[40] * 9)
    operations.judge_budgets(now)
    assert [row[:3] for row in history(payments)] == [
        ("2026-W05", "within", "warn"),
        ("2026-W12", "warn", "within"),
    ]
    assert told(alice) == []  # all is as it was


def test_an_edit_after_the_close_is_one_late_change_and_rewrites_nothing(alice, payments):
    now = close(payments, *[60] * 4)
    operations.judge_budgets(now)
    close(payments, *[40] * 4)
    TeamWeek.objects.update(computed_at=now)
    operations.judge_budgets(now + timedelta(minutes=5))
    assert history(payments) == [
        ("2026-W05", "within", "warn", False),
        ("2026-W05", "warn", "within", True),
    ]
    assert ToilBudget.objects.get().level == "within"


def test_a_cap_on_all_operational_work_is_judged_by_both(web, api, alice, root, payments):
    now = close(payments, *[40] * 4)
    TeamWeek.objects.update(ops_seconds=20 * 3600)
    operations.judge_budgets(now)
    assert ToilBudget.objects.get().level == "within"
    edit_team(payments, changes={"cap_applies_to": "ops"}, by=root)
    for page in ("/toil/teams/payments/", "/toil/teams/payments/budget/"):
        with time_machine.travel(now, tick=False):
            told = web(alice).get(page).content.decode()
        assert "The closed weeks are judged within a few minutes" in told
        assert "Within the cap" not in told
    assert api(alice).get("/api/v1/teams/payments/toil/budget/").json()["level"] is None
    operations.judge_budgets(now)
    assert (ToilBudget.objects.get().level, ToilBudget.objects.get().applies_to) == ("warn", "ops")


def test_too_few_checkins_two_weeks_running_go_to_the_lead(alice, bob, payments):
    now = close(payments, 10, 10, confirmed=59)
    operations.judge_budgets(now)
    assert [row.payload["what"] for row in told(alice)] == ["thin"]
    assert told(bob) == []
    assert history(payments) == [("2026-W03", "enough", "thin", False)]
    assert "less than 60% of two weeks" in render_toil_budget(told(alice)[0], now).subject


@pytest.fixture
def breach(payments, alice):
    now = close(payments, *[60] * 13)
    operations.judge_budgets(now)
    return now


def test_a_breach_asks_for_somebody_and_a_promise(alice, bob, charlie, ada, payments, breach):
    item = make_action_item(team=payments)
    for stranger in (bob, charlie, ada):
        with pytest.raises(PermissionDenied):
            operations.plan_budget(payments, owner=bob, items=[item], by=stranger)
    with pytest.raises(ValidationError, match="one action item at least"):
        operations.plan_budget(payments, owner=bob, items=[], by=alice)
    with pytest.raises(ValidationError, match="cannot see to it"):
        operations.plan_budget(payments, owner=ada, items=[item], by=alice)
    for _ in range(2):
        plan = operations.plan_budget(payments, owner=bob, items=[item], note="Fewer pages", by=alice)
    assert (plan.version, BudgetPlan.objects.count()) == (1, 1)
    event = AuditEvent.objects.get(verb="toil_budget.planned")
    assert event.changes == {
        "owner": [None, "bob"],
        "items": [None, [item.key]],
        "note": [None, "Fewer pages"],
    }
    other = make_action_item(team=payments)
    plan = operations.plan_budget(payments, owner=bob, items=[item, other], seen=1, by=alice)
    assert (plan.version, plan.items.count()) == (3, 2)
    with pytest.raises(StaleVersion):
        operations.plan_budget(payments, owner=alice, items=[item], seen=1, by=alice)


def test_without_a_breach_no_plan_is_asked_for(alice, payments):
    operations.judge_budgets(close(payments, *[60] * 4))
    with pytest.raises(Conflict):
        operations.plan_budget(payments, owner=alice, items=[make_action_item()], by=alice)


def test_what_somebody_may_not_see_stays_in_the_plan(alice, root, payments, breach):
    hidden = make_action_item(incident=make_incident(is_private=True, by=root))
    item = make_action_item(team=payments)
    operations.plan_budget(payments, owner=alice, items=[hidden, item], by=root)
    plan = operations.plan_budget(payments, owner=alice, items=[make_action_item(team=payments)], by=alice)
    assert set(plan.items.values_list("key", flat=True)) == {hidden.key, "ACT-3"}
    events = AuditEvent.objects.filter(verb="toil_budget.planned")
    assert hidden.key not in str(list(events.values_list("changes", flat=True)))


def test_the_pages_say_where_it_stands_and_take_a_plan(web, api, alice, charlie, payments, breach):
    item = make_action_item(team=payments)
    with time_machine.travel(breach, tick=False):
        page = web(charlie).get("/toil/teams/payments/").content.decode()
        assert "nothing is planned" in page
        page = web(charlie).get("/toil/teams/payments/budget/").content.decode()
        for words in ("Over the cap for a quarter", "312 h of 520 h", "2026-W05", "2026-W14", "None yet"):
            assert words in page, words
        assert "Change plan" not in page
        url = "/toil/teams/payments/budget/plan/"
        assert web(charlie).get(url).status_code == 403
        sent = {"owner": "alice", "items": "ACT-99", "note": "Kept"}
        refused = web(alice).post(url, sent).content.decode()
        assert "There is no ACT-99" in refused
        assert "required" in web(alice).post(url, sent | {"items": " , ; "}).content.decode()
        assert "Kept" in refused
        assert web(alice).post(url, sent | {"items": item.key.lower()}).status_code == 302
        page = web(charlie).get("/toil/teams/payments/budget/").content.decode()
        assert item.title in page
        body = api(charlie).get("/api/v1/teams/payments/toil/budget/").json()
        assert (body["level"], body["needs_plan"], body["plan"]["items"]) == ("breach", False, [item.key])
        assert [sums["pct"] for sums in body["sums"]] == [60.0, 60.0, 60.0]
        put = {"owner": "alice", "items": [item.key], "note": "Less", "version": 1}
        assert api(charlie).put("/api/v1/teams/payments/toil/budget/", put, format="json").status_code == 403
        answer = api(alice).put("/api/v1/teams/payments/toil/budget/", put, format="json")
        assert answer.json()["plan"]["note"] == "Less"
        stale = api(alice).put("/api/v1/teams/payments/toil/budget/", put, format="json")
        assert stale.status_code == 412
        for query in ("format=csv", "format=csv&chart=quarter", "format=svg&chart=quarter"):
            assert web(charlie).get(f"/toil/teams/payments/budget/?{query}").status_code == 200


def test_a_team_of_which_no_week_is_closed_is_not_judged(web, api, charlie, payments):
    operations.judge_budgets(datetime(2026, 3, 2, tzinfo=UTC))
    assert "No week is closed yet" in web(charlie).get("/toil/teams/payments/budget/").content.decode()
    body = api(charlie).get("/api/v1/teams/payments/toil/budget/").json()
    assert (body["level"], body["sums"], body["quarter"]["used_pct"]) == (None, [], None)


def test_the_hours_of_the_quarter_count_the_days_to_come(web, payments, bob):
    make_user(team=payments)
    now = close(payments, *[50] * 5, hours=80)
    with time_machine.travel(now.replace(day=9), tick=False):  # Monday 9 February, after five closed weeks
        page = web(bob).get("/toil/teams/payments/budget/").content.decode()
    # five stored weeks of 80 h, then two people until 31 March: 37 working days of 16 h
    assert "992 h of capacity" in page
    assert "200 h of 496 h used" in page
