"""Telling what came of plans for less toil: the owner of the action item and the leads of the source's team, once for
the verdict after four weeks and once for the one after twelve."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Membership, TeamRole, User
from apps.notifications.models import OutboxMail
from apps.notifications.operations import outbox_row, queue_emails
from apps.toil.models import Reduction, VerdictNotice
from apps.toil.periods import WEEK
from apps.toil.reductions.effect import FIRST_VERDICT, LAST_VERDICT, weeks_after
from apps.toil.reductions.weighing import Result, results_of

KIND = "toil_verdict"
SETTLED = timedelta(days=3)
"""After the last week is over: by then it is closed, and who confirms late has done so."""
FRESH = timedelta(days=28)
"""What was ready longer ago is news to nobody."""
STAGES = (FIRST_VERDICT, LAST_VERDICT)
SOONEST = WEEK * (FIRST_VERDICT + 1)
LATEST = WEEK * (LAST_VERDICT + 2) + SETTLED + FRESH
Told = set[tuple[int, date, int]]


@transaction.atomic
def tell_verdicts(now: datetime) -> int:
    """How many mails were owed for the first time. Plans are locked, so that of two clocks one tells."""
    today = timezone.localdate(now)
    rows = Reduction.objects.done_between(now - LATEST, now - SOONEST).with_names()
    plans = list(rows.select_for_update(of=("self",), skip_locked=True).order_by("pk"))
    told = _told(plans)
    due = [(row, stage) for row in plans if (stage := _stage(row, told, today))]
    if not due:
        return 0
    results, leads = results_of([row for row, _ in due], today), _leads(due, today)
    notices, mails = [], []
    for row, stage in due:
        notices.append(_notice(row, stage, results[row.pk], now))
        mails += [_mail(row, stage, person, now) for person in _people(row, leads)]
    VerdictNotice.objects.bulk_create(notices)
    queue_emails(mails)
    return len(mails)


def _told(plans: Sequence[Reduction]) -> Told:
    rows = VerdictNotice.objects.filter(reduction__in=plans)
    return set(rows.values_list("reduction", "done_on", "weeks"))


def _stage(row: Reduction, told: Told, today: date) -> int | None:
    """The latest verdict that is ready and was not told."""
    if row.done_on is None:
        return None
    for weeks in reversed(STAGES):
        since = _ready_on(row.done_on, weeks)
        if since <= today:
            is_news = today < since + FRESH and (row.pk, row.done_on, weeks) not in told
            return weeks if is_news else None
    return None


def _ready_on(done_on: date, weeks: int) -> date:
    last = weeks_after(done_on, date.max, weeks)[-1]
    return last + WEEK + SETTLED


def _leads(due: Iterable[tuple[Reduction, int]], today: date) -> dict[int, list[User]]:
    teams = {row.source.team_id for row, _ in due}
    rows = Membership.objects.on(today).filter(team__in=teams, role=TeamRole.LEAD).select_related("user")
    found: defaultdict[int, list[User]] = defaultdict(list)
    for row in rows.order_by("user__name", "pk"):
        found[row.team_id].append(row.user)
    return found


def _people(row: Reduction, leads: dict[int, list[User]]) -> list[User]:
    """Who may see it, asked again when the mail is written."""
    owner = row.carrier.owner if row.carrier else None
    people = dict.fromkeys([*([owner] if owner else []), *leads[row.source.team_id]])
    return [
        person
        for person in people
        if person.is_active and Reduction.objects.visible_to(person).filter(pk=row.pk).exists()
    ]


def _notice(row: Reduction, weeks: int, result: Result, now: datetime) -> VerdictNotice:
    assert row.done_on and result.effect  # noqa: S101, PT018  (of what is not ready nothing is told)
    return VerdictNotice(
        reduction=row, done_on=row.done_on, weeks=weeks, effect=result.effect.value, told_at=now
    )


def _mail(row: Reduction, weeks: int, person: User, now: datetime) -> OutboxMail:
    return outbox_row(
        person,
        kind=KIND,
        once_per=f"toilverdict:{row.pk}:{row.done_on}:{weeks}:{person.pk}",
        not_before=now,
        expires_at=now + FRESH,
        payload={"reduction": str(row.uuid), "weeks": weeks},
    )
