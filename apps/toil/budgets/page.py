"""What is shown of a team's cap: the state, the sums behind it, the quarter's hours, the history, the plan. In a fixed
number of statements, from stored weeks and from the calendars of the days to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from apps.accounts.models import CapTarget, Team
from apps.action_items.models import ActionItem
from apps.core.charts import Bar, Chart, stacked_bars
from apps.core.templatetags.times import half_up, hours
from apps.toil.budgets.levels import LONG, SHORT, Level
from apps.toil.budgets.quarter import QuarterBudget
from apps.toil.budgets.words import LEAVES, means_of
from apps.toil.figures import judged
from apps.toil.models import BudgetChange, BudgetPlan, ToilBudget
from apps.toil.models.week import DatedWeek, dated_weeks
from apps.toil.number import Number, add_up
from apps.toil.periods import WEEK, Period, monday_of, quarter_name, quarter_of
from apps.toil.rollup import DayTotals
from apps.toil.staff import Staff

if TYPE_CHECKING:
    from apps.accounts.models import User

SHOWN = 20
TONES = {Level.WITHIN: "ok", Level.LIKELY_WARN: "warn", Level.WARN: "warn"}


@dataclass(frozen=True, slots=True)
class Window:
    """Closed weeks together, and what they would say."""

    weeks: int
    first: date
    last: date
    number: Number | None
    rule: str


RULES = {
    1: "a note",
    SHORT: "leads are told",
    LONG: "a plan",
}


@dataclass
class BudgetPage:
    """`weeks` are the team's from before the quarter and the last thirteen closed ones on, `staff` at least whom it has
    from today until the end of the quarter."""

    team: Team
    today: date
    weeks: list[DatedWeek]
    reader: User
    staff: Staff

    @property
    def cap(self) -> Decimal:
        return self.team.toil_cap_pct

    @property
    def is_of_ops(self) -> bool:
        return self.team.cap_applies_to == CapTarget.OPS

    @cached_property
    def budget(self) -> ToilBudget | None:
        """None before a week is closed, and until the closed ones are judged by a cap that has changed."""
        found = getattr(self.team, "toil_budget", None)
        return found if found and found.is_against(self.team) else None

    @property
    def level(self) -> Level:
        return self.budget.known_level if self.budget else Level.WITHIN

    @property
    def tone(self) -> str:
        return TONES.get(self.level, "danger")

    @property
    def means(self) -> str:
        _, short, long = [window.number for window in self.windows] or [None] * 3
        has_long = len(self.closed) >= LONG
        return means_of(self.level, short, long if has_long else None, self.cap)

    @property
    def leaves(self) -> str:
        return LEAVES if self.level != Level.WITHIN else ""

    @cached_property
    def changes(self) -> list[BudgetChange]:
        return list(BudgetChange.objects.of_team(self.team)[:SHOWN])

    @cached_property
    def plan(self) -> BudgetPlan | None:
        """Of the breach that runs."""
        if self.level != Level.BREACH:
            return None
        breach = BudgetChange.objects.of_team(self.team).breaches()[:1]
        return BudgetPlan.objects.filter(breach__in=list(breach)).select_related("owner", "breach").first()

    @property
    def needs_plan(self) -> bool:
        return self.level == Level.BREACH and self.plan is None

    @cached_property
    def items(self) -> list[ActionItem]:
        """Those of the plan that the reader may see."""
        if self.plan is None:
            return []
        seen = ActionItem.objects.visible_to(self.reader).filter(pk__in=self.plan.items.values("pk"))
        return list(seen.select_related("owner").order_by("number"))

    @cached_property
    def closed(self) -> list[DatedWeek]:
        return [week for week in self.weeks if week.is_final]

    @property
    def windows(self) -> list[Window]:
        """One, four and thirteen closed weeks up to the last."""
        if not self.closed:
            return []
        last = self.closed[-1].monday
        return [self._window(last, count, rule) for count, rule in RULES.items()]

    def _window(self, last: date, count: int, rule: str) -> Window:
        first = last - WEEK * (count - 1)
        inside = [week for week in self.closed if first <= week.monday <= last]
        number = add_up(judged(self.team, week) for week in inside) if inside else None
        return Window(count, first, last + WEEK, number, rule)

    @property
    def noted(self) -> DatedWeek | None:
        """The last closed week, when it alone is over the cap."""
        is_over = self.closed and judged(self.team, self.closed[-1]).floor.is_over(self.cap)
        return self.closed[-1] if is_over and self.budget and self.level == Level.WITHIN else None

    @property
    def quarter_name(self) -> str:
        return quarter_name(self.today)

    @cached_property
    def quarter(self) -> QuarterBudget:
        """Until today from the stored weeks, from today on from the calendars: what is planned may still change."""
        period = quarter_of(self.today)
        counted = sum((sums.capacity for _, sums in self._passed), Decimal(0))
        return QuarterBudget(
            period=period,
            today=self.today,
            cap=self.cap,
            capacity_minutes=counted + self.staff.minutes(Period(self.today, period.end)),
            used_seconds=sum(judged(self.team, sums).seconds for _, sums in self._passed),
        )

    @cached_property
    def _passed(self) -> list[tuple[date, DayTotals]]:
        """The days of the quarter before today."""
        period = Period(quarter_of(self.today).start, self.today)
        near = [week for week in self.weeks if period.start - WEEK < week.monday < period.end]
        return [(day, sums) for week in near for day, sums in week.by_day() if day in period]

    @property
    def gone_on(self) -> date | None:
        """The first day of the week in which the hours would be gone."""
        number = self.quarter.gone_in_week
        return self.quarter.period.start + WEEK * (number - 1) if number else None

    def chart(self) -> Chart:
        """Hours used, week by week, against what the quarter may hold."""
        limit = half_up(self.quarter.seconds / 3600)
        used = hours(self.quarter.used_seconds)
        day = f"{self.today.day} {self.today:%B}"
        finding = f"{used} of {hours(float(self.quarter.seconds))} are used before {day}."
        return stacked_bars(
            self.bars,
            ["Used before", "Used in the week"],
            title=f"Hours of {self.quarter_name}, added up",
            finding=finding,
            unit=" h",
            cap=limit,
            cap_label=f"budget {hours(float(self.quarter.seconds))}",
        )

    @cached_property
    def bars(self) -> list[Bar]:
        period, found, before = self.quarter.period, [], 0
        by_week: dict[date, int] = {}
        for day, sums in self._passed:
            by_week[monday_of(day)] = by_week.get(monday_of(day), 0) + judged(self.team, sums).seconds
        for monday in period.mondays:
            number, seconds = monday.isocalendar().week, by_week.get(monday, 0)
            parts = [float(half_up(Fraction(value, 3600))) for value in (before, seconds)]
            is_ahead = monday > self.today
            is_current = monday == monday_of(self.today)
            found.append(
                Bar(str(number), f"Week {number}", None if is_ahead else parts, is_current, "not yet")
            )
            before += seconds
        return found


def budget_page_of(team: Team, today: date, reader: User) -> BudgetPage:
    staff = Staff(team, Period(today, quarter_of(today).end))
    return BudgetPage(team, today, dated_weeks(team, reach(today)), reader, staff)


def reach(today: date) -> Period:
    """The weeks that the page looks at. A week is closed a few days after its end, so one more than thirteen, and one
    for a colleague whose week ends last."""
    start = min(quarter_of(today).start, monday_of(today) - WEEK * (LONG + 2))
    return Period(start, monday_of(today) + WEEK)
