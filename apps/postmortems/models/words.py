"""The fixed words of a postmortem, for models on both sides of it."""

from __future__ import annotations

from django.db import models


class TriggerCategory(models.TextChoices):
    """The eight that Google counts (The Site Reliability Workbook, appendix C), and the rest."""

    BINARY_PUSH = "binary_push", "Binary push"
    CONFIG_PUSH = "config_push", "Configuration push"
    USER_BEHAVIOUR = "user_behaviour", "User behaviour change"
    PIPELINE = "pipeline", "Processing pipeline"
    PROVIDER_CHANGE = "provider_change", "Service provider change"
    PERFORMANCE_DECAY = "performance_decay", "Performance decay"
    CAPACITY = "capacity", "Capacity management"
    HARDWARE = "hardware", "Hardware"
    OTHER = "other", "Something else"


class SectionKind(models.TextChoices):
    """What stands in a section beside its text. `lessons` holds all four lists, the four after it one each."""

    TEXT = "text", "Text alone"
    IMPACT = "impact", "Impact values"
    FACTORS = "factors", "Trigger and factors"
    LESSONS = "lessons", "All lessons"
    WELL = "well", "What went well"
    POORLY = "poorly", "What went poorly"
    LUCKY = "lucky", "Where we got lucky"
    SURPRISE = "surprise", "What surprised us"


class BlockKind(models.TextChoices):
    """What can be drawn from the incidents."""

    SEVERITY = "severity", "Severity"
    SERVICES = "services", "Services"
    ROLES = "roles", "Roles"
    WINDOWS = "windows", "Impact windows"
    DETECTION = "detection", "Detection"
    MILESTONES = "milestones", "Milestones"
    TIMELINE = "timeline", "Timeline"


class Measure(models.TextChoices):
    USERS = "users", "Users affected"
    REVENUE = "revenue", "Revenue"
    REQUESTS = "requests", "Requests"
    OTHER = "other", "Something else"


class Certainty(models.TextChoices):
    MEASURED = "measured", "Measured"
    ESTIMATED = "estimated", "Estimated"
    UNKNOWN = "unknown", "Unknown"


def expected_measures() -> list[str]:
    """What a document has to say something about, be it that it is unknown."""
    return [Measure.USERS.value, Measure.REVENUE.value]
