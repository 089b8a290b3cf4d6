"""Which chats may send commands, and who in them is whom here."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.models import TimestampedModel
from apps.core.sealed import unseal
from apps.core.validators import validate_one_line

if TYPE_CHECKING:
    from apps.accounts.models import User


class ChatKind(models.TextChoices):
    SLACK = "slack", "Slack"
    MATTERMOST = "mattermost", "Mattermost"


class WorkspaceQuerySet(models.QuerySet["Workspace"]):
    def visible_to(self, user: User) -> WorkspaceQuerySet:
        return self if user.is_org_admin else self.none()

    def enabled(self) -> WorkspaceQuerySet:
        return self.filter(is_enabled=True)


class Workspace(TimestampedModel):
    """`sealed_secret`: Slack's signing secret, or Mattermost's token; encrypted and never shown again."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80, unique=True, validators=[validate_one_line])
    kind = models.CharField(max_length=12, choices=ChatKind, default=ChatKind.SLACK)
    sealed_secret = models.TextField()
    is_enabled = models.BooleanField(default=True)

    objects = WorkspaceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def secret(self) -> str:
        return unseal(self.sealed_secret)

    @property
    def audit_key(self) -> str:
        return f"chat {self.name}"


class ChatAccountQuerySet(models.QuerySet["ChatAccount"]):
    def visible_to(self, user: User) -> ChatAccountQuerySet:
        """One's own, claimed ones too; all for admins."""
        return self if user.is_org_admin else self.filter(person=user.pk)

    def with_people(self) -> ChatAccountQuerySet:
        return self.select_related("workspace", "person")


class ChatAccount(models.Model):
    """Somebody in a chat who says to be `person`. It counts once that person, or an admin, has confirmed it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="accounts")
    chat_user = models.CharField(max_length=64, validators=[validate_one_line])
    chat_name = models.CharField(max_length=80, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    claimed_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = ChatAccountQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "chat_user"],
                name="one_person_per_chat_user",
                violation_error_message="This chat user is linked already. Remove that link first.",
            ),
            models.CheckConstraint(condition=~Q(chat_user=""), name="chat_user_has_an_id"),
        ]

    def __str__(self) -> str:
        return f"{self.chat_name or self.chat_user} in {self.workspace}"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def audit_key(self) -> str:
        return f"chat user {self.chat_user}"
