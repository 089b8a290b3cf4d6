"""The writing aid applied to what is written on a postmortem: its kind, and who took part."""

from __future__ import annotations

from apps.accounts.models import User
from apps.core.hints import Hint
from apps.postmortems.models import Postmortem, Section, SectionKind
from apps.postmortems.wording import hints_for


def hints_on(section: Section, text: str) -> list[Hint]:
    """Hints on a text for this section. Where we got lucky may be named otherwise: its kind says so."""
    kind = SectionKind.LUCKY if section.kind == SectionKind.LUCKY else section.slug
    return hints_about(section.postmortem, text, kind=kind)


def hints_about(postmortem: Postmortem, text: str, *, kind: str = "") -> list[Hint]:
    """Hints on a factor, a lesson or any other text. Costs two queries, for the names of those who responded."""
    if not text.strip():
        return []
    people = User.objects.filter(pk__in=postmortem.responder_ids | {postmortem.owner_id})
    return hints_for(text, kind=kind, names=people.values_list("name", flat=True))
