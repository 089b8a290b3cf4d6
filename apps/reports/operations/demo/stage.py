"""What all parts of the demo share: the moment, the people, the services, and where rows go."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from apps.accounts.calendar import PersonCalendar, local_slot
from apps.accounts.models import User
from apps.reports.operations.demo.chance import Chance
from apps.reports.operations.demo.loading import Loader
from apps.reports.operations.demo.sizes import Sizes
from apps.reports.operations.demo.trail import Trail
from apps.reports.operations.demo.words.people import BEGINNING
from apps.reports.operations.demo.words.shapes import Product
from apps.services.models import Tag

HISTORY = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody's time in a team, by date; `until` is exclusive."""

    person: Person
    role: str
    pct: int
    since: date
    until: date | None
    counts: bool

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    user: User
    calendar: PersonCalendar
    is_cast: bool = False
    """One of the four who are signed in as: what they still owe is written by hand."""

    @property
    def pk(self) -> int:
        return self.user.pk

    def at_work(self, moment: datetime, chance: Chance) -> datetime:
        """In working hours: some time on the first working day that still has it."""
        zone = self.user.zone
        day = self.calendar.working_day_on_or_after(moment.astimezone(zone).date())
        clock = time(chance.randint(9, 16), chance.randint(0, 59))
        found = local_slot(day, clock, zone)
        if found < moment:
            found = local_slot(self.calendar.add_business_days(day, 1), clock, zone)
        return found


@dataclass(slots=True, eq=False)
class Squad:
    pk: int
    slug: str
    name: str
    stays: list[Stay] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)

    def on(self, day: date) -> list[Person]:
        """Who is there and belongs there that day, the lead first."""
        stays = [stay for stay in self.stays if stay.counts and stay.covers(day)]
        return [stay.person for stay in sorted(stays, key=lambda stay: stay.role != "lead")]


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """A service of the catalogue, as it stands in the database."""

    pk: int
    product: Product
    squad: Squad

    @property
    def slug(self) -> str:
        return self.product.slug


@dataclass(slots=True)
class Stage:
    now: datetime
    seed: int
    sizes: Sizes
    loader: Loader = field(default_factory=Loader)
    trail: Trail = field(default_factory=Trail)
    people: list[Person] = field(default_factory=list)
    squads: dict[str, Squad] = field(default_factory=dict)
    works: dict[str, Work] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    _tags: dict[str, int] = field(default_factory=dict)

    @property
    def start(self) -> datetime:
        return self.now - HISTORY

    @property
    def beginning(self) -> datetime:
        """When the organisation was set up, some weeks before its history begins."""
        return datetime.combine(self.today - timedelta(days=BEGINNING), time(12), UTC)

    @property
    def today(self) -> date:
        return self.now.date()

    def chance(self, part: str) -> Chance:
        """Each part has its own, so that more of one thing does not change another."""
        return Chance(f"{self.seed}:{part}")

    def next_number(self, prefix: str) -> tuple[int, str]:
        self.numbers[prefix] = number = self.numbers.get(prefix, 0) + 1
        return number, f"{prefix}-{number}"

    def tag(self, name: str) -> int:
        if name not in self._tags:
            self._tags[name] = self.loader.add(Tag, name=name)
        return self._tags[name]

    def person(self, email: str) -> Person:
        return next(person for person in self.people if person.user.email == email)

    @property
    def admin(self) -> Person:
        return self.people[0]
