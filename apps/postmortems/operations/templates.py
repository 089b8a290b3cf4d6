"""Admins write templates; an edit makes a new version, and no document changes by it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import difference
from apps.core.errors import Conflict, StaleVersion
from apps.core.permissions import require
from apps.core.validators import refuse_reserved
from apps.incidents.models import IncidentKind, Severity
from apps.postmortems.models import BlockKind, Measure, SectionKind, Template
from apps.postmortems.policies import can_configure

FIELDS = ("name", "description", "sections", "severities", "kinds", "measures", "is_offered")
MOST_SECTIONS = 30
LIMITS = {"slug": 40, "title": 120, "guidance": 500}


@transaction.atomic
def add_template(*, slug: str, now: datetime, by: User, **fields: Any) -> Template:
    """Version 1 of a new template. `fields` are those of `FIELDS`; see `Template`."""
    require(can_configure(by), "Only admins change templates.")
    refuse_reserved(slug)
    if Template.objects.newest(slug):
        raise Conflict("There is a template of this short name already.")
    row = Template(slug=slug, **{name: fields[name] for name in FIELDS if name in fields})
    return _store(row, "template.added", {}, now=now, by=by)


@transaction.atomic
def edit_template(
    slug: str, changes: Mapping[str, Any], *, seen: int | None = None, now: datetime, by: User
) -> Template:
    """The next version, with these changes; nothing changed is no version. Two editors at once: the unique version
    lets one through, and the other is told."""
    require(can_configure(by), "Only admins change templates.")
    before = Template.objects.newest(slug)
    if before is None:
        raise ValidationError({"slug": "There is no such template."})
    if seen is not None and seen != before.version:
        raise StaleVersion(before, seen=seen, current=before.version)
    diff = difference(before, {name: changes[name] for name in FIELDS if name in changes})
    if not diff:
        return before
    kept = {name: changes.get(name, getattr(before, name)) for name in FIELDS}
    row = Template(slug=slug, version=before.version + 1, **kept)
    return _store(row, "template.edited", diff, now=now, by=by)


def _store(row: Template, verb: str, diff: Mapping[str, Any], *, now: datetime, by: User) -> Template:
    row.made_at, row.made_by = now, by
    row.name = " ".join(row.name.split())
    row.full_clean(exclude={"sections", "made_by"}, validate_unique=False, validate_constraints=False)
    _check(row)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:  # the unique version let another editor through
        raise StaleVersion(row, seen=row.version - 1, current=row.version) from error
    record(verb, row, by=by, changes=diff or {"name": [None, row.name]})
    return row


def _check(row: Template) -> None:
    _check_sections(row.sections)
    _check_words("severities", row.severities, Severity.values)
    _check_words("kinds", row.kinds, IncidentKind.values)
    _check_words("measures", row.measures, [each for each in Measure.values if each != Measure.OTHER])


def _check_words(field: str, given: list[Any], known: list[Any]) -> None:
    if len(set(given)) < len(given) or not set(given) <= set(known):
        raise ValidationError({field: f"Choose from: {', '.join(map(str, known))}, each once."})


def _check_sections(sections: list[dict[str, Any]]) -> None:
    if not 1 <= len(sections) <= MOST_SECTIONS:
        raise ValidationError({"sections": f"A template has from one to {MOST_SECTIONS} sections."})
    for section in sections:
        _check_section(section)
    _check_once("short name", [section["slug"] for section in sections])
    special = [section["kind"] for section in sections if section["kind"] != SectionKind.TEXT]
    _check_once("kind of rows", special)
    _check_once("block", [block for section in sections for block in section["blocks"]])


def _check_section(section: dict[str, Any]) -> None:
    name = section["title"] or section["slug"]
    validate_slug(section["slug"])
    for field, most in LIMITS.items():
        if len(section[field]) > most:
            raise ValidationError({"sections": f"“{name}”: {field} has more than {most} characters."})
    if not section["title"].strip():
        raise ValidationError({"sections": "Each section needs a title."})
    if section["kind"] not in SectionKind.values:
        raise ValidationError({"sections": f"“{name}” is of no kind that there is."})
    if not set(section["blocks"]) <= set(BlockKind.values):
        raise ValidationError({"sections": f"“{name}” names a block that there is not."})


def _check_once(what: str, values: list[str]) -> None:
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise ValidationError({"sections": f"Twice the same {what}: {', '.join(twice)}."})
