"""Which trackers there are, and what they say of an issue, in words that are the same for all of them."""

from django.db import models


class TrackerKind(models.TextChoices):
    GITHUB = "github", "GitHub"
    GITLAB = "gitlab", "GitLab"
    JIRA = "jira", "Jira"


class RemoteState(models.TextChoices):
    """`DROPPED`: closed without having been done (not planned, a duplicate). `GONE`: deleted, or moved away."""

    OPEN = "open", "Open"
    IN_PROGRESS = "in_progress", "In progress"
    CLOSED = "closed", "Closed"
    DROPPED = "dropped", "Closed, not done"
    GONE = "gone", "Gone"


ENDED = (RemoteState.CLOSED, RemoteState.DROPPED)
