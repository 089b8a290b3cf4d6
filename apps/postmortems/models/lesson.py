"""What went well and poorly, where we got lucky, what surprised us."""

from __future__ import annotations

from django.db import models

from apps.postmortems.models.part import Part
from apps.postmortems.models.postmortem import Postmortem


class LessonKind(models.TextChoices):
    WELL = "well", "What went well"
    POORLY = "poorly", "What went poorly"
    LUCKY = "lucky", "Where we got lucky"
    SURPRISE = "surprise", "What surprised us"


class LessonPhase(models.TextChoices):
    OUTAGE = "outage", "During the outage"
    RECOVERY = "recovery", "During recovery"


class Lesson(Part):
    NOUN, PLURAL = "lesson", "lessons"

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="lessons")
    kind = models.CharField(max_length=10, choices=LessonKind)
    phase = models.CharField(max_length=10, choices=LessonPhase, blank=True)
    text = models.TextField(max_length=2000)

    class Meta(Part.Meta):
        indexes = [models.Index(fields=["kind"], name="lesson_by_kind")]

    def __str__(self) -> str:
        return self.text
