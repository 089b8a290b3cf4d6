"""People on a page: initials and names.

What is kept between pages is kept by the very words that are shown and not by whose they are: another name is another
key. `typed` keeps words that are markup already apart from the same words that are not.
"""

from functools import lru_cache
from typing import Any

from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core import kept


def _name(user: Any) -> str:
    return getattr(user, "name", "") or user.get_full_name() or user.email


def initials(name: str) -> str:
    """Alice Moreau is AM, alice is Al."""
    words = name.split("@")[0].replace(".", " ").split()
    if len(words) > 1:
        return (words[0][0] + words[-1][0]).upper()
    return words[0][:2].capitalize() if words else "?"


def _is_reader(context: Context, user: Any) -> bool:
    reader = getattr(context.get("request"), "user", None)
    return getattr(reader, "pk", None) == user.pk


def avatar(context: Context, user: Any, css: str = "") -> SafeString:
    return _avatar(_name(user), "me" if _is_reader(context, user) else "", css)


@lru_cache(maxsize=2048, typed=True)
def _avatar(name: str, *css: str) -> SafeString:
    classes = " ".join(filter(None, ["avatar", *css]))
    return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, initials(name))


def person(context: Context, user: Any, empty: str = "Nobody yet") -> SafeString:
    """Initials and name; says so when there is nobody."""
    if user is None:
        return format_html('<span class="text-2">{}</span>', empty)
    return _person(_name(user), avatar(context, user))


@lru_cache(maxsize=2048, typed=True)
def _person(name: str, image: SafeString) -> SafeString:
    return format_html('<span class="person">{}{}</span>', image, name)


def typed_by(context: Context) -> SafeString:
    """Beside the token of a form with long text: sent by nobody any more, it is kept for whom it was shown to."""
    pk = getattr(getattr(context.get("request"), "user", None), "pk", None)
    if pk is None:
        return SafeString()
    return format_html('<input type="hidden" name="{}" value="{}">', kept.MARK, kept.mark_of(pk))
