"""Answering the survey of a quarter, taking an answer back, counting tickets, and telling that it is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.calendar import PersonCalendar, calendars_around, local_slot
from apps.accounts.digest_days import DAY_ENDS
from apps.accounts.models import Membership, Team, User
from apps.audit.operations import record
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.notifications.models import OutboxMail
from apps.notifications.operations import outbox_row, queue_emails
from apps.toil.figures import capacity_of_person
from apps.toil.models import SurveyAnswer, TicketCount, ToilSource
from apps.toil.models.survey import MOST_TICKETS
from apps.toil.periods import quarter_name, quarter_of
from apps.toil.policies import can_answer_survey, can_keep_sources
from apps.toil.surveys.rules import Season, season_of

KIND = "survey_open"
NOT_YOURS = "Everybody answers for themselves."
KEPT_BY = "Members of the source's team and admins count its tickets."


@transaction.atomic
def answer_survey(
    *, person: User, team: Team, share_pct: int, worst: ToilSource | None = None, by: User, now: datetime
) -> SurveyAnswer:
    """One's own answer for the team, given or changed while the survey is open. What was said is in no trail."""
    require(can_answer_survey(by, person), NOT_YOURS)
    season = open_season(person, now)
    minutes = sum(capacity_of_person(person, season.about, team).values(), Decimal(0))
    if not minutes:
        raise ValidationError({"team": f"{person} had no time for {team} in the weeks that are asked about."})
    _check(team, share_pct, worst)
    said = {"share_pct": share_pct, "worst": worst, "capacity_minutes": minutes, "answered_at": now}
    quarter = season.quarter.start
    row, is_new = SurveyAnswer.objects.update_or_create(
        person=person, team=team, quarter=quarter, defaults=said
    )
    record("toil_survey.answered" if is_new else "toil_survey.changed", row, by=by)
    return row


@dataclass(frozen=True, slots=True)
class Said:
    """One's answer for one team."""

    team: Team
    share_pct: int
    worst: ToilSource | None = None


@transaction.atomic
def answer_all(person: User, said: Iterable[Said], *, by: User, now: datetime) -> list[SurveyAnswer]:
    """All answers of the open survey at once: teams that are not named have none any more."""
    require(can_answer_survey(by, person), NOT_YOURS)
    found = [
        answer_survey(
            person=person, team=each.team, share_pct=each.share_pct, worst=each.worst, by=by, now=now
        )
        for each in said
    ]
    season = season_of(now.astimezone(person.zone).date())
    others = SurveyAnswer.objects.visible_to(person).filter(quarter=season.quarter.start)
    for row in others.exclude(pk__in=[row.pk for row in found]).select_related("person", "team"):
        withdraw_answer(row, by=by, now=now)
    return found


@transaction.atomic
def withdraw_answer(answer: SurveyAnswer, *, by: User, now: datetime) -> None:
    """While the survey is open. Twice is harmless."""
    require(can_answer_survey(by, answer.person), NOT_YOURS)
    season = open_season(answer.person, now)
    row = SurveyAnswer.objects.select_for_update().filter(pk=answer.pk).first()
    if row is None:
        return
    if row.quarter != season.quarter.start:
        raise Conflict("That survey is closed. What was said then stays.")
    record("toil_survey.withdrawn", row, by=by)
    row.delete()


def open_season(person: User, now: datetime) -> Season:
    today = now.astimezone(person.zone).date()
    season = season_of(today)
    if not season.is_open_on(today):
        raise Conflict(f"The survey of {quarter_name(today)} is open from {season.opens_on} on.")
    return season


def _check(team: Team, share_pct: int, worst: ToilSource | None) -> None:
    if not 0 <= share_pct <= 100:
        raise ValidationError({"share_pct": "A share is a number from 0 to 100."})
    if worst is not None and worst.team_id != team.pk:
        raise ValidationError({"worst": f"This is no source of {team}."})


@transaction.atomic
def count_tickets(source: ToilSource, *, day: date, count: int | None, by: User) -> TicketCount | None:
    """How many another system counted in the quarter of `day`; None takes the count away."""
    require(can_keep_sources(by, source.team), KEPT_BY)
    if count is not None and not 0 <= count <= MOST_TICKETS:
        raise ValidationError({"count": f"Give a number from 0 to {MOST_TICKETS:,}."})
    quarter = quarter_of(day).start
    ToilSource.objects.select_for_update(no_key=True).get(pk=source.pk)
    row = TicketCount.objects.filter(source=source, quarter=quarter).first()
    before = row.count if row else None
    if before == count:
        return row
    if count is None:
        if row:
            record("toil_source.tickets_counted", row, by=by, changes={"count": [before, None]})
            row.delete()
        return None
    row, _ = TicketCount.objects.update_or_create(source=source, quarter=quarter, defaults={"count": count})
    record("toil_source.tickets_counted", row, by=by, changes={"count": [before, count]})
    return row


def plan_survey_lines(now: datetime) -> int:
    """One line in a digest for each who is asked, from their first working day of the survey on; how many were offered
    to the outbox, whose key holds quarter and person."""
    season = season_of((now + timedelta(hours=14)).date())
    if now.date() < season.opens_on - timedelta(days=1):
        return 0
    told = OutboxMail.objects.filter(dedupe_key__startswith=f"{KIND}:{quarter_name(season.quarter.start)}:")
    people = _asked(season, set(told.values_list("recipient", flat=True)))
    if not people:
        return 0
    calendars = calendars_around(people, [now.date()])
    rows = [row for pk, person in people.items() if (row := _line(person, calendars[pk], season, now))]
    queue_emails(rows)
    return len(rows)


def _asked(season: Season, told: set[int]) -> dict[int, User]:
    places = Membership.objects.filter(counts_capacity=True, user__is_active=True)
    rows = places.between(season.about.start, season.about.end).exclude(user__in=told).select_related("user")
    return {row.user_id: row.user for row in rows if row.user.may_write}


def _line(person: User, calendar: PersonCalendar, season: Season, now: datetime) -> OutboxMail | None:
    today = now.astimezone(person.zone).date()
    if not season.is_open_on(today) or not calendar.is_working_day(today):
        return None
    return outbox_row(
        person,
        kind=KIND,
        once_per=f"{KIND}:{quarter_name(season.quarter.start)}:{person.pk}",
        not_before=now,
        expires_at=local_slot(season.quarter.last, DAY_ENDS, person.zone),
        payload={"quarter": season.quarter.start.isoformat()},
    )
