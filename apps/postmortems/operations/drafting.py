"""Drafting a postmortem from incidents, and changing what stands above its sections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import Diff, apply_changes, check_version, lock
from apps.core.keys import next_key
from apps.core.permissions import require
from apps.incidents.models import Incident
from apps.incidents.policies import can_respond, took_part
from apps.postmortems.drawing import first_summary
from apps.postmortems.models import Postmortem, PostmortemStatus, Section, SectionRevision, Template
from apps.postmortems.models.shipped import SectionTemplate
from apps.postmortems.operations.approvals import withdraw_approvals
from apps.postmortems.operations.blocks import draw_blocks, to_draw_from
from apps.postmortems.operations.indexing import index_postmortem
from apps.postmortems.operations.moving import move, require_open
from apps.postmortems.policies import can_detach, can_draft, can_own, can_write
from apps.services.operations import tags_named
from apps.status_page.operations import relate_report

MAX_TAGS = 20
MAX_INCIDENTS = 50
WRITTEN = ("title", "owner", "trigger_category", "trigger_text")
OPENS_FOR_GOOD = "Its owner reads it for good: choose who took part in it, or let a responder choose."
FROZEN = {"title", "incidents", "trigger_category", "trigger_text"}


@transaction.atomic
def draft_postmortem(
    incidents: Iterable[Incident],
    *,
    title: str = "",
    owner: User | None = None,
    tags: Iterable[str] = (),
    template: str = "",
    now: datetime,
    by: User,
) -> Postmortem:
    """A draft with the sections of a template, and beside them what the incidents know.

    `template` is the slug of one that is offered; empty, the one proposed for these incidents. An incident may have
    several postmortems; doors warn when one exists. Callers hand over incidents that `by` may see.
    """
    require(can_draft(by))
    rows = _incidents(incidents)
    chosen = _template(template, rows)
    _check_owner(owner or by, rows, by=by)
    postmortem = _new(title.strip() or rows[0].title, owner=owner or by, template=chosen, now=now)
    postmortem.incidents.set(rows)
    if tags:
        _set_tags(postmortem, tags)
    texts = {"summary": first_summary(rows)}
    add_sections(postmortem, chosen.parts, texts=texts, now=now, by=by)
    draw_blocks(postmortem, chosen.parts, rows, now=now, by=by)
    keys = [row.key for row in rows]
    changes: Diff = {"title": [None, postmortem.title], "incidents": [[], keys]}
    changes |= {"template": [None, f"{chosen.slug} {chosen.version}"]}
    record("postmortem.drafted", postmortem, by=by, changes=changes)
    index_postmortem(postmortem)
    return postmortem


def _incidents(incidents: Iterable[Incident]) -> list[Incident]:
    wanted = {incident.pk for incident in incidents}
    if not wanted:
        raise ValidationError({"incidents": "Choose at least one incident."})
    if len(wanted) > MAX_INCIDENTS:
        raise ValidationError({"incidents": f"At most {MAX_INCIDENTS} incidents share one postmortem."})
    return list(to_draw_from(Incident.objects.filter(pk__in=wanted)))


def _template(slug: str, incidents: Sequence[Incident]) -> Template:
    if not slug:
        return Template.objects.fitting(incidents)
    found = next((row for row in Template.objects.offered() if row.slug == slug), None)
    if found is None:
        offered = ", ".join(row.slug for row in Template.objects.offered())
        raise ValidationError({"template": f"Choose one of: {offered}."})
    return found


def _new(title: str, *, owner: User, template: Template, now: datetime) -> Postmortem:
    number, key = next_key("PM")
    postmortem = Postmortem(number=number, key=key, title=title, owner=owner, status_since=now)
    postmortem.template_slug, postmortem.template_version = template.slug, template.version
    postmortem.expected_measures = list(template.measures)
    postmortem.full_clean(
        exclude={"number", "key", "owner"}, validate_unique=False, validate_constraints=False
    )
    postmortem.save()
    return postmortem


def _check_owner(owner: User, incidents: Iterable[Incident], *, by: User) -> None:
    """To own it is to read it for good. Of a private incident that is not given by who only reads along for a time."""
    if not can_own(owner):
        raise ValidationError({"owner": "Choose somebody who is active and may write."})
    if any(row.is_private and not took_part(owner, row) and not can_respond(by, row) for row in incidents):
        raise ValidationError({"owner": OPENS_FOR_GOOD})


def add_sections(
    postmortem: Postmortem,
    templates: Sequence[SectionTemplate],
    *,
    texts: Mapping[str, str],
    now: datetime,
    by: User,
) -> None:
    """One section per template, and a first revision for those that begin with a text."""
    rows = [
        Section(
            postmortem=postmortem,
            slug=template.slug,
            title=template.title,
            kind=template.kind,
            guidance=template.guidance,
            is_required=template.is_required,
            position=position,
            body=texts.get(template.slug, ""),
        )
        for position, template in enumerate(templates, start=1)
    ]
    Section.objects.bulk_create(rows)
    SectionRevision.objects.bulk_create(
        SectionRevision(section=row, version=row.version, body=row.body, author=by, at=now)
        for row in rows
        if row.body
    )


@transaction.atomic
def edit_postmortem(
    postmortem: Postmortem, *, changes: Mapping[str, Any], seen: int | None = None, now: datetime, by: User
) -> Postmortem:
    """Change title, owner, trigger, tags ({names}) or incidents. An approved text goes back to draft: it is no longer
    what was approved. A new owner during a review withdraws it, so that nobody hands on and approves."""
    row = lock(postmortem)
    require(can_write(by, row))
    check_version(row, seen)
    if set(changes) & FROZEN:
        require_open(row)
    if "owner" in changes:
        is_theirs = row.owner_id in {by.pk, changes["owner"].pk}  # to hand on, or it stays
        _check_owner(changes["owner"], [] if is_theirs else row.incidents.all(), by=by)
    diff = apply_changes(row, {name: changes[name] for name in WRITTEN if name in changes})
    related = _relate(row, changes, by=by)
    if related and not diff:
        _touch(row)
    if diff | related:
        record("postmortem.edited", row, by=by, changes=diff | related)
        _withdraw_if_needed(row, diff | related, now=now, by=by)
        index_postmortem(row)
    return row


def _relate(row: Postmortem, changes: Mapping[str, Any], *, by: User) -> Diff:
    diff: Diff = {}
    if "tags" in changes:
        diff |= _set_tags(row, changes["tags"])
    if "incidents" in changes:
        diff |= _set_incidents(row, changes["incidents"], by=by)
    return diff


def _set_tags(row: Postmortem, names: Iterable[str]) -> Diff:
    wanted = tags_named(names)
    if len(wanted) > MAX_TAGS:
        raise ValidationError({"tags": f"At most {MAX_TAGS} tags."})
    before = sorted(row.tags.values_list("name", flat=True))
    after = sorted(tag.name for tag in wanted)
    row.tags.set(wanted)
    return {"tags": [before, after]} if before != after else {}


def _set_incidents(row: Postmortem, incidents: Iterable[Incident], *, by: User) -> Diff:
    """Incidents that `by` may not see stay as they are: nobody removes what they do not know of."""
    before = list(row.incidents.order_by("number"))
    seen = set(
        Incident.objects.visible_to(by)
        .filter(pk__in=[each.pk for each in before])
        .values_list("pk", flat=True)
    )
    wanted = {each.pk: each for each in incidents}
    after = [*wanted.values(), *(each for each in before if each.pk not in seen and each.pk not in wanted)]
    if not after:
        raise ValidationError({"incidents": "Choose at least one incident."})
    gone = [each for each in before if each.pk not in {kept.pk for kept in after}]
    if not can_detach(by, gone):
        raise ValidationError({"incidents": "A private incident stays with its postmortem."})
    row.incidents.set(after)
    relate_report(row.key, after)
    names = [
        [each.key for each in before],
        sorted((each.key for each in after), key=lambda key: int(key[4:])),
    ]
    return {"incidents": names} if {*names[0]} != {*names[1]} else {}


def _touch(row: Postmortem) -> None:
    row.version += 1
    row.save(update_fields=["version", "updated_at"])


def _withdraw_if_needed(row: Postmortem, diff: Diff, *, now: datetime, by: User) -> None:
    rewritten = FROZEN & set(diff)
    if row.status == PostmortemStatus.IN_REVIEW and rewritten:
        withdraw_approvals(row, now=now, by=by)
    approved = row.status == PostmortemStatus.APPROVED and (rewritten or "owner" in diff)
    handed_on = row.status == PostmortemStatus.IN_REVIEW and "owner" in diff
    if approved or handed_on:
        withdraw_approvals(row, now=now, by=by)
        move(row, PostmortemStatus.DRAFT, verb="postmortem.withdrawn", now=now, by=by)
