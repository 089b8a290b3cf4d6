"""Abstract bases, and the small tables every app leans on: key counters, once-only requests, forms kept."""

from django.conf import settings
from django.db import models


class TimestampedModel(models.Model):
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class VersionedModel(TimestampedModel):
    """A row that two people may edit at once: every change raises `version`, a stale save is refused."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class KeyCounter(models.Model):
    """One row per prefix; locked while a number is taken, so keys stay dense and in order of commit."""

    prefix = models.CharField(max_length=8, primary_key=True)
    value = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.prefix} {self.value}"


class OnceOnlyRequest(models.Model):
    """What a creating request answered, so that its repetition is answered alike and creates nothing."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    location = models.CharField(max_length=500, blank=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="once_only_per_user_and_key")]

    def __str__(self) -> str:
        return self.key


class KeptForm(models.Model):
    """A form that came when its person was signed out, until they are back; `fields` holds pairs of name and text."""

    token = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    address = models.CharField(max_length=1000)
    fields = models.JSONField()
    had_files = models.BooleanField(default=False)
    kept_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.address
