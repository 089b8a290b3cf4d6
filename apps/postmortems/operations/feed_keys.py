"""The address under which a feed reader finds one person's postmortems."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.address_keys import new_secret, prefix_of
from apps.postmortems.models import FeedKey
from apps.postmortems.models.reader import feed_digest


@transaction.atomic
def make_feed_key(*, now: datetime, by: User) -> tuple[FeedKey, str]:
    """A new key and its secret, which is shown once. The one before opens nothing any more."""
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    end_feed_key(by=by)
    secret = new_secret()
    kept = {"prefix": prefix_of(secret), "digest": feed_digest(secret)}
    key = FeedKey.objects.create(person=by, created_at=now, **kept)
    record("feed.opened", key, by=by)
    return key, secret


@transaction.atomic
def end_feed_key(*, by: User) -> None:
    for key in FeedKey.objects.filter(person=by):
        record("feed.closed", key, by=by)
        key.delete()
