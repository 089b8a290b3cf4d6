"""Publication: who is told, and who is asked to read."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.notifications.operations.queue import outbox_row, queue_emails
from apps.postmortems.models import Postmortem, ReadingDuty
from apps.postmortems.readership import expand, who_see
from apps.services.models import ServiceWatch

WORTH_SAYING = timedelta(days=14)


def tell_readers(row: Postmortem, *, now: datetime, by: User) -> None:
    """A locked row whose version has just been published: one mail to each who took part, watches an affected
    service or has to read it; `by` knows already."""
    asked = ask_readers(row, now=now)
    told = set(_participants(row)) | set(_watchers(row)) | asked
    _queue(row, who_see(row, told - {by.pk}), now=now)


def ask_readers(row: Postmortem, *, now: datetime) -> set[int]:
    """The duties of the version that is published: its required readers of today who may see it. Its owner
    knows it."""
    wanted = expand(row.required_readers.all(), now.date()) - {row.owner_id}
    people = who_see(row, wanted)
    duties = [
        ReadingDuty(postmortem=row, version=row.published_version or 0, person=person) for person in people
    ]
    ReadingDuty.objects.bulk_create(duties, ignore_conflicts=True)
    return {person.pk for person in people}


def tell_asked(row: Postmortem, people: set[int], *, now: datetime) -> None:
    """Who was asked only after the version was published. Nobody is told of a version twice."""
    _queue(row, who_see(row, people), now=now)


def _participants(row: Postmortem) -> list[int]:
    """Responders, reviewers, and owners of its action items."""
    people = {*row.responder_ids, row.owner_id}
    people |= set(row.reviewers.values_list("person", flat=True))
    people |= set(row.reviews.values_list("reviewer", flat=True))
    people |= set(row.action_items.filter(owner__isnull=False).values_list("owner", flat=True))
    return list(people)


def _watchers(row: Postmortem) -> list[int]:
    watches = ServiceWatch.objects.filter(service__incidents__postmortems=row)
    return list(watches.values_list("person", flat=True))


def _queue(row: Postmortem, people: list[User], *, now: datetime) -> None:
    version = row.published_version
    queue_emails(
        [
            outbox_row(
                person,
                kind="postmortem_published",
                once_per=f"postmortem-published:{row.pk}:{version}:{person.pk}",
                payload={"postmortem": row.key, "version": version},
                not_before=now,
                expires_at=now + WORTH_SAYING,
            )
            for person in people
        ]
    )
