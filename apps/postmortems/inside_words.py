"""What a text for everybody says of the inside: people, keys, services and machines that strangers do not know.

Like the writing aid it is a help for who writes and approves: it blocks nothing and stores nothing. Other than there,
quotations, code and links are looked at too. Names are looked up by the words of the text, so its cost is three
queries however large the organisation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings

from apps.accounts.models import User
from apps.core.addresses import is_public
from apps.core.hints import MAX_CHARACTERS, Hint, Rule, find_hints
from apps.postmortems.models import Postmortem
from apps.services.models import Service
from apps.status_page.models import StatusPage

WORD = re.compile(r"[^\W\d_][\w'’-]{0,60}")
SLUG = re.compile(r"(?<![\w-])[a-z0-9]+(?:[_-][a-z0-9]+)*(?![\w-])")
KEY = r"\b(?:INC|PM|ACT)-\d{1,9}\b"
EMAIL = r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
MENTION = r"(?<![\w.@/+-])@[a-z][\w-]{1,60}"
ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"“”]{1,2000}")
INSIDE = r"\]\(/[^)\s]{0,2000}\)"  # a link without a host leads into the portal
PRIVATE = r"\.(?:internal|intranet|corp|lan|local|localdomain|home\.arpa)"
MACHINE = rf"(?<![\w.-])[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,8}}{PRIVATE}(?![\w-]|\.\w)"
NUMBERS = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
LONGEST_NAME = 4  # words
MOST = 5000  # words of one text that are looked up
COMMON = frozenset({"May", "Will", "Mark", "Grace", "Hope", "Art", "Rose", "April", "June", "Bill", "Drew"})


def inside_words(postmortem: Postmortem, text: str) -> list[Hint]:
    """In the order in which they stand."""
    text = text[:MAX_CHARACTERS]
    if not text.strip():
        return []
    rules = (
        _rule("person", [_any(_people(postmortem, text)), EMAIL, MENTION]),
        _rule("key", [KEY]),
        _rule("service", [_any(_services(postmortem, text), edge="-")]),
        _rule("address", [_any(_hosts(text), edge="."), INSIDE, MACHINE]),
    )
    return find_hints(text, rules, read=str)


WHY = {
    "person": (
        "A person",
        "Everybody will read it, and search engines keep it.",
        "Which role or which part of the system says the same?",
    ),
    "key": (
        "A key from inside",
        "Nobody outside can look it up; it tells how you count.",
        "What is it called in the customer’s words?",
    ),
    "service": (
        "A service by its name inside",
        "Customers know it by another name or not at all, and it draws a map for others.",
        "Which part of the product do customers see of it?",
    ),
    "address": (
        "An address from inside",
        "Strangers cannot open it, and it names a machine.",
        "Is there a public page that says the same?",
    ),
}


def _rule(name: str, patterns: Iterable[str]) -> Rule:
    about, why, ask = WHY[name]
    pattern = "|".join(filter(None, patterns))
    return Rule(name, about, why, ask, (), signs=re.compile(pattern) if pattern else None)


def _any(found: Iterable[str], *, edge: str = "") -> str:
    """One of these, whole; `edge` may not stand beside it either."""
    written = "|".join(map(re.escape, sorted(found, key=len, reverse=True)))
    return rf"(?<![\w{edge}])(?:{written})(?![\w-])" if written else ""


def _people(postmortem: Postmortem, text: str) -> set[str]:
    """Everybody here by their whole name; who took part also by the first word of it."""
    words = WORD.findall(text)[:MOST]
    asked = {
        " ".join(words[at : at + length])
        for length in range(2, LONGEST_NAME + 1)
        for at in range(len(words) - length + 1)
        if words[at][0].isupper()
    }
    known = User.objects.people().filter(name__in=asked)
    took_part = User.objects.filter(pk__in=postmortem.responder_ids | {postmortem.owner_id})
    names = set(took_part.values_list("name", flat=True))
    first = {name.partition(" ")[0] for name in names} - COMMON
    return {*known.values_list("name", flat=True), *names, *first} - {""}


def _services(postmortem: Postmortem, text: str) -> set[str]:
    """By their names inside, unless customers know the same word from a status page. One plain word (search, say) is
    only looked for when it is about that service."""
    found = set(SLUG.findall(text)[:MOST])
    known = StatusPage.objects.on().values_list("slug", "name")
    public = {word for slug, name in known for word in (slug, *name.casefold().split())}
    slugs = set(Service.objects.filter(slug__in=found - public).values_list("slug", flat=True))
    own = set(postmortem.incidents.values_list("services__slug", flat=True))
    return {slug for slug in slugs if slug in own or re.search(r"[\d_-]", slug)}


def _hosts(text: str) -> Iterator[str]:
    """Links and numbers that lead inside, as they are written."""
    for found in ADDRESS.findall(text):
        if _is_inside(found):
            yield found.rstrip(".,;:!?")
    yield from (found for found in NUMBERS.findall(text) if not _is_open(found))


def _is_inside(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    host, own = (parts.hostname or "").rstrip("."), urlsplit(settings.BASE_URL).hostname
    if host == own:
        return not parts.path.startswith("/status/")
    if "." not in host or re.search(rf"{PRIVATE}$", host):
        return True
    return bool(NUMBERS.fullmatch(host)) and not _is_open(host)


def _is_open(number: str) -> bool:
    try:
        return is_public(ip_address(number))
    except ValueError:
        return True  # no address: a version number, say
