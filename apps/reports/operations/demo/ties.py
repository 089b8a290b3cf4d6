"""What hangs on promises that are still open: steps, questions with answers, who watches, and what waits for what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from apps.accounts.models import User
from apps.action_items.models import ActionItem, ChecklistStep, Dependency, ItemComment, Watch
from apps.action_items.operations.checklist import count_steps
from apps.reports.operations.demo.stage import Stage
from apps.reports.operations.demo.words.cast import LEAD

STEPS = (
    ("Write down how it fails today", True),
    ("Try the change in staging, with the failure on", True),
    ("Roll it out behind a flag", False),
    ("Break it once on purpose, with somebody watching", False),
    ("Take the flag out", False),
)
QUESTION = "@{asked}, does staging see enough traffic for this, or do we need the replay?"
ANSWER = "The replay of *last Tuesday* has it: 40 of these in ten minutes. I put the query into the runbook."
WITH_TALK = 4


def make_ties(stage: Stage) -> None:
    """On the next few public promises of the lead's teams."""
    lead = User.objects.get(email=LEAD)
    rows = ActionItem.objects.committed().filter(team__in=lead.team_ids, owner__isnull=False)
    public = rows.exclude(incident__is_private=True).with_people()
    items = list(public.order_by("due_on", "number")[:WITH_TALK])
    for place, item in enumerate(items):
        _steps(item, STEPS[: 5 - place], stage)
        _talk(item, lead, stage)
    for blocker, blocked in pairwise(items[:3]):
        at = stage.now - timedelta(days=2)
        Dependency.objects.create(blocked=blocked, blocker=blocker, at=at, by=lead)


def _steps(item: ActionItem, steps: Sequence[tuple[str, bool]], stage: Stage) -> None:
    at = stage.now - timedelta(days=1)
    for position, (text, is_done) in enumerate(steps, start=1):
        ticked = {"is_done": True, "done_at": at, "done_by": item.owner} if is_done else {}
        ChecklistStep.objects.create(item=item, position=position, text=text, **ticked)
    count_steps(item)


def _talk(item: ActionItem, lead: User, stage: Stage) -> None:
    owner, at = item.owner, stage.now - timedelta(days=1, hours=3)
    if owner is None or owner == lead:
        return
    body = QUESTION.format(asked=owner.slug)
    ItemComment.objects.create(item=item, author=lead, body=body, said_at=at)
    later = at + timedelta(hours=2)
    ItemComment.objects.create(item=item, author=owner, body=ANSWER, said_at=later)
    Watch.objects.create(item=item, person=lead, since=at)
