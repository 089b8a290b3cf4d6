"""Who is asked to review, what they decided about which text, and what they have checked."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.postmortems.models.postmortem import Postmortem


class ReviewDecision(models.TextChoices):
    APPROVED = "approved", "Approved"
    CHANGES_REQUESTED = "changes_requested", "Changes requested"


class CheckItem(models.TextChoices):
    """What a good postmortem is asked (SRE book, chapter 15; SRE workbook, chapter 10). Each is confirmed by name."""

    IMPACT = "impact", "The impact is assessed completely: a number, an estimate, or a stated unknown"
    CAUSES = "causes", "The analysis goes deep enough: conditions of the system, never a person"
    ACTIONS = "actions", "The technical leads agree with the action items"
    PRIORITIES = "priorities", "The priorities of the action items fit what happened"
    DATA = "data", "The data behind it are kept: graphs, logs, queries"
    AUDIENCE = "audience", "It is shared with everybody whom it concerns"


class Reviewer(models.Model):
    """Somebody whose approval is waited for. `asked_at` is when they were last asked; None: not yet."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="reviewers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["postmortem", "person"], name="one_reviewer_per_person")
        ]
        indexes = [models.Index(fields=["person", "postmortem"], name="reviewer_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} reviews {self.postmortem_id}"


class Review(models.Model):
    """What somebody other than the owner decided about one text, which `text_digest` tells from every other."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decision = models.CharField(max_length=20, choices=ReviewDecision)
    comment = models.TextField(max_length=4000, blank=True)
    at = models.DateTimeField()
    is_current = models.BooleanField(default=True)
    text_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_decision_display()


class ReviewCheck(models.Model):
    """One question of the checklist that the reviewer answered with yes; who and when stand on the review."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="checks")
    item = models.CharField(max_length=12, choices=CheckItem)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["review", "item"], name="one_answer_per_question")]

    def __str__(self) -> str:
        return self.get_item_display()
