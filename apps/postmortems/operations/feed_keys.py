"""The address under which a feed reader finds one person's postmortems."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.postmortems.models import FeedKey
from apps.postmortems.models.reader import feed_digest

SECRET_BYTES = 32


@transaction.atomic
def make_feed_key(*, now: datetime, by: User) -> tuple[FeedKey, str]:
    """A new key and its secret, which is shown once. The one before opens nothing any more."""
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    end_feed_key(by=by)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    key = FeedKey.objects.create(person=by, prefix=secret[:10], digest=feed_digest(secret), created_at=now)
    record("feed.opened", key, by=by)
    return key, secret


@transaction.atomic
def end_feed_key(*, by: User) -> None:
    for key in FeedKey.objects.filter(person=by):
        record("feed.closed", key, by=by)
        key.delete()
