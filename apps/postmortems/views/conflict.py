"""Two people saved the same section: what it was, what each changed, and how both can stand."""

from __future__ import annotations

from typing import Any

from apps.postmortems.differences import differences
from apps.postmortems.forms import SectionForm
from apps.postmortems.merging import merge
from apps.postmortems.models import Section
from apps.postmortems.operations import StaleSection


def conflict_context(section: Section, stale: StaleSection) -> dict[str, Any]:
    """For the page: the base both began with, theirs, mine, and the merge of what does not overlap."""
    section.refresh_from_db(fields=["body", "version", "updated_at"])
    base = section.revisions.filter(version=stale.seen).values_list("body", flat=True).first() or ""
    merged = merge(base, stale.stored, stale.written)
    return {
        "section": section,
        "postmortem": section.postmortem,
        "form": SectionForm({"text": stale.written, "version": str(stale.current)}, section=section),
        "last": section.revisions.select_related("author").first(),
        "base": base,
        "theirs": differences(base, stale.stored),
        "mine": differences(base, stale.written),
        "merged": merged,
        "is_stale": True,
    }
