"""How what was found spreads over services, teams, severities, states, tags and quarters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from apps.accounts.models import User
from apps.core.engines import Among
from apps.incidents.models import Incident, Severity
from apps.postmortems.models import FactorCategories, PostmortemStatus, TriggerCategory
from apps.postmortems.search.engine import marks_of

SHOWN = 8
TRIGGERS = dict(TriggerCategory.choices)
LABELS = {  # by the name of the filter
    "status": "State",
    "service": "Service",
    "team": "Team",
    "severity": "Severity",
    "quarter": "Quarter",
    "trigger": "Trigger",
    "factor": "Factor",
    "tag": "Tag",
}
QUARTER = r"\A[12][0-9]{3}-Q[1-4]\Z"


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    count: int


@dataclass(slots=True)
class About:
    """What is told of one postmortem by the incidents that the reader may see."""

    services: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    severities: set[int] = field(default_factory=set)
    quarters: set[str] = field(default_factory=set)

    @property
    def slugs(self) -> list[str]:
        return sorted(self.services)

    @property
    def severity(self) -> int | None:
        return min(self.severities, default=None)


def quarter_of(at: datetime) -> str:
    """In UTC, whoever reads: a figure that two people compare is one figure."""
    at = at.astimezone(UTC)
    return f"{at.year}-Q{(at.month + 2) // 3}"


def months_of(quarter: str) -> tuple[datetime, datetime]:
    """Its first moment, and the first after it."""
    year, number = (int(part) for part in quarter.split("-Q"))
    end = (year, number * 3 + 1) if number < 4 else (year + 1, 1)
    return datetime(year, number * 3 - 2, 1, tzinfo=UTC), datetime(*end, 1, tzinfo=UTC)


def describe(ids: Sequence[int], user: User) -> dict[int, About]:
    """{postmortem: what its incidents tell}, in one query."""
    found = {pk: About() for pk in ids}
    if not found:
        return found
    seen = Incident.objects.visible_to(user).filter(Among("postmortems", ids)).order_by()
    names = ("services__slug", "services__name", "services__owner_team__slug", "services__owner_team__name")
    for postmortem, severity, began, *service in seen.values_list(
        "postmortems", "severity", "started_at", *names
    ):
        about = found[postmortem]
        about.severities.add(severity)
        about.quarters.add(quarter_of(began))
        _add_service(about, *service)
    return found


def _add_service(about: About, slug: str | None, name: str, team: str, team_name: str) -> None:
    if slug:
        about.services[slug] = name
        about.teams[team] = team_name


def facets(found: dict[int, About], own: Iterable[tuple[str, str]]) -> dict[str, list[Choice]]:
    """{name of the filter: its choices, most frequent first}; a facet with nothing to choose is left out.
    `own`: status and trigger of each."""
    if not found:
        return {}
    states, triggers = zip(*own, strict=True)
    rows, marks = found.values(), marks_of(found)
    names = FactorCategories.objects.current().names if marks["factor"] else {}
    counts: dict[str, Counter[tuple[str, str]]] = {
        "service": Counter(pair for row in rows for pair in row.services.items()),
        "team": Counter(pair for row in rows for pair in row.teams.items()),
        "severity": Counter((str(n), Severity(n).label) for row in rows for n in row.severities),
        "status": Counter((state, PostmortemStatus(state).label) for state in states),
        "trigger": Counter((name, TRIGGERS[name]) for name in triggers if name),
        "factor": Counter({(name, names.get(name, name)): count for name, count in marks["factor"]}),
        "tag": Counter({(name, name): count for name, count in marks["tag"]}),
        "quarter": Counter((name, name.replace("-", " ")) for row in rows for name in row.quarters),
    }
    return {name: _choices(name, count) for name, count in counts.items() if count}


def _choices(name: str, count: Counter[tuple[str, str]]) -> list[Choice]:
    chosen = count.most_common(SHOWN)
    if name == "quarter":
        chosen = sorted(count.items(), reverse=True)[:SHOWN]
    return [Choice(value, label, number) for (value, label), number in chosen]
