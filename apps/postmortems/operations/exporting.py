"""Giving a postmortem out: what was private leaves a mark when it leaves the portal."""

from __future__ import annotations

from apps.accounts.models import User
from apps.audit.operations import record
from apps.postmortems.models import Postmortem


def note_export(postmortem: Postmortem, *, kind: str, by: User) -> None:
    """Recorded for a document of a private incident; of others nothing is kept. `kind`: markdown, json or pdf."""
    if postmortem.incidents.filter(is_private=True).exists():
        record("postmortem.exported", postmortem, by=by, changes={"format": [None, kind]})
