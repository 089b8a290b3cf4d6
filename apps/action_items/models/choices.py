"""The words of an action item, and which state may follow which."""

from django.db import models


class Status(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    OPEN = "open", "Open"
    IN_PROGRESS = "in_progress", "In progress"
    BLOCKED = "blocked", "Blocked"
    DONE = "done", "Done"
    VERIFIED = "verified", "Verified"
    WONT_DO = "wont_do", "Won’t do"
    DUPLICATE = "duplicate", "Duplicate"


COMMITTED = (Status.OPEN, Status.IN_PROGRESS, Status.BLOCKED)
LIVE = (Status.PROPOSED, *COMMITTED)
FINAL = (Status.VERIFIED, Status.WONT_DO, Status.DUPLICATE)
NEXT_STATUS: dict[str, tuple[str, ...]] = {
    Status.PROPOSED: (Status.OPEN, Status.WONT_DO, Status.DUPLICATE),
    Status.OPEN: (Status.IN_PROGRESS, Status.BLOCKED, Status.DONE, Status.WONT_DO, Status.DUPLICATE),
    Status.IN_PROGRESS: (Status.OPEN, Status.BLOCKED, Status.DONE, Status.WONT_DO, Status.DUPLICATE),
    Status.BLOCKED: (Status.OPEN, Status.IN_PROGRESS, Status.WONT_DO, Status.DUPLICATE),
    Status.DONE: (Status.VERIFIED, Status.OPEN),
    Status.VERIFIED: (Status.OPEN,),
    Status.WONT_DO: (),
    Status.DUPLICATE: (),
}


CHECKED_KINDS: tuple[str, ...] = ("prevent", "detect")
"""Of these it is asked later whether they helped."""


class Verdict(models.TextChoices):
    """What a later look showed."""

    HELD = "held", "It held"
    CAME_BACK = "came_back", "It came back"
    CANNOT_TELL = "cannot_tell", "Nobody can tell"


class Kind(models.TextChoices):
    PREVENT = "prevent", "Prevent"
    MITIGATE = "mitigate", "Mitigate"
    DETECT = "detect", "Detect"
    PROCESS = "process", "Process"
    INVESTIGATE = "investigate", "Investigate"
    REPAIR = "repair", "Repair"


class Priority(models.IntegerChoices):
    P0 = 0, "P0"
    P1 = 1, "P1"
    P2 = 2, "P2"
    P3 = 3, "P3"


class Source(models.TextChoices):
    MANUAL = "manual", "On its own"
    INCIDENT = "incident", "Incident"
    POSTMORTEM = "postmortem", "Postmortem"
    REVIEW = "review", "Review"
    TOIL = "toil", "Toil"
    SLO = "slo", "SLO"
