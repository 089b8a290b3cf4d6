"""The postmortem and its way from draft to published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch
from django.urls import reverse
from django.utils.functional import cached_property

from apps.action_items.models import ActionItem
from apps.core.models import VersionedModel
from apps.incidents.models import Incident
from apps.postmortems.models.words import Measure, TriggerCategory, expected_measures
from apps.services.models import Service, Tag

if TYPE_CHECKING:
    from apps.accounts.models import User


class PostmortemStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    CHANGES_REQUESTED = "changes_requested", "Changes requested"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"


P = PostmortemStatus
NEXT_STATUS: dict[str, tuple[str, ...]] = {
    P.DRAFT: (P.IN_REVIEW,),
    P.IN_REVIEW: (P.APPROVED, P.CHANGES_REQUESTED, P.DRAFT),
    P.CHANGES_REQUESTED: (P.IN_REVIEW,),
    P.APPROVED: (P.PUBLISHED, P.DRAFT),
    P.PUBLISHED: (P.DRAFT,),
}


class PostmortemQuerySet(models.QuerySet["Postmortem"]):
    def visible_to(self, user: User) -> PostmortemQuerySet:
        """A postmortem shows to those who may see every one of its incidents; its owner always sees it."""
        if user.is_org_admin:
            return self
        hidden = Incident.objects.hidden_from(user).values("pk")
        links = Postmortem.incidents.through.objects.filter(postmortem=OuterRef("pk"), incident__in=hidden)
        return self.filter(models.Q(owner=user.pk) | ~Exists(links))

    def published(self) -> PostmortemQuerySet:
        return self.filter(published_version__isnull=False)

    def unpublished(self) -> PostmortemQuerySet:
        return self.filter(published_version__isnull=True)

    def waiting_for(self, user: User) -> PostmortemQuerySet:
        """Their own unfinished ones, those in review that they were asked about and have not decided on, and those
        published that they were asked to read and have not acknowledged."""
        decided = Postmortem.objects.filter(reviews__reviewer=user.pk, reviews__is_current=True)
        asked = Postmortem.objects.filter(reviewers__person=user.pk, status=PostmortemStatus.IN_REVIEW)
        to_review = asked.exclude(pk__in=decided.values("pk")).values("pk")
        mine = models.Q(owner=user.pk) & ~models.Q(status=PostmortemStatus.PUBLISHED)
        return self.filter(mine | models.Q(pk__in=to_review) | models.Q(pk__in=self._to_read_by(user)))

    def _to_read_by(self, user: User) -> models.QuerySet[Any]:
        open_duty = {"duties__person": user.pk, "duties__acknowledged_at__isnull": True}
        return Postmortem.objects.filter(**open_duty, duties__version=F("published_version")).values("pk")

    def with_people(self) -> PostmortemQuerySet:
        return self.select_related("owner")

    def for_reader(self, user: User) -> PostmortemQuerySet:
        """Visible rows with what lists show: owner, tags, and the incidents that the reader may see."""
        seen = Incident.objects.visible_to(user).order_by("number").prefetch_related("services")
        incidents = Prefetch("incidents", queryset=seen, to_attr="seen_incidents")
        return self.visible_to(user).with_people().prefetch_related("tags", "exceptions", incidents)


class Postmortem(VersionedModel):
    """What readers see is the latest PublishedSnapshot; the sections are the living draft of the next one."""

    number = models.PositiveIntegerField(unique=True, editable=False)
    key = models.CharField(max_length=20, unique=True, editable=False)
    title = models.CharField(max_length=200)
    incidents = models.ManyToManyField(Incident, related_name="postmortems")
    action_items = models.ManyToManyField(ActionItem, blank=True, related_name="postmortems")
    tags = models.ManyToManyField(Tag, blank=True, related_name="postmortems")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    template_slug = models.SlugField(max_length=40, blank=True)
    template_version = models.PositiveIntegerField(null=True, blank=True)
    trigger_category = models.CharField(max_length=20, choices=TriggerCategory, blank=True)
    trigger_text = models.TextField(max_length=2000, blank=True)
    expected_measures = models.JSONField(default=expected_measures, blank=True)
    status = models.CharField(max_length=20, choices=PostmortemStatus, default=PostmortemStatus.DRAFT)
    status_since = models.DateTimeField()
    published_version = models.PositiveIntegerField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    source_system = models.CharField(max_length=30, blank=True)
    external_id = models.CharField(max_length=120, blank=True)

    objects = PostmortemQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_system", "external_id"],
                condition=~models.Q(external_id=""),
                name="one_postmortem_per_external_id",
            )
        ]
        indexes = [models.Index(fields=["status", "-number"], name="postmortem_by_status")]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("postmortems:detail", args=[self.key])

    def get_api_url(self) -> str:
        return reverse("api:postmortem-detail", args=[self.key])

    @property
    def services(self) -> list[Service]:
        """The services of the incidents that the reader may see; for rows of `for_reader`."""
        incidents: list[Incident] = getattr(self, "seen_incidents", [])
        found = {service.pk: service for incident in incidents for service in incident.services.all()}
        return sorted(found.values(), key=lambda service: service.slug)

    @property
    def unsaid_impact(self) -> list[str]:
        """Names of the expected measures that have neither a number nor the word unknown: one query."""
        said = {value.measure for value in self.impact_values.all()}
        return [str(Measure(name).label) for name in self.expected_measures if name not in said]

    @cached_property
    def owning_team_ids(self) -> set[int]:
        """Teams that own an affected service: one query, once a row."""
        return set(
            Service.objects.filter(incidents__postmortems=self.pk).values_list("owner_team_id", flat=True)
        )

    @cached_property
    def responder_ids(self) -> set[int]:
        """Who declared one of its incidents, or holds or held a role in one: one query, once a row."""
        pairs = self.incidents.values_list("declared_by_id", "roles__person_id")
        return {person for pair in pairs for person in pair if person is not None}

    @property
    def audit_scope(self) -> str:
        """The scope of its first private incident, else of its first; empty when it has none."""
        first = self.incidents.order_by("-is_private", "pk").first()
        return first.audit_scope if first else ""
