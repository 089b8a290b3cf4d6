from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet

from apps.accounts.models import User
from apps.postmortems.models import Postmortem, PostmortemObligation, PostmortemStatus, Review
from apps.postmortems.operations import edit_postmortem, give_obligation, pass_review
from apps.postmortems.policies import can_choose_reviewers, can_give_obligation, can_write
from apps.reports.holdings.holding import Held, Kind, still_theirs


class Postmortems:
    """That somebody owns and that are not published."""

    kind = Kind.POSTMORTEM

    def held(self, person: User, by: User) -> Iterator[Held]:
        for row in self._rows(person, by).order_by("number").prefetch_related("incidents"):
            facts, may = row.get_status_display(), can_write(by, row)
            yield _held(self.kind, row, facts, may)

    def give(self, person: User, key: str, *, to: User, by: User, now: datetime) -> None:
        """An owner always sees it, so that nobody gets one whose incidents they may not see."""
        row = still_theirs(self._rows(person, by).filter(key=key).first(), person)
        if not Postmortem.objects.visible_to(to).filter(pk=row.pk).exists():
            raise ValidationError({"owner": f"{to} may not see its incidents."})
        edit_postmortem(row, changes={"owner": to}, seen=row.version, by=by, now=now)

    def _rows(self, person: User, by: User) -> QuerySet[Postmortem]:
        rows = Postmortem.objects.visible_to(by).filter(owner=person)
        return rows.exclude(status=PostmortemStatus.PUBLISHED)


class Owed:
    """Postmortems that somebody is to see to."""

    kind = Kind.OWED

    def held(self, person: User, by: User) -> Iterator[Held]:
        for row in self._rows(person, by).order_by("due_publish", "pk"):
            incident, due = row.incident, row.due_publish
            facts, title = f"to be published by {due.day} {due:%b %Y}", f"{incident.key} {incident.title}"
            may = can_give_obligation(by, row)
            yield Held(
                self.kind, incident.key, title, facts, row.get_absolute_url(), may, incident.is_private
            )

    def give(self, person: User, key: str, *, to: User, by: User, now: datetime) -> None:
        row = still_theirs(self._rows(person, by).filter(incident__key=key).first(), person)
        give_obligation(row, owner=to, seen=row.version, by=by, now=now)

    def _rows(self, person: User, by: User) -> QuerySet[PostmortemObligation]:
        rows = PostmortemObligation.objects.visible_to(by).owed()
        return rows.filter(owner=person).select_related("incident")


class Reviews:
    """That somebody was asked for and has not decided."""

    kind = Kind.REVIEW

    def held(self, person: User, by: User) -> Iterator[Held]:
        for row in self._rows(person, by).order_by("number").prefetch_related("incidents"):
            yield _held(self.kind, row, f"owned by {row.owner}", can_choose_reviewers(by, row))

    def give(self, person: User, key: str, *, to: User, by: User, now: datetime) -> None:
        row = still_theirs(self._rows(person, by).filter(key=key).first(), person)
        pass_review(row, person=person, to=to, by=by, now=now)

    def _rows(self, person: User, by: User) -> QuerySet[Postmortem]:
        decided = Review.objects.filter(postmortem=OuterRef("pk"), reviewer=person, is_current=True)
        rows = Postmortem.objects.visible_to(by).with_people()
        return rows.filter(~Exists(decided), reviewers__person=person, status=PostmortemStatus.IN_REVIEW)


def _held(kind: Kind, row: Postmortem, facts: str, may: bool) -> Held:  # noqa: FBT001
    is_private = any(incident.is_private for incident in row.incidents.all())
    return Held(kind, row.key, f"{row.key} {row.title}", facts, row.get_absolute_url(), may, is_private)
