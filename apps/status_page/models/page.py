"""Pages that strangers read: one for the organisation, one for each service that an admin opens to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.core.models import TimestampedModel
from apps.core.validators import validate_one_line
from apps.incidents.models import Incident
from apps.services.models import Service

if TYPE_CHECKING:
    from apps.accounts.models import User

ORGANISATION = "organisation"
TAKEN_BY_ADDRESSES = {ORGANISATION, "feed", "history", "postmortems"}


def validate_free_slug(slug: str) -> None:
    if slug in TAKEN_BY_ADDRESSES:
        raise ValidationError("This word is taken by an address of the status page. Choose another.")


class StatusPageQuerySet(models.QuerySet["StatusPage"]):
    def visible_to(self, user: User) -> StatusPageQuerySet:
        """How pages are set up is for admins; what they show is for everybody."""
        return self if user.is_org_admin else self.none()

    def on(self) -> StatusPageQuerySet:
        return self.filter(is_on=True)

    def of_organisation(self) -> StatusPageQuerySet:
        return self.filter(service__isnull=True)

    def of_services(self) -> StatusPageQuerySet:
        return self.filter(service__isnull=False)

    def with_service(self) -> StatusPageQuerySet:
        return self.select_related("service")


class StatusPage(TimestampedModel):
    """`name`, `slug` and `description` are what strangers read: a service's own name and slug stay inside.
    Nothing is shown until `is_on`. `service` None is the page of the organisation, whose slug is fixed."""

    service = models.OneToOneField(Service, models.CASCADE, null=True, blank=True, related_name="status_page")
    slug = models.SlugField(
        max_length=60, unique=True, error_messages={"unique": "Another page has this address."}
    )
    name = models.CharField(max_length=80, validators=[validate_one_line])
    description = models.CharField(max_length=300, blank=True, validators=[validate_one_line])
    is_on = models.BooleanField(default=False)

    objects = StatusPageQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(service__isnull=True, slug=ORGANISATION)
                | (Q(service__isnull=False) & ~Q(slug__in=sorted(TAKEN_BY_ADDRESSES))),
                name="one_status_page_for_the_organisation",
                violation_error_message="The organisation has one status page already.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where it is set up; the page itself is at `public_url`."""
        return reverse("status_pages:list")

    def get_api_url(self) -> str:
        return reverse("api:status-page-detail", args=[self.slug])

    @property
    def public_url(self) -> str:
        return reverse("status:page", args=[self.slug]) if self.service_id else reverse("status:home")

    @property
    def feed_url(self) -> str:
        return reverse("status:feed", args=[self.slug]) if self.service_id else reverse("status:home_feed")

    @property
    def history_url(self) -> str:
        return (
            reverse("status:history", args=[self.slug]) if self.service_id else reverse("status:home_history")
        )

    @property
    def audit_key(self) -> str:
        return f"status page {self.slug}"


class PublicTitle(models.Model):
    """What an incident is called outside. Without one it is called after the services it touches, never by its
    own title."""

    incident = models.OneToOneField(Incident, models.CASCADE, primary_key=True, related_name="public_title")
    title = models.CharField(max_length=120, validators=[validate_one_line])

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.incident.get_absolute_url()

    @property
    def audit_scope(self) -> str:
        return self.incident.audit_scope

    @property
    def audit_key(self) -> str:
        return f"{self.incident.key} public title"
