"""What was said about an item, and who watches it, as one reader sees it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from apps.action_items.audience import people_named, who_see
from apps.action_items.models import ActionItem, ItemComment
from apps.action_items.policies import can_comment, can_edit_comment, can_remove_comment
from apps.core import markdown

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from apps.accounts.models import User


def comments_of(item: ActionItem, user: User) -> dict[str, Any]:
    """Two queries, whatever was said."""
    rows = list(item.comments.with_people())
    shown = html_of(rows)
    for row in rows:
        row.item = item
        row.html = shown[row.pk]  # type: ignore[attr-defined]
        row.may_edit = not row.is_removed and can_edit_comment(user, row)  # type: ignore[attr-defined]
        row.may_remove = not row.is_removed and can_remove_comment(user, row)  # type: ignore[attr-defined]
    return {
        "item": item,
        "comments": rows,
        "said": sum(not row.is_removed for row in rows),
        "once": uuid.uuid4().hex,
        "may_comment": can_comment(user, item),
    }


def html_of(rows: list[ItemComment]) -> dict[int, SafeString]:
    """{id: its words as HTML, with links to the people who are mentioned}"""
    people = people_named(row.body for row in rows)
    known = {slug: (person.name, person.get_absolute_url()) for slug, person in people.items()}
    return {row.pk: markdown.render(row.body, people=known) for row in rows}


def watchers_of(item: ActionItem, user: User) -> dict[str, Any]:
    """Who hears of changes besides its owner; those who may not see it any more do not."""
    people = [row.person for row in item.watches.select_related("person").order_by("person__name", "pk")]
    seeing = who_see(item, [person for person in people if person.is_active])
    return {
        "item": item,
        "watchers": seeing,
        "is_watching": user in people,
        "is_owner": user.pk == item.owner_id,
    }
