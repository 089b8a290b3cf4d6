"""Postmortems that wait for a review: named in a digest that goes out anyway. Who is asked is told at once, by a mail
of its own, so a review alone plans no digest."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Exists, OuterRef

from apps.postmortems.asked import who_is_asked
from apps.postmortems.models import Postmortem
from apps.reminders.lines import REVIEW, Line, Noun, day_words
from apps.reminders.sources.source import Lines, Readers, people_and_days

if TYPE_CHECKING:
    from datetime import date

    from apps.accounts.models import User

NOUN = Noun("postmortem", "postmortems")


class WaitingReviews:
    def lines(self, readers: Readers) -> Lines:
        """Of one who is asked at all by a statement of their own: they are few, and what waits for whom is involved."""
        people, *_ = people_and_days(readers)
        asked = who_is_asked(people)
        lines: Lines = defaultdict(list)
        for reader in readers.values():
            if reader.person.pk in asked:
                lines[reader.key] = self._of(reader.person, reader.today)
        return lines

    def _of(self, person: User, today: date) -> list[Line]:
        private = Postmortem.incidents.through.objects.filter(
            postmortem=OuterRef("pk"), incident__is_private=True
        )
        rows = Postmortem.objects.visible_to(person).waiting_for(person).exclude(owner=person.pk)
        rows = rows.with_people().annotate(is_hidden=Exists(private)).order_by("status_since", "pk")
        return [_line(row, person, today) for row in rows]


def _line(row: Postmortem, person: User, today: date) -> Line:
    since = row.status_since.astimezone(person.zone).date()
    is_hidden: bool = row.is_hidden  # type: ignore[attr-defined]
    return Line(
        noun=NOUN,
        due=since,
        group=REVIEW,
        title=row.key if is_hidden else str(row),
        url=settings.BASE_URL + row.get_absolute_url(),
        when=f"In review since {day_words(since, today)}",
        facts="" if is_hidden else f"by {row.owner.name}",
    )
