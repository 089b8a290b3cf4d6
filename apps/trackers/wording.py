"""What leaves the portal: the title and the text of an issue, to the letter.

The part that is kept here stands between two lines of its own, in plain words, which Markdown and Jira's markup both
leave alone; what people write around it in the tracker is theirs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from apps.action_items.models import ActionItem

LONGEST_TITLE = 200
FIRST, LAST = "Kept in Ballast as", "Reference:"
BLOCK = re.compile(rf"^{FIRST} .*?^{LAST} ballast[0-9a-f]+[ \t]*$", re.MULTILINE | re.DOTALL)
SPACE = "\u200b"  # of no width
MENTIONS = re.compile(r"@(?=\w)|(?<=\[)~(?=\w)")


def title_of(item: ActionItem) -> str:
    return harmless(item.title)[:LONGEST_TITLE]


def body_of(item: ActionItem, marker: str) -> str:
    said = harmless(item.description.strip())
    return f"{said}\n\n{block_of(item, marker)}\n" if said else f"{block_of(item, marker)}\n"


def block_of(item: ActionItem, marker: str) -> str:
    """What the portal owns: the promise, its date and its end."""
    due = f"{item.due_on.day} {item.due_on:%B %Y}" if item.due_on else "no date yet"
    facts = f"{item.get_priority_display()}, {item.get_kind_display().lower()}, due: {due}"
    lines = [
        f"{FIRST} {item.key}: {settings.BASE_URL}{item.get_absolute_url()}",
        facts,
        f"Done when: {harmless(' '.join(item.done_when.split()))}" if item.done_when.strip() else "",
        "Closing this issue marks it done there; who confirms it does so there.",
        f"{LAST} {marker}",
    ]
    return "\n\n".join(filter(None, lines))


def with_block(body: str, block: str) -> str:
    """The text of an issue with our part as it is now; put back at the end where somebody took it out."""
    text = body.replace("\r\n", "\n")
    if BLOCK.search(text):
        return BLOCK.sub(lambda _found: block, text, count=1)
    return f"{text.rstrip()}\n\n{block}\n" if text.strip() else f"{block}\n"


def harmless(text: str) -> str:
    """Names behind an @ would call strangers who are called so in the tracker."""
    return MENTIONS.sub(lambda found: f"{found[0]}{SPACE}", text)
