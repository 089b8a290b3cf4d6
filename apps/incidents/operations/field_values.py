"""What an incident answers to the organisation's own fields, and what of it a move still needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import Diff, check_version, lock, plain
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.core.validators import validate_reasonable_date
from apps.incidents.models import (
    CustomField,
    CustomValue,
    FieldKind,
    Incident,
    IncidentKind,
    IncidentStatus,
)
from apps.incidents.operations.versions import raise_version
from apps.incidents.policies import can_respond

LONGEST = 2000
MOST_DIGITS = 20
ASKED = (IncidentKind.REAL, IncidentKind.NEAR_MISS, IncidentKind.DRILL)


@transaction.atomic
def set_fields(
    incident: Incident, *, values: Mapping[str, Any], seen: int | None = None, by: User, now: datetime
) -> Incident:
    """`values` is {field: answer} by short name; None or an empty text takes an answer back, the rest stays."""
    row = lock(incident)
    require(can_respond(by, row), "Only responders answer for an incident. Take a role first.")
    check_version(row, seen)
    if row.status == IncidentStatus.MERGED:
        raise Conflict("This incident was merged. Write into the one it went into.")
    asked = {field.slug: field for field in fields_of(row)}
    known = {value.field.slug: value for value in row.field_values.with_fields()}
    wanted = _read_all(asked, known, values, by=by)
    diff: Diff = {}
    for slug, new in wanted.items():
        diff |= _store(row, asked[slug], known.get(slug), new)
    if diff:
        raise_version(row)
        record("incident.fields_set", row, by=by, changes=diff)
    return row


def fields_of(incident: Incident) -> list[CustomField]:
    """What it is asked, in order."""
    return [field for field in CustomField.objects.in_use() if field.is_asked_of(incident)]


def missing_fields(incident: Incident, *, to: str) -> list[str]:
    """Sentences for people. A test has nothing to tell, old ones are taken as they are."""
    if incident.kind not in ASKED:
        return []
    needed = [field for field in CustomField.objects.needed_for(to) if field.is_asked_of(incident)]
    if not needed:
        return []
    answered = set(incident.field_values.values_list("field", flat=True))
    return [f"Answer “{field.name}”." for field in needed if field.pk not in answered]


def _read_all(
    asked: Mapping[str, CustomField],
    known: Mapping[str, CustomValue],
    values: Mapping[str, Any],
    *,
    by: User,
) -> dict[str, str | User | None]:
    """Every answer read; all that is wrong is refused at once, by the field's short name."""
    found: dict[str, str | User | None] = {}
    wrong: dict[str, Any] = {}
    for slug, answer in values.items():
        try:
            if slug not in asked:
                raise ValidationError("This incident is not asked this.")
            if slug in known and known[slug].plain == plain(answer):  # also somebody who has left meanwhile
                continue
            found[slug] = _read(asked[slug], answer, by=by)
        except ValidationError as error:
            wrong[slug] = error.messages
    if wrong:
        raise ValidationError(wrong)
    return found


def _read(field: CustomField, answer: Any, *, by: User) -> str | User | None:
    if answer is None or (isinstance(answer, str) and not answer.strip()):
        return None
    if field.kind == FieldKind.USER:
        return _person(answer, by=by)
    readers = {FieldKind.NUMBER: _number, FieldKind.DATE: _date}
    text = readers.get(FieldKind(field.kind), _text)(answer)
    if field.kind == FieldKind.CHOICE and text not in field.choices:
        raise ValidationError("Choose one of: " + ", ".join(field.choices) + ".")
    return text


def _text(answer: Any) -> str:
    if not isinstance(answer, str) or len(answer.strip()) > LONGEST:
        raise ValidationError(f"A text of at most {LONGEST} characters.")
    return answer.strip()


def _number(answer: Any) -> str:
    try:
        number = Decimal(str(answer).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(answer, bool) or not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        raise ValidationError("A number, such as 12 or 12.5.")
    return f"{number.normalize():f}"


def _date(answer: Any) -> str:
    try:
        day = answer if isinstance(answer, date) else date.fromisoformat(str(answer).strip())
    except ValueError as error:
        raise ValidationError("A date, such as 2026-11-25.") from error
    validate_reasonable_date(day)
    return day.isoformat()


def _person(answer: Any, *, by: User) -> User:
    slug = plain(answer)
    person: User | None = (
        User.objects.visible_to(by).filter(slug=slug, is_active=True).first()
        if isinstance(slug, str)
        else None
    )
    if person is None:
        raise ValidationError("There is nobody of this name.")
    return person


def _store(row: Incident, field: CustomField, old: CustomValue | None, new: str | User | None) -> Diff:
    before = old.plain if old else None
    after = new.slug if isinstance(new, User) else new
    if before == after:
        return {}
    if new is None and old:
        CustomValue.objects.filter(pk=old.pk).delete()
    else:
        value = old or CustomValue(incident=row, field=field)
        value.person, value.text = (new, "") if isinstance(new, User) else (None, str(new))
        value.save()
    return {f"field {field.slug}": [before, after]}
