"""Personal API tokens: the secret leaves this module once, as the second half of what `create_token` returns."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import ApiToken, User, digest_of, new_secret
from apps.accounts.policies import can_make_token, can_revoke_token
from apps.audit.operations import record
from apps.core.changes import apply_changes, lock
from apps.core.permissions import require

LONGEST = timedelta(days=366)
USE_IS_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def create_token(
    person: User, *, name: str, scope: str, expires_at: datetime, by: User, now: datetime
) -> tuple[ApiToken, str]:
    owner: User = User.objects.locked().get(pk=person.pk)  # whoever is deactivated meanwhile gets none
    require(by.pk == owner.pk or by.is_system, "A token is made by its owner.")
    require(can_make_token(owner, scope), "You may not have a token that writes.")
    if not now < expires_at <= now + LONGEST:
        raise ValidationError({"expires_at": "A token lives for at most a year."})
    prefix, secret = new_secret()
    token = ApiToken(user=owner, name=name, scope=scope, expires_at=expires_at, prefix=prefix)
    token.digest = digest_of(secret)
    token.full_clean()
    token.save()
    shown = {"name": [None, name], "scope": [None, scope], "expires_at": [None, expires_at.isoformat()]}
    record("token.created", token, by=by, changes=shown)
    return token, secret


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User, now: datetime) -> ApiToken:
    """Revoking twice changes nothing."""
    row = lock(token)
    require(can_revoke_token(by, row), "This is somebody else's token.")
    if row.revoked_at is None:
        diff = apply_changes(row, {"revoked_at": now})
        record("token.revoked", row, by=by, changes=diff)
    return row


def note_use(token: ApiToken, *, now: datetime) -> None:
    """When it was last used, to the minute: not a write per request, and no part of the audit trail."""
    if token.last_used_at is None or token.last_used_at <= now - USE_IS_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
