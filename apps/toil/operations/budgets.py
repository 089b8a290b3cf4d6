"""Judging teams against their caps: by closed weeks alone, however often it runs, and telling each change once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from apps.accounts.models import Membership, Team, TeamRole, User
from apps.audit.operations import record
from apps.notifications.models import OutboxMail
from apps.notifications.operations import outbox_row, queue_emails
from apps.toil.budgets.levels import Level, Standing, walk
from apps.toil.figures import judged
from apps.toil.models import About, BudgetChange, TeamWeek, ToilBudget
from apps.toil.models.budget import packed
from apps.toil.number import Number
from apps.toil.periods import WEEK, week_name

KIND = "toil_budget"
LIVES = timedelta(days=14)
SLACK = timedelta(minutes=30)
"""Weeks are computed in transactions that may take a while: what carries a moment shortly before the last judgement
may not have been seen by it."""


def judge_budgets(now: datetime) -> int:
    """Teams of which a week was closed, a closed week changed, or the cap; how many stand elsewhere now."""
    return sum(judge_budget(team, now) for team in _due_teams())


def _due_teams() -> list[Team]:
    closed = TeamWeek.objects.filter(is_final=True).order_by().values_list("team")
    latest = {pk: (monday, at) for pk, monday, at in closed.annotate(Max("monday"), Max("computed_at"))}
    teams = Team.objects.filter(pk__in=latest).select_related("toil_budget").order_by("pk")
    return [team for team in teams if _is_due(team, *latest[team.pk])]


def _is_due(team: Team, last: date, computed_at: datetime) -> bool:
    budget = getattr(team, "toil_budget", None)
    if budget is None:
        return True
    is_new = last != budget.through or computed_at > budget.judged_at - SLACK
    return is_new or not budget.is_against(team)


@transaction.atomic
def judge_budget(team: Team, now: datetime) -> bool:
    """From its closed weeks; whether its level or its coverage changed. The history is written on, never rewritten:
    what comes out different for weeks that were judged already becomes one late change."""
    team = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    standings = walk(_closed_weeks(team), team.toil_cap_pct)
    if not standings:
        return False
    budget = ToilBudget.objects.filter(team=team).first()
    changes = _changes(team, budget, standings, now)
    BudgetChange.objects.bulk_create(changes)
    before = (budget.level, budget.is_thin) if budget else (Level.WITHIN.value, False)
    budget = _store(team, budget, standings, changes, now)
    diff = _diff(before, (budget.level, budget.is_thin))
    if diff:
        record("toil_budget.changed", budget, by=User.objects.system(), changes=diff)
        _tell(budget, diff, now)
    return bool(diff)


def _closed_weeks(team: Team) -> list[tuple[date, Number]]:
    """Up to the last one, a week without a row as one in which nobody was there."""
    rows = TeamWeek.objects.of_team(team).filter(is_final=True).order_by("monday").defer("days")
    known = {row.monday: judged(team, row) for row in rows}
    if not known:
        return []
    first, last = min(known), max(known)
    mondays = [first + WEEK * n for n in range((last - first) // WEEK + 1)]
    return [(monday, known.get(monday, Number())) for monday in mondays]


def _changes(
    team: Team, budget: ToilBudget | None, standings: list[Standing], now: datetime
) -> list[BudgetChange]:
    level, is_thin = (budget.level, budget.is_thin) if budget else (Level.WITHIN.value, False)
    through = budget.through if budget else date.min
    found: list[BudgetChange] = []
    for standing in _since(standings, through):
        steps = [(About.LEVEL, level, standing.level.value), (About.COVERAGE, *_thin(is_thin, standing))]
        found += [
            BudgetChange(
                team=team,
                monday=standing.monday,
                about=about,
                before=before,
                after=after,
                cap_pct=team.toil_cap_pct,
                applies_to=team.cap_applies_to,
                figures={name: packed(getattr(standing, name)) for name in ("week", "short", "long")},
                is_late=standing.monday <= through,
                made_at=now,
            )
            for about, before, after in steps
            if before != after
        ]
        level, is_thin = standing.level.value, standing.is_thin
    return found


def _since(standings: list[Standing], through: date) -> list[Standing]:
    """The last one that was judged before, as it comes out now, and all that came since."""
    seen = [each for each in standings if each.monday <= through]
    return seen[-1:] + standings[len(seen) :]


def _thin(was: bool, standing: Standing) -> tuple[str, str]:  # noqa: FBT001
    names = {True: "thin", False: "enough"}
    return names[was], names[standing.is_thin]


def _store(
    team: Team,
    budget: ToilBudget | None,
    standings: list[Standing],
    changes: list[BudgetChange],
    now: datetime,
) -> ToilBudget:
    last = standings[-1]
    levels = [row.monday for row in changes if row.about == About.LEVEL]
    since = levels[-1] if levels else budget.since if budget else standings[0].monday
    values: dict[str, Any] = {
        "level": last.level.value,
        "since": since,
        "is_thin": last.is_thin,
        "through": last.monday,
        "cap_pct": team.toil_cap_pct,
        "applies_to": team.cap_applies_to,
        "judged_at": now,
    }
    row, _ = ToilBudget.objects.update_or_create(team=team, defaults=values)
    return row


def _diff(before: tuple[str, bool], after: tuple[str, bool]) -> dict[str, list[Any]]:
    pairs = zip(("level", "is_thin"), before, after, strict=True)
    return {name: [old, new] for name, old, new in pairs if old != new}


def _tell(budget: ToilBudget, diff: dict[str, list[Any]], now: datetime) -> None:
    """Each change by itself, under a key that holds team, state and week: told once, whatever runs again."""
    said = [budget.level] if "level" in diff else []
    said += ["thin"] if diff.get("is_thin") == [False, True] else []
    queue_emails(
        [_row(person, budget, what, now) for what in said for person in _listeners(budget.team, what, now)]
    )


def _listeners(team: Team, what: str, now: datetime) -> list[User]:
    """The leads of the team; of a breach the admins too."""
    places = Membership.objects.filter(team=team, role=TeamRole.LEAD).on(now.date())
    leads = [place.user for place in places.select_related("user") if place.user.may_write]
    more = list(User.objects.admins()) if what == Level.BREACH else []
    return list({person.pk: person for person in (*leads, *more)}.values())


def _row(person: User, budget: ToilBudget, what: str, now: datetime) -> OutboxMail:
    return outbox_row(
        person,
        kind=KIND,
        once_per=f"toil_budget:{budget.team.slug}:{what}:{week_name(budget.through)}:{person.pk}",
        not_before=now,
        expires_at=now + LIVES,
        payload={"team": budget.team.slug, "what": what, "monday": budget.through.isoformat()},
    )
