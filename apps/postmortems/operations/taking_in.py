"""Takes over a postmortem that another portal gave out: what it says, with its services, incidents and times."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.dateparse import parse_datetime

from apps.accounts.models import Team, User
from apps.accounts.operations.teams import add_team
from apps.audit.operations import record
from apps.core import markdown
from apps.core.keys import next_key
from apps.incidents.models import Incident, IncidentStatus, Milestone, MilestoneKind, Severity
from apps.incidents.operations.backfilling import PastIncident, PastMilestone, backfill_incidents
from apps.postmortems.content import content_of
from apps.postmortems.frontmatter import YEARS
from apps.postmortems.models import (
    Block,
    Factor,
    ImpactValue,
    Lesson,
    Part,
    Postmortem,
    PostmortemStatus,
    Section,
)
from apps.postmortems.models.shipped import SECTIONS, SectionTemplate
from apps.postmortems.operations.arriving import SOURCE
from apps.postmortems.operations.drafting import add_sections
from apps.postmortems.operations.indexing import index_postmortem
from apps.postmortems.operations.publishing import freeze
from apps.postmortems.portable.form import VERSION
from apps.services.models import Service
from apps.services.operations import add_service, tags_named

Form = dict[str, Any]
ADDRESS = re.compile(r"https?://[^\s<>\"]{1,480}")
LONGEST_ID = 120
PRECISION = range(10_081)  # minutes: a week, as everywhere
TEMPLATES = {template.slug: template for template in SECTIONS}


@transaction.atomic
def take_in(form: Form, *, owner: User, now: datetime, by: User) -> Postmortem:
    """`form` is of the right shape (`check_shape`) and not here yet; raises ValidationError for values that cannot be.
    A published document arrives published, as version 1, any other as a draft."""
    _check(form)
    services = {row["slug"]: _service(row, by=by) for row in form["services"]}
    postmortem = _document(form, owner=owner, now=now)
    postmortem.incidents.set([_incident(row, services, by=by, now=now) for row in form["incidents"]])
    postmortem.tags.set(tags_named(form["tags"]))
    _write(postmortem, form, now=now, by=by)
    if postmortem.published_at:
        origin = {"system": SOURCE, "id": form["uuid"], "url": form["url"]}
        content = content_of(postmortem) | {"source": origin}
        freeze(postmortem, content=content, version=1, published_at=postmortem.published_at, by=by)
    told = {"title": [None, postmortem.title], "source": [None, form["url"]]}
    record("postmortem.imported", postmortem, by=by, changes=told)
    index_postmortem(postmortem)
    return postmortem


def _check(form: Form) -> None:
    if form["version"] != VERSION:
        raise ValidationError({"version": f"Version {VERSION} is read here."})
    if not form["incidents"]:
        raise ValidationError({"incidents": "At least one incident is needed."})
    for name in ("services", "sections"):
        twice = [slug for slug, count in Counter(row["slug"] for row in form[name]).items() if count > 1]
        if twice:
            raise ValidationError({name: f"{twice[0]} is there twice."})
    for row in (*form["sections"], *form["factors"], *form["lessons"]):
        markdown.check(row.get("body", row.get("text", "")))


def _moment(text: str | None, name: str) -> datetime | None:
    if text is None:
        return None
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or at.year not in YEARS:
        raise ValidationError({name: f"“{text[:40]}” is not a time such as 2026-02-02T18:35:00Z."})
    return at


def _service(row: Form, *, by: User) -> Service:
    found: Service | None = Service.objects.filter(slug=row["slug"]).first()
    return found or add_service(slug=row["slug"], name=row["name"], owner_team=_team(row, by=by), by=by)


def _team(row: Form, *, by: User) -> Team:
    slug, name = row["team"], row["team_name"]
    found = Team.objects.filter(slug=slug).first() or Team.objects.filter(name__iexact=name).first()
    return found or add_team(name=name, slug=slug, by=by)


def _incident(row: Form, services: dict[str, Service], *, by: User, now: datetime) -> Incident:
    """The one that came before with another of its postmortems, or a new one of the past."""
    known: Incident | None = Incident.objects.filter(source_system=SOURCE, external_id=row["id"]).first()
    if known:
        return known
    unknown = [slug for slug in row["services"] if slug not in services]
    if unknown:
        raise ValidationError({"incidents": f"{unknown[0]} is not among the services."})
    began = _moment(row["started_at"], "started_at") or now
    times = [_milestone(each) for each in row["milestones"]]
    _check_incident(row, times)
    ended = next((one.at for one in times if one.kind == MilestoneKind.RESOLVED and one.at), began)
    past = PastIncident(
        source_system=SOURCE,
        external_id=row["id"],
        title=row["title"],
        summary=row["summary"],
        severity=row["severity"],
        started_at=began,
        milestones=times,
        moves=[(IncidentStatus.CLOSED, ended)],
        services=[services[slug] for slug in row["services"]],
    )
    return backfill_incidents([past], by=by, now=now)[0]


def _check_incident(row: Form, times: list[PastMilestone]) -> None:
    """Written in bulk, it is not looked at again."""
    if not 1 <= len(row["id"]) <= LONGEST_ID or row["severity"] not in Severity.values:
        raise ValidationError(
            {"incidents": f"An id of 1 to {LONGEST_ID} characters, a severity from 1 to 4."}
        )
    if len({one.kind for one in times}) < len(times):
        raise ValidationError({"milestones": "Each of them stands there once."})


def _milestone(row: Form) -> PastMilestone:
    at = _moment(row["at"], "milestones")
    if row["precision_minutes"] not in PRECISION:
        raise ValidationError({"milestones": f"Exact to {PRECISION[-1]} minutes, or better."})
    try:
        Milestone(**{**row, "at": at}).full_clean(exclude={"incident"}, validate_unique=False)
    except ValidationError as error:
        raise ValidationError({"milestones": error.messages}) from error
    return PastMilestone(**{**row, "at": at})


def _document(form: Form, *, owner: User, now: datetime) -> Postmortem:
    number, key = next_key("PM")
    published = _moment(form["published_at"], "published_at")
    postmortem = Postmortem(
        number=number,
        key=key,
        title=form["title"],
        owner=owner,
        status=PostmortemStatus.PUBLISHED if published else PostmortemStatus.DRAFT,
        status_since=now,
        published_version=1 if published else None,
        published_at=published,
        trigger_category=form["trigger"]["category"],
        trigger_text=form["trigger"]["text"],
        source_url=form["url"],
        source_system=SOURCE,
        external_id=form["uuid"],
    )
    if not ADDRESS.fullmatch(
        form["url"]
    ):  # a portal's own name may be short, which Django takes for no address
        raise ValidationError({"url": "Give an address that begins with http:// or https://."})
    postmortem.clean_fields(exclude={"owner", "source_url"})
    postmortem.save()
    return postmortem


def _write(postmortem: Postmortem, form: Form, *, now: datetime, by: User) -> None:
    templates = [_template(row) for row in form["sections"]]
    texts = {row["slug"]: row["body"] for row in form["sections"]}
    blocks = {row["slug"]: row["blocks"] for row in form["sections"]}
    add_sections(postmortem, templates, texts=texts, now=now, by=by)
    for section in postmortem.sections.all():
        section.clean_fields(exclude={"postmortem"})
        _draw(section, blocks[section.slug], now=now, by=by)
    _add(Factor, postmortem, form["factors"])
    _add(Lesson, postmortem, form["lessons"])
    _add(ImpactValue, postmortem, [{**row, "value": _number(row["value"])} for row in form["impact"]])


def _draw(section: Section, blocks: list[Form], *, now: datetime, by: User) -> None:
    for row in blocks:
        block = Block(section=section, drawn_at=now, drawn_by=by, **row)
        block.full_clean(exclude={"section", "drawn_by"})
        block.save()


def _template(row: Form) -> SectionTemplate:
    known = TEMPLATES.get(row["slug"])
    guidance, is_required = (known.guidance, known.is_required) if known else ("", False)
    return SectionTemplate(row["slug"], row["title"], guidance, is_required=is_required, kind=row["kind"])


def _number(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation as error:
        raise ValidationError({"impact": f"“{text[:40] if text else ''}” is not a number."}) from error


def _add(model: type[Part], postmortem: Postmortem, rows: list[Form]) -> None:
    manager: Any = model._default_manager
    for position, row in enumerate(rows, start=1):
        part = manager.model(postmortem=postmortem, position=position, **row)
        part.full_clean(exclude={"postmortem"}, validate_constraints=False)
        part.save()
