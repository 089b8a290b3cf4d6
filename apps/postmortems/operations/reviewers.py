"""Naming who reviews, and asking them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from apps.accounts.models import TeamRole, User
from apps.audit.operations import record
from apps.core.changes import lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.notifications.operations import queue_email
from apps.postmortems.models import Postmortem, PostmortemStatus, Reviewer
from apps.postmortems.operations.settling import settle
from apps.postmortems.policies import can_choose_reviewers
from apps.postmortems.review_rule import Need, able_to_review, needs_of, unmet

P = PostmortemStatus
CHANGEABLE = (P.DRAFT, P.CHANGES_REQUESTED, P.IN_REVIEW)
MOST = 12
WORTH_ASKING = timedelta(days=14)


@transaction.atomic
def choose_reviewers(
    postmortem: Postmortem, *, people: Iterable[User], now: datetime, by: User
) -> Postmortem:
    """Name exactly these. Who is new in a running review is asked; taking the last silent one away can
    complete it. Refused: the owner, who asked for the review, who may not see it or may not write."""
    row = lock(postmortem)
    require(can_choose_reviewers(by, row), "Its owner and admins choose who reviews it.")
    if row.status not in CHANGEABLE:
        allowed = [P.DRAFT]
        raise Conflict(f"{row.key} is “{row.get_status_display()}”: its review is over.", allowed=allowed)
    wanted = list({person.pk: person for person in people}.values())
    _check(wanted, able=able_to_review(row))
    name_reviewers(row, wanted, by=by)
    if row.status == P.IN_REVIEW:
        ask_reviewers(row, now=now)
        settle(row, now=now, by=by)
    return row


def _check(people: list[User], *, able: Collection[int]) -> None:
    if len(people) > MOST:
        raise ValidationError({"reviewers": f"At most {MOST} reviewers."})
    unable = [person.name for person in people if person.pk not in able]
    if unable:
        names = " and ".join(unable)
        raise ValidationError({"reviewers": f"Not {names}: the owner, who asked for it, auditors and those who "
                                            "may not see it cannot review it."})  # fmt: skip


def name_reviewers(row: Postmortem, wanted: list[User], *, by: User) -> None:
    before = [each.person for each in row.reviewers.select_related("person")]
    gone = [person.pk for person in before if person not in wanted]
    new = [person for person in wanted if person not in before]
    if not gone and not new:
        return
    row.reviewers.filter(person__in=gone).delete()
    Reviewer.objects.bulk_create(Reviewer(postmortem=row, person=person) for person in new)
    names = [sorted(person.slug for person in side) for side in (before, wanted)]
    record("postmortem.reviewers_named", row, by=by, changes={"reviewers": names})


@transaction.atomic
def pass_review(postmortem: Postmortem, *, person: User, to: User, now: datetime, by: User) -> Postmortem:
    """Somebody is asked in the place of another. Whoever calls tells them of it."""
    row = lock(postmortem)
    require(can_choose_reviewers(by, row), "Its owner and admins choose who reviews it.")
    before = [each.person for each in row.reviewers.select_related("person")]
    if person not in before or row.status != P.IN_REVIEW:
        raise Conflict(f"{row.key} does not wait for {person} any more.")
    if to not in before:
        _check([to], able=able_to_review(row))
    name_reviewers(row, [*(one for one in before if one not in {person, to}), to], by=by)
    row.reviewers.filter(person=to, asked_at=None).update(asked_at=now)
    settle(row, now=now, by=by)
    return row


def propose_reviewers(row: Postmortem, *, now: datetime, by: User) -> None:
    """Keep who is named and can review; add one person for each need that nobody named meets."""
    able = able_to_review(row)
    kept = [each.person for each in row.reviewers.select_related("person") if each.person_id in able]
    name_reviewers(row, kept + proposals(row, kept, now=now), by=by)


def proposals(row: Postmortem, kept: list[User], *, now: datetime) -> list[User]:
    """One person per unmet need: who has fewest reviews to do, leads first, then who has been here longest.
    The same rows always give the same people."""
    found: list[User] = []
    for need in unmet(needs_of(row, now.date()), [person.pk for person in kept]):
        if need.people.isdisjoint(person.pk for person in found):
            found.append(_first_of(need, now))
    return found


def _first_of(need: Need, now: datetime) -> User:
    today = now.date()
    leads = Q(memberships__role=TeamRole.LEAD, memberships__valid_from__lte=today)
    leads &= Q(memberships__valid_to__isnull=True) | Q(memberships__valid_to__gt=today)
    people: QuerySet[User] = User.objects.filter(pk__in=need.people).annotate(
        leading=Count("memberships", filter=leads)
    )
    waiting = Reviewer.objects.filter(postmortem__status=P.IN_REVIEW).values_list("person")
    load = dict(waiting.annotate(count=Count("pk")).order_by())
    ranked = {person: (load.get(person.pk, 0), person.leading == 0, person.pk) for person in people}  # type: ignore[attr-defined]
    return min(ranked, key=ranked.__getitem__)


def ask_reviewers(row: Postmortem, *, now: datetime) -> None:
    """One mail to each who was not asked since the text went into review."""
    unasked = Q(asked_at__isnull=True) | Q(asked_at__lt=row.status_since)
    seats = row.reviewers.filter(unasked)
    for seat in list(seats.select_related("person")):
        queue_email(
            seat.person,
            kind="review_asked",
            once_per=f"review-asked:{row.pk}:{seat.person_id}:{row.status_since.isoformat()}",
            payload={"postmortem": row.key},
            not_before=now,
            expires_at=now + WORTH_ASKING,
        )
    seats.update(asked_at=now)
