"""The writing aid applied to a section: its kind, and who took part."""

from __future__ import annotations

from apps.accounts.models import User
from apps.core.hints import Hint
from apps.postmortems.models import Section, SectionKind
from apps.postmortems.wording import hints_for


def hints_on(section: Section, text: str) -> list[Hint]:
    """Hints on a text for this section. Costs two queries, for the names of those who responded."""
    if not text.strip():
        return []
    postmortem = section.postmortem
    people = User.objects.filter(pk__in=postmortem.responder_ids | {postmortem.owner_id})
    return hints_for(text, kind=_kind(section), names=people.values_list("name", flat=True))


def _kind(section: Section) -> str:
    """Of what the lists beside it are, else what it is called: where we got lucky may be named otherwise."""
    return SectionKind.LUCKY if section.kind == SectionKind.LUCKY else section.slug
