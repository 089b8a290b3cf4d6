"""The catalogue of what toil comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from apps.accounts.models import Team, User
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, lock, plain
from apps.core.permissions import require
from apps.core.validators import refuse_reserved
from apps.toil.models import ToilSource
from apps.toil.policies import can_keep_sources
from apps.toil.sources.checks import QUESTIONS

ANSWERS = tuple(QUESTIONS)
FIELDS = ("name", "description", "team", "service", "owner", "category", "trigger", *ANSWERS)
EDITABLE = (*FIELDS, "decided_toil", "decided_because", "annoyance", "status")
NOT_YOURS = "Members of the team and admins keep its sources."
RELATIONS = ["team", "service", "owner"]


@transaction.atomic
def add_source(*, name: str, slug: str, team: Team, by: User, **fields: Any) -> ToilSource:
    """`slug` never changes: lines that are typed name the source by it."""
    require(can_keep_sources(by, team), NOT_YOURS)
    refuse_reserved(slug)
    row = ToilSource(name=name, slug=slug, team=team, **fields)
    row.full_clean(exclude=RELATIONS)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:  # a twin that was quicker
        raise ValidationError({"slug": "This short name is taken."}) from error
    values = {"name": name, "team": team, **fields}
    record(
        "toil_source.added", row, by=by, changes={key: [None, plain(value)] for key, value in values.items()}
    )
    return row


@transaction.atomic
def edit_source(
    source: ToilSource, *, changes: Mapping[str, Any], seen: int | None = None, by: User
) -> ToilSource:
    """Answers, decision, state and the rest. A decision against the checks needs its reason."""
    row = lock(source)
    require(can_keep_sources(by, row.team), NOT_YOURS)
    check_version(row, seen)
    wanted = {name: changes[name] for name in EDITABLE if name in changes}
    if "team" in wanted:
        require(can_keep_sources(by, wanted["team"]), NOT_YOURS)
    decided, because = (wanted.get(name, getattr(row, name)) for name in ("decided_toil", "decided_because"))
    if decided is not None and not because:
        raise ValidationError({"decided_because": "Say why it is decided so."})
    diff = apply_changes(row, wanted)
    if diff:
        record("toil_source.edited", row, by=by, changes=diff)
    return row
