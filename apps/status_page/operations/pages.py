"""Status pages and public titles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import apply_changes, lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.incidents.models import Incident
from apps.incidents.policies import can_publish
from apps.services.models import Service
from apps.status_page.models import ORGANISATION, PublicTitle, StatusPage, validate_free_slug
from apps.status_page.policies import can_set_up

ONLY_ADMINS = "Only admins open pages to strangers."
EDITABLE = ("slug", "name", "description", "is_on")


@transaction.atomic
def add_page(
    *,
    service: Service | None = None,
    slug: str = "",
    name: str,
    description: str = "",
    is_on: bool = False,
    by: User,
) -> StatusPage:
    """A page for the service, or without one for the organisation. It shows nothing to anybody until it is on."""
    require(can_set_up(by), ONLY_ADMINS)
    if service:
        _check_slug(slug)
    page = StatusPage(
        service=service,
        slug=slug if service else ORGANISATION,
        name=name.strip(),
        description=description.strip(),
        is_on=is_on,
    )
    _check_once(service)
    page.full_clean()
    try:
        with transaction.atomic():
            page.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("Somebody added this page, or one with this address, this moment.") from error
    changes = {field: [None, getattr(page, field)] for field in EDITABLE}
    record("status_page.added", page, by=by, changes=changes | {"service": [None, service and service.slug]})
    return page


@transaction.atomic
def edit_page(page: StatusPage, *, changes: Mapping[str, Any], by: User) -> StatusPage:
    """Names, address, and whether it shows. The page of the organisation keeps its address."""
    row = lock(page)
    require(can_set_up(by), ONLY_ADMINS)
    wanted = {name: _stripped(changes[name]) for name in EDITABLE if name in changes}
    if row.service_id is None:
        wanted.pop("slug", None)
    elif "slug" in wanted:
        _check_slug(wanted["slug"])
    diff = apply_changes(row, wanted)
    if "is_on" in diff:
        record(
            "status_page.switched_on" if row.is_on else "status_page.switched_off", row, by=by, changes=diff
        )
    elif diff:
        record("status_page.edited", row, by=by, changes=diff)
    return row


@transaction.atomic
def set_public_title(incident: Incident, *, title: str, by: User) -> PublicTitle:
    """What strangers read above its public updates; empty goes back to the names of its services."""
    row = lock(incident)
    require(can_publish(by, row), "Only responders speak in public, and not of what is private.")
    known = PublicTitle.objects.select_for_update().filter(incident=row).first()
    was, title = known.title if known else "", title.strip()
    found = PublicTitle(incident=row, title=title)
    if title == was:
        return found
    if title:
        found.full_clean(validate_unique=False)
        found.save()
    elif known:
        known.delete()
    record("incident.public_title_set", found, by=by, changes={"title": [was, title]})
    return found


def _check_slug(slug: str) -> None:
    if not slug:
        raise ValidationError({"slug": "Give the page an address."})
    try:
        validate_free_slug(slug)
    except ValidationError as refusal:
        raise ValidationError({"slug": refusal.messages}) from refusal


def _check_once(service: Service | None) -> None:
    if StatusPage.objects.filter(service=service).exists():
        name = service.name if service else "The organisation"
        raise ValidationError({"service": f"{name} has a status page already."})


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value
