"""One project of a tracker that action items may be followed in, and how it has answered lately."""

from __future__ import annotations

import base64
import re
import secrets
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.accounts.models import Team
from apps.core.models import VersionedModel
from apps.core.outbound import PORTS, Refused, target_of
from apps.core.sealed import unseal
from apps.core.validators import validate_one_line
from apps.trackers.clients import Place
from apps.trackers.states import TrackerKind

if TYPE_CHECKING:
    from apps.accounts.models import User

PROJECTS = {
    TrackerKind.GITHUB: (r"[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}", "Write it as owner/repository."),
    TrackerKind.GITLAB: (r"[\w.-]{1,100}(?:/[\w.-]{1,100}){1,5}", "Write it as group/project."),
    TrackerKind.JIRA: (r"[A-Z][A-Z0-9_]{1,19}", "Write the key of the project, such as OPS."),
}


def validate_base_url(url: str) -> None:
    """What can be told without looking the name up; the address itself is checked at every call."""
    try:
        target_of(url)
    except Refused as refusal:
        raise ValidationError(str(refusal)) from refusal
    if "?" in url or "#" in url:
        raise ValidationError("Write the address without anything after ? or #.")


def new_hook_secret() -> str:
    """Of a form that GitLab takes as a signing token; the others take any text."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def visible_to(self, user: User) -> ConnectionQuerySet:
        """Who looks after it: admins all, leads those of their teams. What it leads to is told on an item's page."""
        if user.is_org_admin:
            return self
        led = [row.team_id for row in user.memberships_now if row.role == "lead"]
        return self.filter(team__in=led)

    def usable_by(self, user: User) -> ConnectionQuerySet:
        """Where somebody may put an item: what is the organisation's, and what is their team's."""
        on = self.filter(is_enabled=True)
        return on if user.is_org_admin else on.filter(Q(team__isnull=True) | Q(team__in=user.team_ids))

    def with_team(self) -> ConnectionQuerySet:
        return self.select_related("team", "created_by")

    def with_tallies(self) -> ConnectionQuerySet:
        """`linked`, `waiting` and `troubled`: issues that are followed, still to be made, and with an error."""
        rows = self.model.refs.rel.related_model._default_manager.filter(connection=OuterRef("pk"))
        counted = rows.order_by().values("connection")

        def tally(**which: object) -> Coalesce:
            return Coalesce(Subquery(counted.filter(**which).annotate(n=Count("pk")).values("n")), 0)

        troubled = counted.exclude(error="").annotate(n=Count("pk")).values("n")
        return self.annotate(
            linked=tally(state="linked"),
            waiting=tally(state="wanted"),
            troubled=Coalesce(Subquery(troubled), 0),
        )

    def with_work(self, now: datetime) -> ConnectionQuerySet:
        """Somebody is to be asked something, nobody is asking, and it does not rest."""
        unclaimed = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        rested = Q(resume_at__isnull=True) | Q(resume_at__lte=now)
        refs: Any = self.model.refs.rel.related_model._default_manager
        waiting = refs.filter(connection=OuterRef("pk")).with_work(now)
        work = Q(next_pull_at__lte=now) | Exists(waiting)
        return self.filter(unclaimed, rested, work, is_enabled=True)


class Connection(VersionedModel):
    """`sealed_token` is what the tracker is asked with, `sealed_hook_secret` what it signs with: encrypted
    (apps/core/sealed.py), never shown again. `cursor_at`: every change before it is known. `claim` and `lease_until`
    name the one worker that asks; `failures_in_a_row` and `resume_at` are its breaker, `trouble` what is wrong."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80, unique=True, validators=[validate_one_line])
    kind = models.CharField(max_length=10, choices=TrackerKind, default=TrackerKind.GITHUB)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    base_url = models.CharField(max_length=200, validators=[validate_base_url])
    project = models.CharField(max_length=200)
    issue_type = models.CharField(max_length=60, blank=True, validators=[validate_one_line])
    account = models.EmailField(max_length=254, blank=True)
    sealed_token = models.TextField()
    sealed_hook_secret = models.TextField()
    is_enabled = models.BooleanField(default=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    claim = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    failures_in_a_row = models.PositiveIntegerField(default=0, editable=False)
    resume_at = models.DateTimeField(null=True, editable=False)
    trouble = models.CharField(max_length=300, blank=True, editable=False)
    trouble_since = models.DateTimeField(null=True, editable=False)
    next_pull_at = models.DateTimeField(editable=False)
    pulled_at = models.DateTimeField(null=True, editable=False)
    cursor_at = models.DateTimeField(editable=False)
    etag = models.CharField(max_length=200, blank=True, editable=False)
    heard_at = models.DateTimeField(null=True, editable=False)
    ignored_events = models.PositiveIntegerField(default=0, editable=False)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def check_place(self) -> None:
        """Whether its tracker can have such a project. Raises ValidationError."""
        pattern, hint = PROJECTS[TrackerKind(self.kind)]
        parts = self.project.split("/")
        if not re.fullmatch(pattern, self.project, re.ASCII) or {".", ".."} & set(parts):
            raise ValidationError({"project": hint})
        if self.kind == TrackerKind.JIRA and not self.issue_type:
            raise ValidationError({"issue_type": "Say of which type new issues are, such as Task."})

    def get_absolute_url(self) -> str:
        return reverse("trackers:detail", args=[self.uuid])

    def get_api_url(self) -> str:
        return reverse("api:tracker-detail", args=[self.uuid])

    @property
    def audit_key(self) -> str:
        return f"tracker {self.name}"

    @property
    def host(self) -> str:
        try:
            target = target_of(self.base_url)
        except Refused:
            return "?"
        port = "" if target.port == PORTS[target.scheme] else f":{target.port}"
        return f"{target.host}{port}"

    @property
    def state(self) -> str:
        if not self.is_enabled:
            return "paused"
        return "failing" if self.trouble else "enabled"

    @property
    def hook_secret(self) -> str:
        return unseal(self.sealed_hook_secret)

    @property
    def hook_address(self) -> str:
        return f"{settings.BASE_URL}{reverse('api:tracker-hook', args=[self.uuid])}"

    @property
    def token(self) -> str:
        """Empty when SECRET_KEY has changed since it was typed."""
        return unseal(self.sealed_token)

    def place(self, *, token: str = "") -> Place:
        """Without the token it can tell what belongs to it, and ask nobody."""
        return Place(
            kind=self.kind,
            base_url=self.base_url,
            project=self.project,
            token=token,
            issue_type=self.issue_type,
            account=self.account,
        )
