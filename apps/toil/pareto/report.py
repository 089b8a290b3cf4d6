"""The page of what most time goes into, as figures: lines, what stands first about them, and how they add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.urls import reverse

from apps.accounts.models import Membership, Team
from apps.action_items.models import ActionItem
from apps.core.charts import how_many_make
from apps.core.engines import or_too_much
from apps.core.templatetags.times import hours, pct
from apps.services.models import Service
from apps.toil.models import Category, Reduction, ToilSource, Trigger
from apps.toil.pareto.asking import By, Scope
from apps.toil.pareto.reading import Group, Key, groups_of
from apps.toil.sources.largest import PRIVATE, UNNAMED

LOOSE_ABOVE = Fraction(15, 100)
"""Of the time may name nothing before that is the first finding."""
FEWEST_PEOPLE = 4
"""In a smaller team a count of people says who it was."""
LOOSE: dict[By, tuple[Key, str]] = {
    By.SOURCE: (None, "No source named"),
    By.SERVICE: (None, "No service named"),
    By.TRIGGER: ("", "Not said what set it off"),
    By.CATEGORY: (Category.OTHER.value, "Other, or not said"),
}
MISSING = {
    By.SOURCE: "names no source",
    By.SERVICE: "names no service",
    By.TRIGGER: "does not say what set it off",
    By.CATEGORY: "has no category but “other”",
}
PLURALS = {
    By.SOURCE: "sources",
    By.CATEGORY: "categories",
    By.SERVICE: "services",
    By.TRIGGER: "triggers",
}


@dataclass(frozen=True, slots=True)
class Line:
    """`share` and `cumulative` of 0 to 1; `people` and `outside` None where they are not told."""

    key: str
    name: str
    sub: str
    href: str
    group: Group
    share: Fraction
    cumulative: Fraction
    people: int | None
    outside: Fraction | None
    is_loose: bool
    is_vital: bool
    items: Sequence[ActionItem] = ()

    @property
    def seconds(self) -> int:
        return self.group.seconds

    @property
    def trend(self) -> Fraction | None:
        """Of the period before; None when nothing was logged then."""
        before = self.group.before
        return Fraction(self.group.seconds - before, before) if before else None


@dataclass(frozen=True, slots=True)
class Named:
    """What stands for a key."""

    key: str
    name: str
    sub: str = ""
    href: str = ""


@dataclass
class Pareto:
    scope: Scope
    groups: Mapping[Key, Group]
    names: Mapping[Key, Named]
    items: Mapping[Key, Sequence[ActionItem]] = field(default_factory=dict)
    is_small: bool = False

    @cached_property
    def seconds(self) -> int:
        return sum(group.seconds for group in self.groups.values())

    @cached_property
    def before(self) -> int:
        return sum(group.before for group in self.groups.values())

    @property
    def trend(self) -> Fraction | None:
        return Fraction(self.seconds - self.before, self.before) if self.before else None

    @cached_property
    def vital(self) -> int:
        """How many lines make 80 % of the time."""
        return how_many_make([group.seconds for _, group in self._ordered])

    @cached_property
    def _ordered(self) -> list[tuple[Key, Group]]:
        found = [(key, group) for key, group in self.groups.items() if group.seconds]
        return sorted(found, key=lambda pair: (-pair[1].seconds, self.names[pair[0]].name))

    @cached_property
    def lines(self) -> list[Line]:
        found, so_far = [], 0
        for place, (key, group) in enumerate(self._ordered):
            so_far += group.seconds
            found.append(self._line(place, key, group, so_far))
        return found

    def _line(self, place: int, key: Key, group: Group, so_far: int) -> Line:
        named = self.names[key]
        return Line(
            key=named.key,
            name=named.name,
            sub=named.sub,
            href=named.href,
            group=group,
            share=Fraction(group.seconds, self.seconds),
            cumulative=Fraction(so_far, self.seconds),
            people=group.people if self._tells_people(group) else None,
            outside=Fraction(group.outside, group.seconds) if self.scope.team else None,
            is_loose=key == LOOSE[self.scope.by][0],
            is_vital=place < self.vital,
            items=self.items.get(key, ()),
        )

    def _tells_people(self, group: Group) -> bool:
        """Of all teams together a line may be of a small one: there only many are counted."""
        is_many = self.scope.team is not None or group.people >= FEWEST_PEOPLE
        return is_many and not self.is_small

    @property
    def loose_share(self) -> Fraction:
        group = self.groups.get(LOOSE[self.scope.by][0])
        return Fraction(group.seconds, self.seconds) if group and self.seconds else Fraction(0)

    @property
    def findings(self) -> list[str]:
        """What stands first is what the rest depends on."""
        if not self.seconds:
            return []
        loose, by = self.loose_share, self.scope.by
        found = []
        if loose > LOOSE_ABOVE:
            found.append(
                f"{pct(100 * loose)} of the time {MISSING[by]}: until that is below {pct(100 * LOOSE_ABOVE)}, "
                f"what is largest below may not be what is largest."
            )
        found.append(f"{self.vital} of {len(self.lines)} lines make 80% of {hours(self.seconds)}.")
        return found

    @property
    def plural(self) -> str:
        return PLURALS[self.scope.by]


def pareto_of(scope: Scope) -> Pareto:
    """At most twelve statements, whatever there is: the sums, then names, promises and the number of people.
    Raises TooMuch where these are more than can be added up while somebody waits."""
    with or_too_much():
        groups = groups_of(scope)
    keys = {key for key in groups if isinstance(key, int) and key != PRIVATE}
    items = _items(scope, keys) if scope.by == By.SOURCE else {}
    return Pareto(scope, groups, _names(scope.by, groups, keys), items, is_small=is_small(scope))


def is_small(scope: Scope) -> bool:
    return scope.team is not None and people_in(scope.team, scope) < FEWEST_PEOPLE


def people_in(team: Team, scope: Scope) -> int:
    rows = Membership.objects.filter(team=team).between(scope.period.start, scope.period.end)
    return rows.order_by().values("user").distinct().count()


def _names(by: By, groups: Mapping[Key, Group], keys: set[int]) -> dict[Key, Named]:
    loose, words = LOOSE[by]
    fixed: dict[Key, Named] = {loose: Named("", words), PRIVATE: Named("", UNNAMED)}
    if by == By.SOURCE:
        sources = ToilSource.objects.select_related("team", "service").in_bulk(keys)
        return fixed | {pk: _source(row) for pk, row in sources.items()}
    if by == By.SERVICE:
        services = Service.objects.in_bulk(keys)
        return fixed | {
            pk: Named(row.slug, row.name, row.slug, row.get_absolute_url()) for pk, row in services.items()
        }
    labels: dict[str, str] = dict(Category.choices if by == By.CATEGORY else Trigger.choices)
    return {key: Named(str(key), labels.get(str(key), str(key))) for key in groups} | fixed


def _source(row: ToilSource) -> Named:
    where = row.service.slug if row.service else row.team.name
    return Named(row.slug, row.name, f"#{row.slug} · {where}", reverse("toil:source", args=[row.slug]))


def _items(scope: Scope, keys: set[int]) -> dict[Key, list[ActionItem]]:
    """What was promised about each, as far as it may be seen; newest first."""
    rows: Any = Reduction.objects.visible_to(scope.user).filter(source__in=keys, item__isnull=False)
    found: dict[Key, list[ActionItem]] = {}
    for row in rows.select_related("item__duplicate_of").order_by("-item__created_at", "-pk"):
        items = found.setdefault(row.source_id, [])
        if row.carrier not in items:
            items.append(row.carrier)
    return found
