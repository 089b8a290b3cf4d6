"""Pictures and logs that support a postmortem. The file lies in the default storage under a name nobody can guess."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse

from apps.core.models import VersionedModel
from apps.postmortems.models.postmortem import Postmortem
from apps.services.models import web_address

if TYPE_CHECKING:
    from apps.accounts.models import User

FOLDER = "attachments"


def stored_name(_row: object, _name: str) -> str:
    """Two letters of a random name make its folder: a folder of a hundred thousand files is slow to list."""
    name = uuid.uuid4().hex
    return f"{FOLDER}/{name[:2]}/{name}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User) -> AttachmentQuerySet:
        """Who may see the document sees what is attached to it."""
        return self.filter(postmortem__in=Postmortem.objects.visible_to(user).values("pk"))

    def of(self, postmortem: Postmortem) -> AttachmentQuerySet:
        return self.filter(postmortem=postmortem)

    def with_people(self) -> AttachmentQuerySet:
        return self.select_related("uploaded_by", "postmortem")

    def bytes_used(self) -> int:
        return int(self.aggregate(total=models.Sum("size"))["total"] or 0)


class Attachment(VersionedModel):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=40)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to=stored_name, max_length=120)
    caption = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(max_length=500, blank=True, validators=[web_address])
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["file"], name="one_attachment_per_file")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where the file is read: also what a text writes to show a picture."""
        return reverse("postmortems:attachment", args=[self.postmortem.key, self.uuid])

    def get_api_url(self) -> str:
        return reverse("api:attachment-detail", args=[self.postmortem.key, self.uuid])

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def in_markdown(self) -> str:
        """What shows the picture in a section's text, or links the file."""
        words = (self.caption or self.name).replace("[", "(").replace("]", ")")
        return f"{'!' if self.is_picture else ''}[{words}]({self.get_absolute_url()})"

    @property
    def audit_scope(self) -> str:
        return self.postmortem.audit_scope

    @property
    def audit_key(self) -> str:
        return f"{self.postmortem.key} attachment"
