"""Integrations: made, changed, switched off, given a new key. A key leaves here once, beside the row."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core import validators
from apps.core.changes import apply_changes, lock
from apps.core.permissions import require
from apps.core.sealed import seal
from apps.intake.models import Integration, new_key
from apps.intake.models.integration import digest_of
from apps.intake.policies import can_manage_intake

ONLY_ADMINS = "Only admins manage integrations."
PLAIN = ("name", "team", "service", "rule", "severity")
LONGEST_OVERLAP = timedelta(days=7)
RESERVED = validators.RESERVED | {"deliveries", "alerts"}


@transaction.atomic
def add_integration(*, name: str, by: User, secret: str = "", **fields: Any) -> tuple[Integration, str]:
    """The integration, and its key: this is the only time that it can be read."""
    require(can_manage_intake(by), ONLY_ADMINS)
    prefix, key = new_key()
    row = Integration(name=name.strip(), slug=_free_slug(name), key_prefix=prefix, **fields)
    row.key_digest, row.sealed_secret = digest_of(key), seal(secret.strip())
    row.full_clean()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError({"name": "An integration of this name was added this moment."}) from error
    shown = ("name", "kind", "rule", "severity")
    record("integration.added", row, by=by, changes={field: [None, getattr(row, field)] for field in shown})
    return row, key


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:50].strip("-") or "integration"
    taken = RESERVED | set(Integration.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    numbered = itertools.chain([wanted], (f"{wanted}-{number}" for number in itertools.count(2)))
    return next(slug for slug in numbered if slug not in taken)


@transaction.atomic
def edit_integration(integration: Integration, *, changes: Mapping[str, Any], by: User) -> Integration:
    """A `secret` replaces the one that is there, an empty one leaves it, None removes it; the audit trail says
    that it changed and no more."""
    row = lock(integration)
    require(can_manage_intake(by), ONLY_ADMINS)
    diff = apply_changes(row, {name: changes[name] for name in PLAIN if name in changes})
    secret = changes.get("secret", "")
    if secret is None or secret.strip():
        had = row.has_secret
        apply_changes(row, {"sealed_secret": seal((secret or "").strip())})
        diff["secret"] = [
            "set" if had else "none",
            "replaced" if secret and had else "set" if secret else "none",
        ]
    if diff:
        record("integration.edited", row, by=by, changes=diff)
    return row


@transaction.atomic
def switch_integration(integration: Integration, *, is_enabled: bool, by: User) -> Integration:
    """Switched off, its key is as unknown as any other."""
    row = lock(integration)
    require(can_manage_intake(by), ONLY_ADMINS)
    diff = apply_changes(row, {"is_enabled": is_enabled})
    if diff:
        record(f"integration.{'enabled' if is_enabled else 'disabled'}", row, by=by, changes=diff)
    return row


@transaction.atomic
def rotate_key(
    integration: Integration, *, overlap: timedelta = timedelta(), by: User, now: datetime
) -> tuple[Integration, str]:
    """A new key; the former one counts for `overlap` more, so that senders can be changed one by one."""
    row = lock(integration)
    require(can_manage_intake(by), ONLY_ADMINS)
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise ValidationError({"overlap": "The former key counts for at most seven days more."})
    prefix, key = new_key()
    was = row.key_prefix
    old = {"old_key_prefix": was, "old_key_digest": row.key_digest, "old_key_until": now + overlap}
    apply_changes(row, old | {"key_prefix": prefix, "key_digest": digest_of(key)})
    record("integration.key_rotated", row, by=by, changes={"key": [f"{was}…", f"{prefix}…"]})
    return row, key
