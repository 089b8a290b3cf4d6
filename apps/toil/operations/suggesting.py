"""Making suggestions of what is known otherwise. They count nothing, and only their person sees them.

Any number of these may run at once or again: what would be suggested is worked out anew, and only the difference to
what is suggested already is written, person by person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import Membership, User
from apps.incidents.models import Incident
from apps.toil.models import Category, EntryStatus, Suggestion, ToilEntry, Trigger, WorkKind
from apps.toil.models.suggestion import Origin
from apps.toil.operations.drafts import draft_entry
from apps.toil.operations.slicing import lock_times_of, write_slices
from apps.toil.suggestions.activity import Stretch, share_out
from apps.toil.suggestions.responses import Known, known_since, places_of, team_for

LOOKED_BACK = timedelta(days=14)
TEXT = "Incident response"
"""Nothing of the incident: an entry is read by people who may not see it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be suggested; `fields` are keywords of `draft_entry`."""

    key: str
    span: Stretch
    fields: Mapping[str, Any]


def suggest_from_incidents(now: datetime) -> int:
    """Returns how many people's suggestions came out different."""
    since = now - LOOKED_BACK
    known = known_since(since)
    people = User.objects.active().in_bulk(list(known.moments))
    waiting = set(Suggestion.objects.since(Origin.INCIDENT, since).values_list("person", flat=True))
    people |= User.objects.active().in_bulk(list(waiting - set(people)))
    writers = [person for person in people.values() if person.may_write]
    behind = [person for person, changes in _plans(writers, known, since, now) if changes]
    return sum(_settle(person, since, now) for person in behind)


@transaction.atomic
def _settle(person: User, since: datetime, now: datetime) -> bool:
    """One person's, read again under their lock."""
    lock_times_of(person.pk)
    (_, changes), *_rest = _plans([person], known_since(since, [person.pk]), since, now)
    apply_changes_of(person, Origin.INCIDENT, changes, now)
    return bool(changes)


@dataclass(frozen=True, slots=True)
class Changes:
    withdrawn: Sequence[Suggestion]
    wanted: Sequence[Wanted]

    def __bool__(self) -> bool:
        return bool(self.withdrawn or self.wanted)


def changes_to(existing: Iterable[Suggestion], wanted: Iterable[Wanted]) -> Changes:
    """What nobody has answered yet goes when it is not wanted any more; what is answered stays answered."""
    known = {row.key: row for row in existing}
    keys = {each.key: each for each in wanted}
    return Changes(
        [row for key, row in known.items() if row.is_open and key not in keys],
        [each for key, each in keys.items() if key not in known],
    )


def apply_changes_of(person: User, origin: str, changes: Changes, now: datetime) -> None:
    _withdraw(changes.withdrawn)
    for each in changes.wanted:
        _suggest(person, origin, each, now)


def _withdraw(rows: Sequence[Suggestion]) -> None:
    """Those that are open still: a no that is given this moment stays a no."""
    entries = ToilEntry.objects.filter(pk__in=[row.entry_id for row in rows]).select_for_update(of=("self",))
    untouched = [
        row.pk for row in entries.order_by("pk") if row.status == EntryStatus.SUGGESTED and row.version == 1
    ]
    Suggestion.objects.filter(entry__in=untouched).delete()
    ToilEntry.objects.filter(pk__in=untouched).delete()


def _suggest(person: User, origin: str, wanted: Wanted, now: datetime) -> None:
    try:
        entry = draft_entry(person=person, status=EntryStatus.SUGGESTED, now=now, **wanted.fields)
    except ValidationError:  # nothing that could be logged: longer than a day, or before 1970
        return
    entry.save(force_insert=True)
    write_slices([entry])
    Suggestion.objects.create(
        person=person,
        origin=origin,
        key=wanted.key,
        entry=entry,
        incident=entry.incident,
        started_at=wanted.span.start,
        ended_at=wanted.span.end,
        made_at=now,
    )


def _plans(
    people: Sequence[User], known: Known, since: datetime, now: datetime
) -> list[tuple[User, Changes]]:
    pks = [person.pk for person in people]
    existing = by_person(Suggestion.objects.since(Origin.INCIDENT, since).filter(person__in=pks).with_entry())
    logged = by_person(_logged(pks, since))
    places = places_of(pks, since)
    return [
        (
            person,
            changes_to(
                existing[person.pk],
                _Plan(person, known, places[person.pk], existing[person.pk], logged[person.pk]).wanted(
                    since, now
                ),
            ),
        )
        for person in people
    ]


def by_person(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return found


def _logged(people: Sequence[int], since: datetime) -> Iterable[ToilEntry]:
    """What they wrote themselves."""
    rows = ToilEntry.objects.filter(person__in=people, suggestion=None).counting()
    return rows.filter(local_date__gte=since.date() - timedelta(days=2)).order_by("pk")


def _is_part(row: ToilEntry, answered: Iterable[Stretch]) -> bool:
    """What was split off an answer says no more of the incident than the answer did."""
    if row.started_at is None or row.ended_at is None:
        return False
    return any(each.start <= row.started_at and row.ended_at <= each.end for each in answered)


class _Plan:
    """What one person's suggestions are to be, all of it read before."""

    def __init__(
        self,
        person: User,
        known: Known,
        places: Sequence[Membership],
        existing: Sequence[Suggestion],
        logged: Sequence[ToilEntry],
    ) -> None:
        self.person, self.known, self.places = person, known, places
        answered = [Stretch(row.started_at, row.ended_at) for row in existing if not row.is_open]
        self.told = {row.incident_id for row in logged if not _is_part(row, answered)}
        clocked = [Stretch(row.started_at, row.ended_at) for row in logged if row.started_at and row.ended_at]
        self.covered = answered + clocked

    def wanted(self, since: datetime, now: datetime) -> list[Wanted]:
        mine = self.known.moments.get(self.person.pk, {})
        moments = {pk: found for pk, found in mine.items() if pk not in self.told}
        shared = share_out(moments, self.covered)
        parts = [(pk, span) for pk, span in shared if span.start >= since and span.is_over(now)]
        return [found for pk, span in parts if (found := self._of(pk, span))]

    def _of(self, pk: int, span: Stretch) -> Wanted | None:
        incident, services = self.known.incidents[pk], self.known.services(pk)
        team = team_for(self.person, self.places, services, span.start)
        if team is None:
            return None
        fields = self._about(incident) | {
            "team": team,
            "service": services[0] if services else None,
            "started_at": span.start,
            "ended_at": span.end,
        }
        source = fields["source"].pk if fields["source"] else 0
        ends = f"{span.start:%Y%m%d%H%M%S}-{span.end:%Y%m%d%H%M%S}"
        return Wanted(f"incident:{pk}:{ends}:{team.pk}:{fields['kind']}:{source}", span, fields)

    def _about(self, incident: Incident) -> dict[str, Any]:
        source = self.known.sources.get(incident.pk)
        is_toil = incident.pk in self.known.repeated or (source and source.decided_toil is not False)
        return {
            "text": TEXT,
            "incident": incident,
            "source": source,
            "kind": WorkKind.TOIL if is_toil else WorkKind.OPS_OTHER,
            "category": Category.PRODUCTION_INTERRUPT,
            "trigger": Trigger.PAGE if incident.source_system else "",
        }
