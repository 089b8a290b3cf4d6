"""Who may see an item: whom a mention reaches, and whose names are offered for one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, Q, When
from django.utils import timezone

from apps.accounts.models import Membership, OrgRole, User
from apps.action_items.models import ActionItem
from apps.core import markdown
from apps.core.markdown import TooCostlyError
from apps.core.mentions import named_in
from apps.core.searching import every_word

MOST_OFFERED = 8


def who_see(item: ActionItem, people: Iterable[User]) -> list[User]:
    """Those among them who may; no query unless it is private."""
    if item.incident is None or not item.incident.is_private:
        return list(people)
    row = ActionItem.objects.filter(pk=item.pk)
    return [person for person in people if row.visible_to(person).exists()]


def names_in(text: str) -> list[str]:
    """Short names that are mentioned, whether they are anybody's or not."""
    try:
        return named_in(markdown.parse(text))
    except TooCostlyError:
        return []


def people_named(texts: Iterable[str]) -> dict[str, User]:
    """{short name: active person} of all that are mentioned in any of them. One query at most."""
    names = {name for text in texts for name in names_in(text)}
    rows = User.objects.active().filter(slug__in=names) if names else []
    return {person.slug: person for person in rows}


def offered(item: ActionItem, text: str, now: datetime) -> list[User]:
    """The first of those who may see it and whose name has the words, those first whose name has one that begins so."""
    rows = User.objects.active().filter(every_word(text, "name", "slug"))
    begins = Q(slug__istartswith=text) | Q(slug__icontains=f"-{text}")
    rows = rows.annotate(rank=Case(When(begins, then=0), default=1)).order_by("rank", "name", "pk")
    if item.incident is None or not item.incident.is_private:
        return list(rows[:MOST_OFFERED])
    return who_see(item, rows.filter(_may_know(item, now)).distinct())[:MOST_OFFERED]


def _may_know(item: ActionItem, now: datetime) -> Q:
    """Few enough to ask each: admins, who took part, and whom access was given to."""
    assert item.incident is not None  # noqa: S101  (asked before)
    grants = item.incident.grants.running(now)
    members = Membership.objects.on(timezone.localdate(now)).filter(team__in=grants.values("team"))
    known = Q(pk__in=item.incident.participant_ids) | Q(pk__in=grants.values("person"))
    return Q(org_role=OrgRole.ADMIN) | known | Q(pk__in=members.values("user"))
