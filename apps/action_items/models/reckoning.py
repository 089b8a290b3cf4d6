"""What a promise counts as in figures: which ones are counted, when each ended, and whether its dates were kept."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce

from apps.action_items.models.choices import COMMITTED, Status
from apps.core.engines import LocalDate
from apps.incidents.models import Incident, IncidentKind

if TYPE_CHECKING:
    from datetime import datetime

    from apps.action_items.models.item import ActionItem  # noqa: F401  (named in a string)

DAY = timedelta(days=1)
DONE = (Status.DONE, Status.VERIFIED)
PRACTICE = (IncidentKind.DRILL, IncidentKind.TEST)
ZONE = Coalesce(F("owner__time_zone"), Value("UTC"))
ENDED_AT = Case(
    When(status__in=DONE, then=F("done_at")),
    When(status=Status.WONT_DO, then=F("status_since")),
    output_field=models.DateTimeField(),
)


class Outcome(models.TextChoices):
    """What became of a promise by one of its dates. A date ends at midnight where the owner is."""

    KEPT = "kept", "Done by it"
    MISSED = "missed", "Not done by it"
    GIVEN_UP = "given_up", "Given up before it was over"
    AHEAD = "ahead", "Not over yet"


class Look(models.TextChoices):
    """Who confirmed that it is done."""

    PERSON = "person", "Somebody"
    POLICY = "policy", "The policy, unseen"
    NOBODY = "nobody", "Nobody yet"


LOOKED = Case(
    When(status=Status.VERIFIED, verifier__isnull=False, then=Value(Look.PERSON.value)),
    When(status=Status.VERIFIED, then=Value(Look.POLICY.value)),
    When(status=Status.DONE, then=Value(Look.NOBODY.value)),
    output_field=models.CharField(),
)


class ReckonedQuerySet(models.QuerySet["ActionItem"]):
    def from_practice(self) -> Self:
        """Of drills and tests."""
        return self.filter(_of_practice())

    def counted(self) -> Self:
        """Promised once, and meant: no proposals, no duplicates (they count as what they repeat), no practice."""
        rows = self.filter(committed_at__isnull=False).exclude(status=Status.DUPLICATE)
        return rows.filter(Q(incident__isnull=True) | ~_of_practice())

    def with_end(self) -> Self:
        """`ended_at`: done, or given up. One that was opened again has ended when it was done for the last time."""
        return self.annotate(ended_at=ENDED_AT)

    def promised_between(self, start: datetime | None, end: datetime | None) -> Self:
        return self.filter(**_between("committed_at", start, end))

    def ended_between(self, start: datetime | None, end: datetime | None) -> Self:
        """Asked of the columns that hold the two ends, each by its index."""
        done = Q(status__in=DONE, **_between("done_at", start, end))
        return self.filter(done | Q(status=Status.WONT_DO, **_between("status_since", start, end)))

    def open_since(self, moment: datetime) -> Self:
        """Promised, and not ended before that moment."""
        done = Q(status__in=DONE, done_at__gte=moment)
        given_up = Q(status=Status.WONT_DO, status_since__gte=moment)
        return self.filter(Q(status__in=COMMITTED) | done | given_up)

    def judged(self, now: datetime) -> Self:
        """`first_outcome` by the date that was promised first, `last_outcome` by the one that stands now."""
        here = LocalDate(Value(now, models.DateTimeField()), ZONE)
        yesterday = Value(now.astimezone(UTC).date() - DAY, models.DateField())
        known = {"today_there": here, "day_before": yesterday, "ended_on": LocalDate(F("ended_at"), ZONE)}
        rows = self.with_end().alias(**known)
        return rows.annotate(first_outcome=_outcome("first_due_on"), last_outcome=_outcome("due_on"))

    def with_look(self) -> Self:
        """`look`: who confirmed that it is done; null while it is not."""
        return self.annotate(look=LOOKED)


def _of_practice() -> Q:
    return Q(incident__in=Incident.objects.filter(kind__in=PRACTICE).values("pk"))


def _between(field: str, start: datetime | None, end: datetime | None) -> dict[str, datetime]:
    limits = {f"{field}__gte": start, f"{field}__lt": end}
    return {name: moment for name, moment in limits.items() if moment}


def _outcome(field: str) -> Case:
    """Nothing is said before the date is over: else those that end early would stand alone. Whoever gives up after it
    has not kept it: else giving up would make figures better. Zones cost most, so they are asked last: of what
    was done before the day began in UTC, and of days that are over everywhere, nobody needs to know them."""
    by_then = {"ended_on__lte": F(field)}
    early = Q(status__in=DONE, done_at__lt=F(field), **{f"{field}__lt": F("day_before")})
    return Case(
        When(early, then=Value(Outcome.KEPT.value)),
        When(
            Q(**{f"{field}__gte": F("day_before")}) & Q(**{f"{field}__gte": F("today_there")}),
            then=Value(Outcome.AHEAD.value),
        ),
        When(status__in=DONE, **by_then, then=Value(Outcome.KEPT.value)),
        When(status=Status.WONT_DO, **by_then, then=Value(Outcome.GIVEN_UP.value)),
        default=Value(Outcome.MISSED.value),
        output_field=models.CharField(),
    )
