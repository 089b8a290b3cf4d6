"""The only way into the audit trail; called by every operation, inside its transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import models

from apps.audit.models import AuditEvent, PrivateScope
from apps.core.context import origin

if TYPE_CHECKING:
    from apps.accounts.models import User


def record(
    verb: str,
    target: models.Model,
    *,
    by: User,
    changes: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Append one event. `verb` is "<noun>.<past tense>"; a target names itself by `audit_key` or its key,
    slug or uuid, and what it is part of by `audit_scope` ("incident:INC-12")."""
    where = origin.get()
    return AuditEvent.objects.create(
        actor=by,
        door=where.door,
        verb=verb,
        object_type=target._meta.model_name or "",
        object_key=name_of(target),
        scope=getattr(target, "audit_scope", ""),
        changes=dict(changes or {}),
        request_id=where.request_id,
        address=where.address,
    )


def name_of(target: models.Model) -> str:
    for attribute in ("audit_key", "key", "slug", "uuid"):
        value = getattr(target, attribute, None)
        if value:
            return str(value)
    return str(target.pk)


def hide_scope(scope: str) -> None:
    PrivateScope.objects.get_or_create(scope=scope)


def show_scope(scope: str) -> None:
    PrivateScope.objects.filter(scope=scope).delete()
