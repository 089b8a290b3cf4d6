"""Admins say which fields there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import Diff, apply_changes, check_version, lock
from apps.core.permissions import require
from apps.incidents.models import CustomField, FieldKind, Severity
from apps.incidents.policies import can_configure
from apps.services.models import Tier

PLAIN = ("name", "hint", "kind", "choices", "severities", "tiers", "needed_at", "position", "is_retired")
MOST_CHOICES = 50
LONGEST_CHOICE = 80
TAKEN = frozenset({"version", "once"})  # what forms carry besides


@transaction.atomic
def add_field(*, slug: str, name: str, by: User, **fields: Any) -> CustomField:
    """`choices` is a list of texts, `severities` and `tiers` lists of numbers; see `CustomField`."""
    require(can_configure(by), "Only admins add fields.")
    row = CustomField(slug=slug, name=name.strip(), **fields)
    _check(row)
    row.full_clean()
    row.save(force_insert=True)
    record("field.added", row, by=by, changes=_first_values(row))
    return row


@transaction.atomic
def edit_field(
    field: CustomField, *, changes: Mapping[str, Any], seen: int | None = None, by: User
) -> CustomField:
    """What incidents answered stays, also when the field is retired or asked of others than before."""
    row = lock(field)
    require(can_configure(by), "Only admins change fields.")
    check_version(row, seen)
    wanted = {name: changes[name] for name in PLAIN if name in changes}
    if wanted.get("kind", row.kind) != row.kind and row.values.exists():
        raise ValidationError({"kind": "Incidents have answered it already. Retire it and add another."})
    _check(CustomField(**{name: wanted.get(name, getattr(row, name)) for name in PLAIN}))
    diff = apply_changes(row, wanted)
    if diff:
        record("field.edited", row, by=by, changes=diff)
    return row


def _check(row: CustomField) -> None:
    if row.slug in TAKEN:
        raise ValidationError({"slug": "This word has a meaning in forms already. Choose another."})
    if not set(row.severities) <= set(Severity.values):
        raise ValidationError({"severities": "Severities are numbers from 1 to 4."})
    if not set(row.tiers) <= set(Tier.values):
        raise ValidationError({"tiers": "Tiers are numbers from 0 to 3."})
    if (row.kind == FieldKind.CHOICE) != bool(row.choices):
        raise ValidationError({"choices": "Name what can be chosen, for a choice and for nothing else."})
    if len(row.choices) > MOST_CHOICES or len(set(row.choices)) < len(row.choices):
        raise ValidationError({"choices": f"At most {MOST_CHOICES}, each once."})
    if any(not one.strip() or len(one) > LONGEST_CHOICE for one in row.choices):
        raise ValidationError({"choices": f"Each is a text of at most {LONGEST_CHOICE} characters."})


def _first_values(row: CustomField) -> Diff:
    return {
        name: [None, getattr(row, name)] for name in PLAIN if getattr(row, name) not in ("", [], False, 0)
    }
