"""Everything of somebody who leaves goes to others: row by row through its own operation, all of it or none."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from apps.accounts.models import Membership, Team, TeamRole, User
from apps.action_items.models import ActionItem
from apps.audit.operations import record
from apps.core.errors import Conflict, StaleVersion
from apps.core.permissions import require
from apps.incidents.policies import can_hand_over_for
from apps.notifications.operations import queue_email
from apps.reports.holdings import BY_KIND, SOURCES, Held, Kind

LIVES = timedelta(days=14)
MOST = 500
NOT_YOURS = "Only they themselves, leads of their teams and admins hand over what somebody holds."
CHANGED = "Somebody changed it this moment. Look again."


@dataclass(frozen=True, slots=True)
class Step:
    """One row, to whom it goes, and why not; "" when it does."""

    held: Held
    to: User
    refusal: str


def holdings_of(person: User, *, by: User) -> dict[Kind, list[Held]]:
    """{kind: rows} of all that `by` may see; kinds without any are left out."""
    require(can_hand_over_for(by, person), NOT_YOURS)
    found = {source.kind: list(source.held(person, by)) for source in SOURCES}
    return {kind: rows for kind, rows in found.items() if rows}


def led_alone(person: User, now: datetime) -> list[Team]:
    """Teams of which nobody else who is here is a lead: nothing that could be given, and nothing to forget."""
    leads = Membership.objects.on(now.date()).filter(role=TeamRole.LEAD, user__is_active=True)
    others = leads.exclude(user=person).values("team")
    mine = Membership.objects.on(now.date()).filter(role=TeamRole.LEAD, user=person)
    return list(Team.objects.filter(pk__in=mine.values("team")).exclude(pk__in=others).order_by("name"))


def looks_left(person: User, *, by: User) -> int:
    """Of how many verified items it is to be said yet whether they helped. They keep their owner; leads may answer."""
    rows = ActionItem.objects.visible_to(by).checks().owned_by(person)
    return rows.filter(effect="").count()


def preview_hand_over(person: User, *, choices: Mapping[str, User], by: User, now: datetime) -> list[Step]:
    """What would become of each row. It is really tried, and then undone."""
    with transaction.atomic():
        steps = _give_all(person, choices, by=by, now=now)
        transaction.set_rollback(True)
    return steps


@transaction.atomic
def hand_over_everything(person: User, *, choices: Mapping[str, User], by: User, now: datetime) -> User:
    """`choices` is {name of a row: who gets it}; ValidationError by the names of those that cannot be given. Each
    successor gets one mail. Rows without a choice stay."""
    if not choices:
        raise ValidationError("Choose who gets something.")
    steps = _give_all(person, choices, by=by, now=now)
    refused = {step.held.name: step.refusal for step in steps if step.refusal}
    if refused:
        raise ValidationError(refused)
    counts = _counted(steps)
    record("user.handed_over", person, by=by, changes={slug: [0, count] for slug, count in counts.items()})
    occasion = uuid.uuid4()
    for to in {step.to.pk: step.to for step in steps}.values():
        rows = [step.held.name for step in steps if step.to == to]
        if to.pk != by.pk:
            _tell(to, person, rows, occasion, by=by, now=now)
    return person


def _give_all(person: User, choices: Mapping[str, User], *, by: User, now: datetime) -> list[Step]:
    known = {held.name: held for rows in holdings_of(person, by=by).values() for held in rows}
    gone = sorted(set(choices) - set(known))
    if gone or len(choices) > MOST:
        raise Conflict(
            f"{', '.join(gone)[:300]}: not {person}’s any more." if gone else f"At most {MOST} rows at once."
        )
    return [
        Step(known[name], choices[name], _give(person, known[name], choices[name], by=by, now=now))
        for name in known  # in one order, whoever asks
        if name in choices
    ]


def _give(person: User, held: Held, to: User, *, by: User, now: datetime) -> str:
    """ "" or why it cannot be given; what it had begun is undone then."""
    if to.pk == person.pk or not to.may_write or to.is_system:
        return f"{to} cannot take it. Choose somebody else who may act here."
    try:
        with transaction.atomic():
            BY_KIND[held.kind].give(person, held.key, to=to, by=by, now=now)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    except PermissionDenied:
        return "Not yours to give: its team’s lead or an admin does."
    except Conflict as refusal:
        return refusal.message
    except StaleVersion:
        return CHANGED
    return ""


def _counted(steps: Iterable[Step]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for step in steps:
        counts[step.to.slug] = counts.get(step.to.slug, 0) + 1
    return dict(sorted(counts.items()))


def _tell(to: User, person: User, rows: list[str], occasion: uuid.UUID, *, by: User, now: datetime) -> None:
    queue_email(
        to,
        kind="handed_over",
        once_per=f"handed_over:{occasion}:{to.pk}",
        not_before=now,
        expires_at=now + LIVES,
        payload={"from": person.pk, "by": by.pk, "rows": rows},
    )
