"""The catalogue: services, who owns them, what they depend on, and the tags shared by everything above."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from apps.accounts.models import Team
from apps.core.keys import page_of
from apps.core.models import TimestampedModel
from apps.core.searching import every_word

if TYPE_CHECKING:
    from apps.accounts.models import User

web_address = URLValidator(schemes=["http", "https"], message="Give an address that begins with https://.")


class Tag(models.Model):
    """A lower-case word. Made on first use, shared by services, incidents and postmortems."""

    name = models.SlugField(max_length=60, unique=True, allow_unicode=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Tier(models.IntegerChoices):
    CRITICAL = 0, "Tier 0, everything stops without it"
    HIGH = 1, "Tier 1, customers notice at once"
    NORMAL = 2, "Tier 2, customers notice later"
    LOW = 3, "Tier 3, only colleagues notice"


class Lifecycle(models.TextChoices):
    EXPERIMENTAL = "experimental", "Experimental"
    PRODUCTION = "production", "Production"
    DEPRECATED = "deprecated", "Deprecated"
    RETIRED = "retired", "Retired"


class ServiceQuerySet(models.QuerySet["Service"]):
    def visible_to(self, user: User) -> ServiceQuerySet:
        return self if user.is_authenticated else self.none()

    def with_team(self) -> ServiceQuerySet:
        return self.select_related("owner_team")

    def of_team(self, team: Team) -> ServiceQuerySet:
        return self.filter(owner_team=team)

    def matching(self, text: str) -> ServiceQuerySet:
        """Each word in its name, its short name or one of its tags, whichever of them."""
        wanted = Q()
        for word in text.split():
            tagged = Service.tags.through._default_manager.filter(tag__name__icontains=word)
            wanted &= every_word(word, "slug", "name") | Q(pk__in=tagged.values("service"))
        return self.filter(wanted)

    def in_use(self) -> ServiceQuerySet:
        return self.exclude(lifecycle=Lifecycle.RETIRED)


class Service(TimestampedModel):
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    description = models.TextField(max_length=4000, blank=True)
    tier = models.PositiveSmallIntegerField(choices=Tier, default=Tier.NORMAL)
    lifecycle = models.CharField(max_length=15, choices=Lifecycle, default=Lifecycle.PRODUCTION)
    owner_team = models.ForeignKey(Team, models.PROTECT, related_name="services")
    tags = models.ManyToManyField(Tag, blank=True, related_name="services")
    dependencies = models.ManyToManyField(
        "self", through="ServiceDependency", symmetrical=False, related_name="dependents"
    )

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return page_of("services:detail", self.slug)

    def get_api_url(self) -> str:
        return reverse("api:service-detail", args=[self.slug])


class LinkKind(models.TextChoices):
    RUNBOOK = "runbook", "Runbook"
    DASHBOARD = "dashboard", "Dashboard"
    REPOSITORY = "repository", "Repository"
    CHAT = "chat", "Chat"


class ServiceLink(models.Model):
    service = models.ForeignKey(Service, models.CASCADE, related_name="links")
    kind = models.CharField(max_length=12, choices=LinkKind)
    url = models.URLField(max_length=500, validators=[web_address])

    class Meta:
        ordering = ["kind"]
        constraints = [models.UniqueConstraint(fields=["service", "kind"], name="one_link_per_kind")]

    def __str__(self) -> str:
        return self.url


class Hardness(models.TextChoices):
    HARD = "hard", "Hard: fails with it"
    SOFT = "soft", "Soft: degrades without it"


class ServiceDependency(models.Model):
    """`service` needs `needs`."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="needs")
    needs = models.ForeignKey(Service, models.CASCADE, related_name="needed_by")
    hardness = models.CharField(max_length=5, choices=Hardness, default=Hardness.HARD)

    class Meta:
        ordering = ["needs__name"]
        constraints = [
            models.UniqueConstraint(fields=["service", "needs"], name="one_dependency_per_pair"),
            models.CheckConstraint(
                condition=~Q(service=F("needs")),
                name="no_service_needs_itself",
                violation_error_message="A service cannot depend on itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} needs {self.needs_id}"


class ServiceWatch(models.Model):
    """Somebody wants to know what is published about a service."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="watches")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["service", "person"], name="one_watch_per_person")]

    def __str__(self) -> str:
        return f"{self.person_id} watches {self.service_id}"
