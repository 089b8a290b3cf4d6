"""Questions that are asked of action items, by name."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Case, F, Func, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from apps.accounts.models import Team, User
from apps.action_items.models.choices import COMMITTED, LIVE, Status
from apps.action_items.models.reckoning import ReckonedQuerySet
from apps.core.prepared import NOTHING_FIRST, First
from apps.core.searching import every_word
from apps.incidents.models import BesideHidden, Incident, SeenThrough, hidden_first, reader

if TYPE_CHECKING:
    from datetime import datetime

UNDATED, SETTLED = date(9999, 12, 30), date(9999, 12, 31)
NOBODY = Q(owner__isnull=True) | Q(owner__in=User.objects.filter(is_active=False).values("pk"))


def end_of_week(today: date) -> date:
    return today + timedelta(days=6 - today.weekday())


class ActionItemQuerySet(ReckonedQuerySet):
    def visible_to(self, user: User) -> ActionItemQuerySet:
        """What hangs on an incident that the person may not see is not there for that person."""
        return (
            self if user.is_org_admin else self.filter(SeenThrough("incident", *reader(user, timezone.now())))
        )

    def visible_beside(self, user: User) -> tuple[ActionItemQuerySet, First]:
        """The same for a statement that asks many times, and what it begins with."""
        if user.is_org_admin:
            return self, NOTHING_FIRST
        return self.beside_hidden(), hidden_first(*reader(user, timezone.now()))

    def beside_hidden(self) -> ActionItemQuerySet:
        return self.filter(BesideHidden("incident"))

    def matching(self, text: str) -> ActionItemQuerySet:
        return self.filter(every_word(text, "title", "key"))

    def committed(self) -> ActionItemQuerySet:
        """Promised and not yet done: the ones that are reminded."""
        return self.filter(status__in=COMMITTED)

    def live(self) -> ActionItemQuerySet:
        """Committed, or proposed and waiting for somebody to commit."""
        return self.filter(status__in=LIVE)

    def unverified(self) -> ActionItemQuerySet:
        """Asked for, and nobody has confirmed yet that it is done."""
        return self.filter(status__in=(*LIVE, Status.DONE))

    def overdue(self, today: date) -> ActionItemQuerySet:
        return self.committed().filter(due_on__lt=today)

    def due_this_week(self, today: date) -> ActionItemQuerySet:
        return self.committed().filter(due_on__range=(today, end_of_week(today)))

    def owned_by(self, user: User) -> ActionItemQuerySet:
        return self.filter(owner=user.pk)

    def unowned(self) -> ActionItemQuerySet:
        """Nobody would be reminded: no owner, or one who has left."""
        return self.live().filter(NOBODY)

    def of_team(self, team: Team) -> ActionItemQuerySet:
        return self.filter(team=team)

    def with_people(self) -> ActionItemQuerySet:
        return self.select_related("owner", "team", "service", "incident")

    def with_history(self) -> ActionItemQuerySet:
        return self.prefetch_related("moves__by", "redatings__by", "checks__by")

    def on_cards(self) -> ActionItemQuerySet:
        """What a card shows, and what its steps depend on."""
        return self.select_related("owner").only(
            *("key", "title", "priority", "status", "due_on", "blocked_by"),
            *("created_by_id", "done_by_id", "team_id", "owner__name", "owner__slug", "owner__email"),
        )

    def lean(self) -> ActionItemQuerySet:
        """With the names around it, without long texts: for lists."""
        return self.with_people().only(
            *(
                "number",
                "key",
                "title",
                "kind",
                "priority",
                "status",
                "status_since",
                "verified_at",
                "effectiveness_check_on",
                "effect",
                "due_on",
                "first_due_on",
            ),
            *(
                "slip_count",
                "slipped_days",
                "blocked_by",
                "checklist_count",
                "checklist_done",
                "source",
                "created_at",
                "updated_at",
                "version",
                "due_rank",
            ),
            *(
                "created_by_id",
                "done_by_id",
                "owner__name",
                "owner__slug",
                "owner__email",
                "owner__is_active",
            ),
            *(
                "team__slug",
                "team__name",
                "service__slug",
                "service__name",
                "incident__key",
                "incident__title",
            ),
        )

    def in_groups(self, today: date) -> ActionItemQuerySet:
        """`due_group` says under which heading of the list a row stands."""
        groups = Case(
            When(due_rank=SETTLED, then=Value("settled")),
            When(due_rank=UNDATED, then=Value("undated")),
            When(status=Status.PROPOSED, due_rank__lt=today, then=Value("week")),
            When(due_rank__lt=today, then=Value("overdue")),
            When(due_rank__lte=end_of_week(today), then=Value("week")),
            default=Value("later"),
        )
        grouped: ActionItemQuerySet = self.annotate(due_group=groups)
        return grouped

    def of_teams_of(self, user: User) -> ActionItemQuerySet:
        return self.filter(team__in=user.team_ids)

    def checks(self) -> ActionItemQuerySet:
        """Verified ones of which it is asked, on a day to come or already, whether they helped."""
        return self.filter(status=Status.VERIFIED, effectiveness_check_on__isnull=False)

    def checks_due(self, today: date) -> ActionItemQuerySet:
        return self.checks().filter(effectiveness_check_on__lte=today, effect="")

    def with_incidents_since(self, user: User) -> ActionItemQuerySet:
        """`incidents_since`: how many that the person may see hit the same service after it was verified."""
        later = Incident.objects.visible_to(user).comparable()
        later = later.filter(services=OuterRef("service"), started_at__gt=OuterRef("verified_at"))
        counted = later.order_by().annotate(n=Func(F("pk"), function="COUNT")).values("n")
        found: ActionItemQuerySet = self.annotate(incidents_since=Subquery(counted))
        return found

    def reminder_due(self, now: datetime) -> ActionItemQuerySet:
        return self.filter(next_reminder_at__lte=now)

    def escalation_due(self, now: datetime) -> ActionItemQuerySet:
        return self.filter(escalates_at__lte=now)
