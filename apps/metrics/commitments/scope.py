"""Which promises are looked at, by whom, over what time; and the addresses that list them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import TextChoices

from apps.accounts.models import Team, User
from apps.action_items.models import ActionItem, ActionItemQuerySet
from apps.metrics.periods import DAY, Span
from apps.services.models import Service


class By(TextChoices):
    """What promises are put together by. `column` is theirs, `filter` that of their list."""

    KIND = "kind", "Type"
    TEAM = "team", "Team"
    SERVICE = "service", "Service"
    SOURCE = "source", "Source"

    @property
    def column(self) -> str:
        return f"{self}_id" if self in {By.TEAM, By.SERVICE} else str(self)


@dataclass(frozen=True, slots=True)
class Scope:
    user: User
    span: Span
    before: Span
    team: Team | None = None
    service: Service | None = None
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    by: By = By.KIND

    @property
    def now(self) -> datetime:
        return self.span.now

    @property
    def today(self) -> date:
        """The last day of the period that has begun."""
        return min(self.span.last, self.now.date())

    @property
    def after_end(self) -> date:
        return self.span.last + DAY

    def seen(self) -> ActionItemQuerySet:
        """All that the reader may see, counted or not."""
        rows = ActionItem.objects.visible_to(self.user).order_by()
        if self.team:
            rows = rows.filter(team=self.team)
        if self.service:
            rows = rows.filter(service=self.service)
        if self.kinds:
            rows = rows.filter(kind__in=self.kinds)
        return rows.filter(source__in=self.sources) if self.sources else rows

    def rows(self) -> ActionItemQuerySet:
        return self.seen().counted()

    def open_in(self, span: Span) -> ActionItemQuerySet:
        """Open at some time of the period."""
        return self.rows().promised_between(None, span.until).open_since(span.start)

    def open_at_end(self) -> ActionItemQuerySet:
        return self.rows().promised_between(None, self.span.until).open_since(self.span.until)

    def seen_query(self, **more: Any) -> str:
        """The query string that shows some of them in the list of action items."""
        own: dict[str, Any] = {}
        if self.team:
            own["team"] = self.team.slug
        if self.service:
            own["service"] = self.service.slug
        if self.kinds:
            own["kind"] = self.kinds
        if self.sources:
            own["source"] = self.sources
        return urlencode(own | more, doseq=True)

    def query(self, **more: Any) -> str:
        return self.seen_query(**{"counted": "true"} | more)

    def days(self, name: str, span: Span | None = None) -> dict[str, Any]:
        """`days("promised")` are the filters for what was promised in the period."""
        chosen = span or self.span
        return {f"{name}_from": chosen.first, f"{name}_to": chosen.last}
