"""A postmortem that is owed: why, by when, and what became of it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Value, When
from django.urls import reverse

from apps.core.models import VersionedModel
from apps.incidents.models import Incident, Severity
from apps.postmortems.models.postmortem import Postmortem

if TYPE_CHECKING:
    from apps.accounts.models import User

SETTLED = date(9999, 12, 31)


class Rule(models.TextChoices):
    SEVERITY = "severity", "Severity"
    MINUTES = "minutes", "Minutes that users felt it"
    DATA_LOST = "data_lost", "Data was lost"
    REVERTED = "reverted", "Rolled back or rerouted"
    CUSTOMER = "customer", "Noticed by a customer"
    CAME_BACK = "came_back", "It came back"
    NEAR_MISS = "near_miss", "Near miss"
    REQUESTED = "requested", "Asked for"


class ObligationStatus(models.TextChoices):
    OWED = "owed", "Owed"
    MET = "met", "Met"
    WAIVED = "waived", "Waived"
    DROPPED = "dropped", "Dropped"


S = ObligationStatus
NEXT_OBLIGATION: dict[str, tuple[str, ...]] = {
    S.OWED: (S.WAIVED,),
    S.WAIVED: (S.OWED,),
    S.MET: (),
    S.DROPPED: (),
}
"""What people do; the rest happens by itself."""


class ObligationQuerySet(models.QuerySet["PostmortemObligation"]):
    def visible_to(self, user: User) -> ObligationQuerySet:
        """As its incident is."""
        if user.is_org_admin:
            return self
        return self.filter(incident__in=Incident.objects.visible_to(user).values("pk"))

    def owed(self) -> ObligationQuerySet:
        return self.filter(status=S.OWED)

    def with_draft(self) -> ObligationQuerySet:
        """`has_draft`: somebody writes it, and every reader of the incident may know."""
        return self.annotate(has_draft=Exists(drafts_of(OuterRef("incident"))))

    def undrafted(self) -> ObligationQuerySet:
        return self.filter(~Exists(drafts_of(OuterRef("incident"))))

    def overdue(self, today: date) -> ObligationQuerySet:
        """Owed, and past the day of publishing, or past the day of the draft without one."""
        no_draft = Q(due_draft__lt=today) & ~Exists(drafts_of(OuterRef("incident")))
        return self.owed().filter(Q(due_publish__lt=today) | no_draft)

    def matching(self, text: str) -> ObligationQuerySet:
        return self.filter(Q(incident__title__icontains=text) | Q(incident__key__iexact=text.strip()))

    def for_reader(self, user: User) -> ObligationQuerySet:
        """Visible rows with what lists show, among it the postmortems that the reader may see."""
        seen = Postmortem.objects.visible_to(user).with_people().order_by("number")
        written = Prefetch("incident__postmortems", queryset=seen, to_attr="seen_postmortems")
        people = self.visible_to(user).with_draft().select_related("incident", "owner", "waived_by")
        return people.prefetch_related("incident__services", written)


def drafts_of(incident: Any) -> Any:
    """Postmortems of one incident (an OuterRef), apart from those that another, private incident hides."""
    links = Postmortem.incidents.through.objects
    private = links.filter(postmortem=OuterRef("postmortem"), incident__is_private=True)
    return links.filter(incident=incident).exclude(Exists(private.exclude(incident=OuterRef("incident"))))


class PostmortemObligation(VersionedModel):
    """One per incident. `rules` is [{"rule": code, "said": clause, "on": date}]: what was the case when it was judged,
    so that the reasons stay readable after the incident has changed. Whether it is overdue is read from the clock."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.OneToOneField(Incident, models.CASCADE, related_name="postmortem_obligation")
    rules = models.JSONField()
    severity = models.PositiveSmallIntegerField(choices=Severity)  # the worst that was judged
    counts_from = models.DateField()
    due_draft = models.DateField()
    due_publish = models.DateField()
    due_rank = models.GeneratedField(
        expression=Case(When(status=S.OWED, then=F("due_publish")), default=Value(SETTLED)),
        output_field=models.DateField(),
        db_persist=True,
    )
    status = models.CharField(max_length=10, choices=ObligationStatus, default=ObligationStatus.OWED)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_given = models.BooleanField(default=False, editable=False)
    met_by = models.ForeignKey(Postmortem, models.SET_NULL, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    waive_reason = models.CharField(max_length=1000, blank=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="waived") | (Q(waived_by__isnull=False) & ~Q(waive_reason="")),
                name="waiver_has_approver_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(due_publish__gte=F("due_draft")), name="published_after_drafted"
            ),
        ]
        indexes = [
            models.Index(fields=["due_rank", "id"], name="obligation_by_due"),
            models.Index(fields=["owner"], condition=Q(status="owed"), name="obligation_owed_by"),
        ]

    def __str__(self) -> str:
        return f"postmortem owed for {self.incident_id}"

    def get_absolute_url(self) -> str:
        return reverse("owed_postmortems:detail", args=[self.uuid])

    def get_api_url(self) -> str:
        return reverse("api:postmortem-obligation-detail", args=[self.uuid])

    @property
    def audit_key(self) -> str:
        return f"postmortem of {self.incident.key}"

    @property
    def audit_scope(self) -> str:
        return self.incident.audit_scope

    @property
    def next_statuses(self) -> list[str]:
        return list(NEXT_OBLIGATION[self.status])

    @property
    def is_owed(self) -> bool:
        return self.status == S.OWED

    @property
    def reasons(self) -> str:
        """The clauses after “because”."""
        *most, last = [rule["said"] for rule in self.rules]
        return f"{', '.join(most)} and {last}" if most else str(last)

    @property
    def known_reasons(self) -> list[tuple[str, date]]:
        """Each clause, and since when it was known."""
        return [(rule["said"], date.fromisoformat(rule["on"])) for rule in self.rules]

    @property
    def next_due(self) -> date:
        """What comes next; of a row read through `with_draft`."""
        return self.due_publish if self.has_draft else self.due_draft  # type: ignore[attr-defined]

    def days_overdue(self, today: date) -> int:
        """Of what comes next, or of publishing if that is past too; 0 when nothing is late or owed."""
        if not self.is_owed:
            return 0
        return max(0, (today - self.next_due).days)
