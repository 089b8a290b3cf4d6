"""What reviewers ask about the texts that are under review, what their owners answer, and a log that shows it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.models import User
from apps.postmortems.files.receiving import receive
from apps.postmortems.models import Attachment, Comment, Postmortem, PostmortemStatus, Section
from apps.reports.operations.demo.stage import Stage

P = PostmortemStatus
ASKED = (  # section, question, answer; settled when there is one
    (
        "impact",
        "Is the share measured, or worked out from the error rate?",
        "Measured, in the logs of the edge.",
    ),
    ("detection", "Which alert was nearest to firing, and what did it wait for?", ""),
    ("factors", "How did this look to somebody who had read the runbook the day before?", ""),
)


def make_talk(stage: Stage) -> None:
    """On each text under review. Where changes are asked for, one question has to be settled first."""
    rows = Postmortem.objects.filter(status__in=(P.IN_REVIEW, P.CHANGES_REQUESTED)).with_people()
    for row in rows.order_by("number"):
        asking = [seat.person for seat in row.reviewers.select_related("person").order_by("pk")]
        if asking:
            _ask(row, asking, at=min(row.status_since + timedelta(hours=2), stage.now))
            _attach(row, at=row.status_since)


def _ask(row: Postmortem, asking: list[User], *, at: datetime) -> None:
    for place, (slug, question, answer) in enumerate(ASKED):
        section = row.sections.filter(slug=slug).first()
        if section is None:
            continue
        said_at = at + timedelta(minutes=7 * place)
        thread = _say(section, asking[place % len(asking)], question, said_at)
        if answer:
            _say(section, row.owner, answer, said_at + timedelta(minutes=31), thread=thread)
            thread.resolved_by, thread.resolved_at = thread.author, said_at + timedelta(minutes=40)
        thread.is_blocking = slug == "factors" and row.status == P.CHANGES_REQUESTED
        thread.save()


def _say(section: Section, by: User, body: str, at: datetime, *, thread: Comment | None = None) -> Comment:
    return Comment.objects.create(section=section, author=by, body=body, said_at=at, thread=thread)


def _attach(row: Postmortem, *, at: datetime) -> None:
    incident = row.incidents.order_by("number").first()
    began = incident.started_at if incident else at
    lines = (
        f"{began + timedelta(minutes=n):%Y-%m-%dT%H:%M:00Z},{3 if 4 < n < 40 else 0}.{n % 7}"
        for n in range(60)
    )
    content = "\n".join(["minute,errors_per_second", *lines]).encode()
    received = receive(SimpleUploadedFile("errors.csv", content))
    file = Attachment(
        postmortem=row,
        name=received.name,
        media_type=received.media_type,
        size=received.size,
        sha256=received.sha256,
        caption="Errors in each minute of the first hour, from the edge",
        uploaded_by=row.owner,
        uploaded_at=at,
    )
    file.file.save(received.name, received.content, save=False)
    file.save()
