"""The only code that writes services, their links, tags and dependencies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.text import slugify

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import Diff, apply_changes, lock
from apps.core.permissions import require
from apps.core.validators import refuse_reserved
from apps.services.models import Hardness, Service, ServiceDependency, ServiceLink, ServiceWatch, Tag
from apps.services.policies import can_add_service, can_edit_service

PLAIN = ("name", "description", "tier", "lifecycle", "owner_team")
MAX_TAGS = 20


def tags_named(names: Iterable[str]) -> list[Tag]:
    """The tags of these names, made on first use; names become lower-case slugs, blanks and doubles go."""
    slugs = list(
        dict.fromkeys(slug for slug in (slugify(name, allow_unicode=True)[:60] for name in names) if slug)
    )
    Tag.objects.bulk_create([Tag(name=slug) for slug in slugs], ignore_conflicts=True)
    return list(Tag.objects.filter(name__in=slugs))


@transaction.atomic
def add_service(
    *,
    slug: str,
    owner_team: Any,
    by: User,
    links: Mapping[str, str] | None = None,
    tags: Iterable[str] = (),
    needs: Mapping[Service, str] | None = None,
    **fields: Any,
) -> Service:
    """A new service. `links` is {kind: address}, `needs` is {service: "hard" or "soft"}."""
    require(can_add_service(by, owner_team), "You can add services for your own teams only.")
    service = Service(slug=slug, owner_team=owner_team, **fields)
    service.full_clean()
    refuse_reserved(slug)
    service.save()
    _relate(service, links=links, tags=tags, needs=needs)
    record("service.added", service, by=by, changes={"name": [None, service.name], "slug": [None, slug]})
    return service


@transaction.atomic
def edit_service(service: Service, *, changes: Mapping[str, Any], by: User) -> Service:
    """Change fields; `links`, `tags` and `needs` replace what was there, other keys are fields of the service."""
    row = lock(service)
    require(can_edit_service(by, row), "Only the owning team and admins change this service.")
    owner = changes.get("owner_team", row.owner_team)
    require(
        owner == row.owner_team or can_add_service(by, owner),
        "You can give a service to your own teams only.",
    )
    diff = apply_changes(row, {name: changes[name] for name in PLAIN if name in changes})
    diff |= _relate(row, links=changes.get("links"), tags=changes.get("tags"), needs=changes.get("needs"))
    if diff:
        record("service.edited", row, by=by, changes=diff)
    return row


@transaction.atomic
def watch_service(service: Service, *, is_on: bool, by: User) -> Service:
    """Be told, or no longer be told, when a postmortem about the service is published. Twice is once."""
    watches = ServiceWatch.objects.filter(service=service, person=by)
    if is_on == watches.exists():
        return service
    if is_on:
        ServiceWatch.objects.bulk_create([ServiceWatch(service=service, person=by)], ignore_conflicts=True)
    else:
        watches.delete()
    record("service.watched" if is_on else "service.unwatched", service, by=by)
    return service


def _relate(
    service: Service,
    *,
    links: Mapping[str, str] | None,
    tags: Iterable[str] | None,
    needs: Mapping[Service, str] | None,
) -> Diff:
    diff: Diff = {}
    if links is not None:
        diff |= _set_links(service, links)
    if tags is not None:
        diff |= _set_tags(service, tags)
    if needs is not None:
        diff |= _set_needs(service, needs)
    return diff


def _set_links(service: Service, links: Mapping[str, str]) -> Diff:
    before = dict(service.links.values_list("kind", "url"))
    after = {kind: url for kind, url in links.items() if url}
    if before == after:
        return {}
    rows = [ServiceLink(service=service, kind=kind, url=url) for kind, url in after.items()]
    _clean_each(rows, field="links")
    service.links.all().delete()
    ServiceLink.objects.bulk_create(rows)
    return {"links": [before, after]}


def _set_tags(service: Service, names: Iterable[str]) -> Diff:
    wanted = tags_named(names)
    if len(wanted) > MAX_TAGS:
        raise ValidationError({"tags": f"At most {MAX_TAGS} tags."})
    before = sorted(service.tags.values_list("name", flat=True))
    after = sorted(tag.name for tag in wanted)
    service.tags.set(wanted)
    return {"tags": [before, after]} if before != after else {}


def _set_needs(service: Service, needs: Mapping[Service, str]) -> Diff:
    before = dict(service.needs.values_list("needs__slug", "hardness"))
    after = {other.slug: str(Hardness(hardness)) for other, hardness in needs.items()}
    if before == after:
        return {}
    rows = [ServiceDependency(service=service, needs=other, hardness=kind) for other, kind in needs.items()]
    if any(row.needs_id == service.pk for row in rows):
        raise ValidationError({"needs": "A service cannot depend on itself."})
    service.needs.all().delete()
    ServiceDependency.objects.bulk_create(rows)
    return {"needs": [before, after]}


def _clean_each(rows: Iterable[models.Model], *, field: str) -> None:
    try:
        for row in rows:
            row.clean_fields(exclude={"service"})
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from error
