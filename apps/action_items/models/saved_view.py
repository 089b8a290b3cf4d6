"""A way to look at the list that somebody gave a name, for themselves or for a team."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import Team
from apps.core.models import TimestampedModel
from apps.core.searching import every_word
from apps.core.validators import validate_one_line
from apps.incidents.models import Incident

if TYPE_CHECKING:
    from apps.accounts.models import User

MOST_VIEWS = 50  # of one person
LONGEST_QUERY = 1000


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> SavedViewQuerySet:
        """One's own, and what is shared with a team one is in. A view of an incident that the reader may not see is
        not there for that reader: its name and its query would tell of it."""
        seen = Q(incident__isnull=True) | Q(incident__in=Incident.objects.visible_to(user).values("pk"))
        return self.filter(Q(owner=user.pk) | (Q(team__in=user.team_ids) & seen))

    def matching(self, text: str) -> SavedViewQuerySet:
        return self.filter(every_word(text, "name"))

    def with_all(self) -> SavedViewQuerySet:
        return self.select_related("owner", "team")


class SavedView(TimestampedModel):
    """`query` is the query string of the list, as `saved_query.read_query` left it; `incident` the one it names."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=60, validators=[validate_one_line])
    query = models.CharField(max_length=LONGEST_QUERY, blank=True)
    is_board = models.BooleanField(default=False)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    incident = models.ForeignKey(Incident, models.CASCADE, null=True, blank=True, related_name="+")

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="one_view_per_name_and_person",
                violation_error_message="You have a view of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("action_items:saved_view", args=[self.uuid])

    def get_api_url(self) -> str:
        return reverse("api:action-item-view-detail", args=[self.uuid])

    @property
    def audit_scope(self) -> str:
        return self.incident.audit_scope if self.incident else ""

    @property
    def address(self) -> str:
        """The list or board with this query."""
        page = reverse("action_items:board" if self.is_board else "action_items:list")
        return f"{page}?{self.query}" if self.query else page
