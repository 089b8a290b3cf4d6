"""What people are told of items they watch and of comments that name them. Rights are asked when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string

from apps.accounts.models import User
from apps.action_items.audience import names_in
from apps.action_items.history import moved, redated
from apps.action_items.mails import is_private, name_of, seen
from apps.action_items.models import ActionItem, ItemComment, Move, Redating
from apps.notifications.mail import Mail

if TYPE_CHECKING:
    from apps.notifications.models import OutboxMail

Payload = dict[str, Any]


class News(NamedTuple):
    """`text` goes on after the name of who did it; `words` are theirs."""

    text: str
    words: str = ""
    anchor: str = ""


def render_mentioned(row: OutboxMail, now: datetime) -> Mail | None:
    """None once the comment is removed, names somebody else, or is theirs to see no more."""
    item = seen(row)
    comment = _comment(row.payload) if item else None
    if item is None or comment is None or row.recipient.slug not in names_in(comment.body):
        return None
    subject = f"{comment.author} mentions you: {name_of(item)}"
    why = "You get this once for each comment that names you."
    news = News("mentions you", comment.body, comment.get_absolute_url())
    return _mail(item, comment.author, news, subject=subject, why=why)


def render_item_changed(row: OutboxMail, now: datetime) -> Mail | None:
    """None when what happened is taken back, or it is theirs to see no more."""
    item = seen(row)
    by = User.objects.filter(pk=row.payload["by"]).first()
    news = NEWS[row.payload["what"]](row.payload) if item and by else None
    if item is None or by is None or news is None:
        return None
    why = (
        "You own this item, or had it before."
        if row.recipient_id == item.owner_id
        else "You watch this item."
    )
    return _mail(item, by, news, subject=f"{name_of(item)}: {by} {news.text}", why=why)


def _comment(payload: Payload) -> ItemComment | None:
    rows = ItemComment.objects.standing().with_people()
    return rows.filter(uuid=payload["comment"]).first()


def _moved(payload: Payload) -> News | None:
    move = Move.objects.select_related("by").filter(pk=payload["move"]).first()
    return News(moved(move).text, move.reason) if move else None


def _redated(payload: Payload) -> News | None:
    row = Redating.objects.select_related("by").filter(pk=payload["redating"]).first()
    return News(redated(row).text, row.reason) if row else None


def _given(payload: Payload) -> News:
    owner = User.objects.filter(pk=payload["owner"]).first()
    if owner is None:
        return News("took its owner off")
    return News("took it over" if owner.pk == payload["by"] else f"handed it over to {owner}")


def _commented(payload: Payload) -> News | None:
    comment = _comment(payload)
    return News("commented on it", comment.body, comment.get_absolute_url()) if comment else None


def _split(payload: Payload) -> News:
    return News(f"split it: {', '.join(payload['parts'])} came of it")


def _unsplit(payload: Payload) -> News:
    parts = payload["parts"]
    return News(f"took the split back: {', '.join(parts)} {'is' if len(parts) == 1 else 'are'} closed again")


NEWS: dict[str, Callable[[Payload], News | None]] = {
    "moved": _moved,
    "redated": _redated,
    "given": _given,
    "commented": _commented,
    "split": _split,
    "unsplit": _unsplit,
}


def _mail(item: ActionItem, by: User, news: News, *, subject: str, why: str) -> Mail:
    """Of what is private neither title nor words leave the portal."""
    context = {
        "subject": subject,
        "name": name_of(item),
        "by": by.name,
        "text": news.text,
        "words": "" if is_private(item) else news.words,
        "why": why,
        "url": settings.BASE_URL + (news.anchor or item.get_absolute_url()),
    }
    text, html = (render_to_string(f"emails/item_news.{kind}", context) for kind in ("txt", "html"))
    return Mail(subject=subject, text=text, html=html)
