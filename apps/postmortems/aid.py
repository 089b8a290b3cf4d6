"""The writing aid applied to a section: its kind, and who took part."""

from __future__ import annotations

from apps.accounts.models import User
from apps.core.hints import Hint
from apps.postmortems.models import Section
from apps.postmortems.wording import hints_for


def hints_on(section: Section, text: str) -> list[Hint]:
    """Hints on a text for this section. Costs two queries, for the names of those who responded."""
    if not text.strip():
        return []
    postmortem = section.postmortem
    people = User.objects.filter(pk__in=postmortem.responder_ids | {postmortem.owner_id})
    return hints_for(text, kind=section.slug, names=people.values_list("name", flat=True))
