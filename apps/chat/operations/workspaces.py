from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.chat.models import Workspace
from apps.chat.policies import can_manage_chat
from apps.core.changes import apply_changes, lock
from apps.core.permissions import require
from apps.core.sealed import seal

ONLY_ADMINS = "Only admins connect a chat."
PLAIN = ("name", "is_enabled")


@transaction.atomic
def add_workspace(*, name: str, kind: str, secret: str, by: User) -> Workspace:
    require(can_manage_chat(by), ONLY_ADMINS)
    if not secret.strip():
        raise ValidationError({"secret": "Without its secret no command can be believed."})
    row = Workspace(name=name.strip(), kind=kind, sealed_secret=seal(secret.strip()))
    row.full_clean()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError({"name": "A chat of this name was added this moment."}) from error
    record("chat_workspace.added", row, by=by, changes={"name": [None, row.name], "kind": [None, kind]})
    return row


@transaction.atomic
def edit_workspace(workspace: Workspace, *, changes: Mapping[str, Any], by: User) -> Workspace:
    """A `secret` replaces the one that is there, an empty one leaves it."""
    row = lock(workspace)
    require(can_manage_chat(by), ONLY_ADMINS)
    diff = apply_changes(row, {name: changes[name] for name in PLAIN if name in changes})
    secret = changes.get("secret", "").strip()
    if secret and secret != row.secret:
        apply_changes(row, {"sealed_secret": seal(secret)})
        diff["secret"] = ["set", "replaced"]
    if diff:
        record("chat_workspace.edited", row, by=by, changes=diff)
    return row
