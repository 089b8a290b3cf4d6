"""What the page of one team shows, read in a fixed number of queries from stored weeks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import dropwhile

from django.utils.safestring import SafeString

from apps.accounts.models import CapTarget, Team
from apps.core.charts import Bar, Chart, Row, hbars, stacked_bars
from apps.core.prepared import Prepared
from apps.core.templatetags.times import half_up, hours, pct
from apps.toil.figures import judged, sum_days
from apps.toil.models import Category, TeamWeekCategory
from apps.toil.models.week import DatedWeek
from apps.toil.number import Number, Verdict
from apps.toil.percent import Share
from apps.toil.periods import WEEK, Period, last_weeks, quarter_name, quarter_of, quarters_until, week_of
from apps.toil.rollup import DayTotals
from apps.toil.sources.largest import Sources

SERIES = 5
SOURCE_HEADS = ("Source", "Hours", "Cumulative")
OTHER_WORK = "Other operational work"
QUARTERS = 4


@dataclass(frozen=True, slots=True)
class View:
    """One choice of the period switch."""

    name: str
    label: str
    heading: str
    before: str
    weeks: int

    def period(self, today: date) -> Period:
        return quarter_of(today) if self.name == "quarter" else last_weeks(today, self.weeks)

    def previous(self, today: date) -> Period:
        start = self.period(today).start
        if self.name == "quarter":
            return quarter_of(start - timedelta(days=1))
        return Period(start - WEEK * self.weeks, start)

    def chart(self, today: date) -> Period:
        return last_weeks(today, self.weeks)

    def reach(self, today: date) -> Period:
        """Everything that any part of the page looks at."""
        starts = (
            self.previous(today).start,
            self.chart(today).start,
            quarters_until(today, QUARTERS)[0].start,
        )
        return Period(min(starts), week_of(today).end)


VIEWS = {
    view.name: view
    for view in (
        View("4-weeks", "4 weeks", "Toil in the last 4 weeks", "the 4 weeks before", 4),
        View("quarter", "Quarter", "Toil this quarter", "last quarter", 13),
        View("year", "Year", "Toil in the last 52 weeks", "the 52 weeks before", 52),
    )
}


@dataclass(frozen=True, slots=True)
class Quarter:
    name: str
    floor: Share
    is_running: bool


@dataclass
class TeamPage:
    team: Team
    view: View
    today: date
    weeks: list[DatedWeek]

    @property
    def cap(self) -> Decimal:
        return self.team.toil_cap_pct

    @property
    def period(self) -> Period:
        return self.view.period(self.today)

    @cached_property
    def figures(self) -> DayTotals:
        return sum_days(self.weeks, self.period)

    @property
    def is_of_ops(self) -> bool:
        """Whether the cap is on all operational work."""
        return self.team.cap_applies_to == CapTarget.OPS

    def judged(self, sums: DayTotals | DatedWeek) -> Number:
        return judged(self.team, sums)

    @cached_property
    def number(self) -> Number:
        """What the cap is about, over the period."""
        return self.judged(self.figures)

    @property
    def heading(self) -> str:
        return self.view.heading.replace("Toil", "Operational work") if self.is_of_ops else self.view.heading

    @property
    def listed_weeks(self) -> list[DatedWeek]:
        return [week for week in self.weeks if week.monday in self.view.chart(self.today)]

    @property
    def verdict(self) -> Verdict:
        return self.number.verdict(self.cap)

    @property
    def this_week(self) -> DatedWeek | None:
        return next((week for week in self.weeks if week.monday == week_of(self.today).start), None)

    @property
    def quarters(self) -> list[Quarter]:
        """From the first one in which something was logged: what nobody measured is no low number."""
        found = [(part, sum_days(self.weeks, part)) for part in quarters_until(self.today, QUARTERS)]
        measured = dropwhile(lambda pair: not pair[1].toil, found)
        return [
            Quarter(quarter_name(part.start)[-2:], self.judged(sums).floor, self.today in part)
            for part, sums in measured
        ]

    def points_since_before(self) -> Decimal | None:
        """Percentage points gained on the period before; None without capacity, or when nothing was logged then."""
        now = self.number.floor.exact
        before = self.judged(sum_days(self.weeks, self.view.previous(self.today))).floor
        return (
            None
            if now is None or before.exact is None or not before.toil_seconds
            else half_up(now - before.exact)
        )

    def points_above_cap(self) -> Decimal | None:
        now = self.number.floor.exact
        return None if now is None else half_up(now - Fraction(self.cap))

    def streak(self) -> tuple[int, Verdict]:
        """For how many finished weeks the cap has been kept, or passed, for certain; and which of the two."""
        finished = [week for week in self.weeks if week.monday < week_of(self.today).start]
        verdicts = [self.judged(week).verdict(self.cap) for week in finished][::-1]
        known: list[Verdict] = [verdict for verdict in verdicts if verdict != Verdict.NO_CAPACITY]
        if not known:
            return 0, Verdict.NO_CAPACITY
        count = next((place for place, one in enumerate(known) if one != known[0]), len(known))
        return (count if known[0] in {Verdict.WITHIN, Verdict.BREACH} else 0), known[0]

    @cached_property
    def charted(self) -> tuple[list[str], list[Bar]]:
        """The names of the parts, and a bar for each week."""
        charted = self.view.chart(self.today)
        by_monday = {week.monday: week for week in self.weeks}
        names, kept = _series(self.categories.values())
        bars = [self._bar(monday, by_monday.get(monday), names, kept) for monday in charted.mondays]
        return names + [OTHER_WORK] * self.is_of_ops, bars

    @cached_property
    def categories(self) -> dict[date, dict[str, int]]:
        """{monday: {category: seconds}} of the weeks that are drawn; one statement."""
        charted = self.view.chart(self.today)
        found: dict[date, dict[str, int]] = {}
        for monday, category, seconds in CATEGORIES.rows(self.team.pk, charted.start, charted.end):
            found.setdefault(monday, {})[category] = seconds
        return found

    def chart(self) -> Chart:
        names, bars = self.charted
        return stacked_bars(
            bars,
            names,
            title="Logged share per week by category",
            finding=_finding(bars, self.cap),
            cap=self.cap,
            cap_label=f"cap {pct(self.cap)}",
        )

    def _bar(self, monday: date, week: DatedWeek | None, names: list[str], kept: list[str]) -> Bar:
        number = monday.isocalendar().week
        label = "" if self.view.weeks > 13 and number % 4 else str(number)
        is_current = monday == week_of(self.today).start
        name = f"Week {number}" + (" so far" if is_current else "")
        if week is None or week.share.exact is None:
            return Bar(label, name, None, is_current)
        seconds = dict(self.categories.get(monday, {}))
        parts = [seconds.pop(category, 0) for category in kept]
        if len(names) > len(kept):
            parts.append(sum(seconds.values()))
        parts += [week.ops_seconds] * self.is_of_ops
        shares = [half_up(week.share.part(part) or Fraction(0), 4) for part in parts]
        return Bar(label, name, shares, is_current)


CATEGORIES = Prepared(
    lambda team, start, end: (
        TeamWeekCategory.objects.filter(week__team=team, week__monday__gte=start, week__monday__lt=end)
        .order_by()
        .values_list("week__monday", "category", "seconds")
    )
)


def _series(weeks: Iterable[dict[str, int]]) -> tuple[list[str], list[str]]:
    """The five greatest categories in their fixed order, and whether the rest needs a name."""
    sums: dict[str, int] = {}
    for week in weeks:
        for category, seconds in week.items():
            sums[category] = sums.get(category, 0) + seconds
    ranked = sorted(sums, key=lambda name: (-sums[name], name))
    named = [name for name in ranked if name != Category.OTHER][:SERIES]
    kept = [value for value in Category.values if value in named]
    rest = set(sums) - set(kept)
    return [Category(value).label for value in kept] + (
        [Category.OTHER.label] if rest or not kept else []
    ), kept


def _finding(bars: list[Bar], cap: Decimal) -> str:
    known = [bar for bar in bars if bar.parts is not None]
    if not known:
        return "No week has any capacity."
    first, last = (half_up(Decimal(str(bar.total)), 0) for bar in (known[0], known[-1]))
    move = "Falls" if last < first else "Rises" if last > first else "Stays"
    way = f"at {last}%" if move == "Stays" else f"from {first}% to {last}%"
    return f"{move} {way} of team time over {len(bars)} weeks; the cap is {pct(cap)}."


def source_rows(sources: Sources) -> list[Row]:
    """The sources with the most hours, and what is left of them in one row."""
    rows = [
        Row(
            f"{source.text} · {source.service}" if source.service else source.text,
            source.seconds,
            hours(source.seconds, ""),
            f"{half_up(source.cumulative_pct, 0)}%",
        )
        for source in sources.top
    ]
    if sources.other_count:
        plural = "source" if sources.other_count == 1 else "sources"
        name = f"{'More than ' * sources.is_cut}{sources.other_count} other {plural}"
        rows.append(Row(name, sources.other_seconds, hours(sources.other_seconds, ""), "100%", is_other=True))
    return rows


def ranking(sources: Sources) -> SafeString:
    return hbars(source_rows(sources), caption="Toil by source, largest first", heads=SOURCE_HEADS)
