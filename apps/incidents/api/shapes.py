"""Rows as the API shows them, written out by hand: a list of fifty passes here on every refresh of a board."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.urls import reverse

from apps.accounts.models import Team, User
from apps.incidents.models import (
    ImpactWindow,
    Incident,
    RoleAssignment,
    TimelineEntry,
    Transition,
)

COLUMNS = (
    *("pk", "key", "title", "severity", "status", "kind", "is_private", "version"),
    *("started_at", "mitigated_at", "resolved_at", "update_due_at", "created_at", "updated_at"),
    *("commander__slug", "commander__name", "declared_by__slug", "declared_by__name"),
)


def iso(moment: datetime | None) -> str | None:
    """2026-11-04T02:11:00Z, always in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def someone(user: User | Team | None) -> dict[str, str] | None:
    return {"slug": user.slug, "name": user.name} if user else None


@cache
def _address() -> tuple[str, str]:
    before, _, after = reverse("incidents:detail", args=["KEY"]).partition("KEY")
    return before, after


def row_of(values: dict[str, Any], services: list[str]) -> dict[str, Any]:
    """From `values(*COLUMNS)`."""
    before, after = _address()
    commander = values["commander__slug"]
    return {
        "key": values["key"],
        "title": values["title"],
        "severity": values["severity"],
        "status": values["status"],
        "kind": values["kind"],
        "is_private": values["is_private"],
        "services": services,
        "commander": {"slug": commander, "name": values["commander__name"]} if commander else None,
        "declared_by": {"slug": values["declared_by__slug"], "name": values["declared_by__name"]},
        "started_at": iso(values["started_at"]),
        "mitigated_at": iso(values["mitigated_at"]),
        "resolved_at": iso(values["resolved_at"]),
        "update_due_at": iso(values["update_due_at"]),
        "created_at": iso(values["created_at"]),
        "updated_at": iso(values["updated_at"]),
        "version": values["version"],
        "url": f"{before}{values['key']}{after}",
    }


def rows_of(page: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A page of the list: one more query for the services of all its rows."""
    slugs: dict[int, list[str]] = {values["pk"]: [] for values in page}
    for pk, slug in Incident.objects.service_slugs(slugs):
        slugs[pk].append(slug)
    return [row_of(values, slugs[values["pk"]]) for values in page]


def row_of_incident(incident: Incident, services: Iterable[str]) -> dict[str, Any]:
    """The same from a loaded incident."""
    values = {name: getattr(incident, name) for name in COLUMNS if "__" not in name}
    for person in ("commander", "declared_by"):
        user = getattr(incident, person)
        values |= {f"{person}__slug": user and user.slug, f"{person}__name": user and user.name}
    return row_of(values, sorted(services))


def window_of(row: ImpactWindow) -> dict[str, Any]:
    slug = row.service.slug if row.service else None
    return window_from(row.uuid, slug, row.start, row.end, row.level, row.pct_affected)


def window_from(*values: Any) -> dict[str, Any]:
    uuid, service, start, end, level, pct_affected = values
    return {
        "id": str(uuid),
        "service": service,
        "start": iso(start),
        "end": iso(end),
        "level": level,
        "pct_affected": pct_affected,
    }


def role_of(row: RoleAssignment) -> dict[str, Any]:
    return {"role": row.role, "person": someone(row.person), "since": iso(row.since), "until": iso(row.until)}


def entry_of(row: TimelineEntry) -> dict[str, Any]:
    author, brought = row.author, row.came_with
    origin = (brought.key, brought.is_private) if brought else (None, None)
    moments = (row.recorded_at, row.edited_at)
    return entry_from(
        row.uuid, row.kind, row.body, row.at, author.slug, author.name, row.is_starred, *moments, *origin
    )


def entry_from(*values: Any) -> dict[str, Any]:
    uuid, kind, body, at, slug, name, is_starred, recorded_at, edited_at, origin, is_secret = values
    return {
        "id": str(uuid),
        "kind": kind,
        "body": body,
        "at": iso(at),
        "author": {"slug": slug, "name": name},
        "is_starred": is_starred,
        "recorded_at": iso(recorded_at),
        "edited_at": iso(edited_at),
        "came_with": None if is_secret else origin,  # who sees one private incident may not see the other
    }


def transition_of(row: Transition) -> dict[str, Any]:
    return {
        "from": row.from_status,
        "to": row.to_status,
        "at": iso(row.at),
        "effective_at": iso(row.effective_at),
        "actor": someone(row.actor),
        "reason": row.reason,
    }
