"""Who hears of an item without being asked for anything: who watches it, who owns it, and who is mentioned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from apps.accounts.models import User
from apps.action_items.audience import people_named, who_see
from apps.action_items.models import ActionItem, ItemComment, Watch
from apps.audit.operations import record
from apps.core.permissions import require
from apps.notifications.operations import outbox_row, queue_emails

if TYPE_CHECKING:
    from apps.notifications.models import OutboxMail

MENTIONED, CHANGED = "mentioned", "item_changed"
LIVES = timedelta(days=3)


@transaction.atomic
def watch_action_item(item: ActionItem, *, is_on: bool, by: User, now: datetime) -> ActionItem:
    """Hear of changes, or no longer. Everybody who may see it may watch it; the same twice changes nothing."""
    require(by.is_active)
    watches = Watch.objects.filter(item=item, person=by)
    if is_on == watches.exists():
        return item
    if is_on:
        Watch.objects.bulk_create([Watch(item=item, person=by, since=now)], ignore_conflicts=True)
    else:
        watches.delete()
    record("action_item.watched" if is_on else "action_item.unwatched", item, by=by)
    return item


def tell_mentioned(comment: ItemComment, *, now: datetime) -> set[int]:
    """Who is named in it, may see the item and did not write it: once for a comment, however often it is corrected.
    Their ids."""
    named = people_named([comment.body]).values()
    people = who_see(comment.item, [person for person in named if person.pk != comment.author_id])
    payload = {"key": comment.item.key, "comment": str(comment.uuid)}
    _queue(people, MENTIONED, f"{comment.uuid}", payload, now=now)
    return {person.pk for person in people}


def tell_followers(
    item: ActionItem,
    what: str,
    occasion: str,
    about: Mapping[str, Any],
    *,
    also: Iterable[int | None] = (),
    but: Collection[int | None] = (),
    by: User,
    now: datetime,
) -> None:
    """Who watches it, its owner and `also`; neither who did it nor `but`, who hear of it otherwise."""
    wanted = {*item.watches.values_list("person", flat=True), item.owner_id, *also} - {by.pk, None, *but}
    if wanted:
        people = who_see(item, User.objects.active().filter(pk__in=wanted).order_by("pk"))
        payload = {"key": item.key, "what": what, "by": by.pk, **about}
        _queue(people, CHANGED, f"{item.pk}:{occasion}", payload, now=now)


def _queue(
    people: Iterable[User], kind: str, occasion: str, payload: Mapping[str, Any], *, now: datetime
) -> None:
    queue_emails([_row(person, kind, occasion, payload, now) for person in people])


def _row(person: User, kind: str, occasion: str, payload: Mapping[str, Any], now: datetime) -> OutboxMail:
    once = f"{kind}:{occasion}:{person.pk}"
    return outbox_row(
        person, kind=kind, once_per=once, not_before=now, expires_at=now + LIVES, payload=payload
    )
