"""The rows of one postmortem that was written elsewhere: team, service, incident, document, version 1."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from apps.accounts.models import Team, User
from apps.accounts.operations.teams import add_team
from apps.audit.operations import record
from apps.core import markdown
from apps.core.keys import next_key
from apps.core.validators import RESERVED
from apps.incidents.models import EntryKind, Incident, IncidentStatus, MilestoneKind, Severity
from apps.incidents.operations.backfilling import PastEntry, PastIncident, PastMilestone, backfill_incidents
from apps.postmortems.content import content_of
from apps.postmortems.frontmatter import Moment, SourceFile
from apps.postmortems.models import Postmortem, PostmortemStatus
from apps.postmortems.models.shipped import NARRATIVE, SECTIONS
from apps.postmortems.operations.drafting import add_sections
from apps.postmortems.operations.indexing import index_postmortem
from apps.postmortems.operations.publishing import freeze
from apps.postmortems.splitting import split_sections
from apps.services.models import Service, Tag
from apps.services.operations import add_service, tags_named

SOURCE = "postmortem-file"
DAY_MINUTES = 1440
MAX_SERVICES = 20
SPECIAL = re.compile(r"([\\`*_\[\]<>])")
BETWEEN_PRODUCTS = re.compile(r",\s*(?![^()]*\))")


@transaction.atomic
def arrive(source: SourceFile, *, owner: User, now: datetime, by: User) -> Postmortem:
    """Make everything a file stands for. The caller knows that it is not here yet."""
    team = _team(source.company, by=by)
    services = _services(source, team, by=by)
    tags = tags_named(source.tags)
    incident = _incident(source, services=services, tags=tags, now=now, by=by)
    postmortem = _document(source, owner=owner, now=now)
    postmortem.incidents.set([incident])
    postmortem.tags.set(tags)
    _write_sections(postmortem, source, now=now, by=by)
    origin = {"system": SOURCE, "id": source.external_id, "url": source.url, "sha256": source.sha256}
    freeze(
        postmortem,
        content=content_of(postmortem) | {"source": origin},
        version=1,
        published_at=source.published_at or now,
        by=by,
    )
    told = {"title": [None, postmortem.title], "source": [None, source.name]}
    record("postmortem.imported", postmortem, by=by, changes=told)
    index_postmortem(postmortem)
    return postmortem


def _team(company: str, *, by: User) -> Team:
    slug = slug_of(company)
    name = company[:80]
    found = Team.objects.filter(slug=slug).first() or Team.objects.filter(name__iexact=name).first()
    return found or add_team(name=name, slug=slug, by=by)


def _services(source: SourceFile, team: Team, *, by: User) -> list[Service]:
    """One service per product the file names; the company itself when it names none."""
    names = [name.strip() for name in BETWEEN_PRODUCTS.split(source.product)]
    wanted = list(dict.fromkeys(filter(None, names))) or [source.company]
    services = [_service(name, team, by=by) for name in wanted[:MAX_SERVICES]]
    return list({service.pk: service for service in services}.values())


def _service(name: str, team: Team, *, by: User) -> Service:
    """The team's service of this name; a name that another team has taken gets the team's in front."""
    name = name[:80]
    found = Service.objects.filter(owner_team=team, name__iexact=name).first()
    return found or add_service(slug=_free_slug(name, team), name=name, owner_team=team, by=by)


def _free_slug(name: str, team: Team) -> str:
    plain = slug_of(name)
    longer = f"{team.slug}-{plain}"[:60].strip("-")
    numbered = (f"{longer[:56]}-{number}" for number in range(2, 1000))
    for slug in (plain, longer, *numbered):
        if slug not in RESERVED and not Service.objects.filter(slug=slug).exists():
            return slug
    raise RuntimeError(f"no free slug for {name}")


def slug_of(name: str) -> str:
    return slugify(re.sub(r"[./&+]", " ", name))[:60].strip("-") or "unnamed"


def _incident(
    source: SourceFile, *, services: list[Service], tags: list[Tag], now: datetime, by: User
) -> Incident:
    start = source.start.at if source.start else None
    end = source.end.at if source.end else None
    past = PastIncident(
        source_system=SOURCE,
        external_id=source.external_id,
        title=source.title,
        summary=(source.summary or source.body)[:10_000],
        severity=Severity.SEV3,
        started_at=start or end or source.published_at or now,
        milestones=[
            _milestone(MilestoneKind.IMPACT_STARTED, source.start),
            _milestone(MilestoneKind.RESOLVED, source.end),
        ],
        moves=[(IncidentStatus.CLOSED, end or start or source.published_at or now)],
        entries=[PastEntry(at=now, kind=EntryKind.CHANGE, body=_told_by(source))],
        services=services,
        tags=[tag.name for tag in tags],
    )
    return backfill_incidents([past], by=by, now=now)[0]


def _told_by(source: SourceFile) -> str:
    return f"Taken over from {source.url or source.name}. The file gives no severity; SEV3 was assumed."


def _milestone(kind: str, moment: Moment | None) -> PastMilestone:
    if moment is None:
        return PastMilestone(kind=kind, at=None, note="Not given in the file.", precision_minutes=0)
    return PastMilestone(
        kind=kind,
        at=moment.at,
        precision_minutes=DAY_MINUTES if moment.is_day else 0,
        note="The file gives the day only." if moment.is_day else "",
    )


def _document(source: SourceFile, *, owner: User, now: datetime) -> Postmortem:
    number, key = next_key("PM")
    postmortem = Postmortem(
        number=number,
        key=key,
        title=source.title,
        owner=owner,
        status=PostmortemStatus.PUBLISHED,
        status_since=now,
        published_version=1,
        published_at=source.published_at or now,
        source_url=source.url,
        source_system=SOURCE,
        external_id=source.external_id,
    )
    postmortem.clean_fields(exclude={"owner"})
    postmortem.save()
    return postmortem


def _write_sections(postmortem: Postmortem, source: SourceFile, *, now: datetime, by: User) -> None:
    """The summary of the file, its text by heading, and every value of its head in the appendix."""
    texts = split_sections(source.body)
    if source.summary:
        texts["summary"] = "\n\n".join(filter(None, [source.summary, texts.get("summary", "")]))
    elif "summary" not in texts:
        texts["summary"] = texts.pop(NARRATIVE.slug, "")
    texts["appendix"] = "\n\n".join(filter(None, [texts.get("appendix", ""), _facts(source)]))
    for text in texts.values():
        markdown.check(text)
    templates = [each._replace(is_required=each.slug == "summary") for each in SECTIONS]
    templates.insert(1, NARRATIVE)
    add_sections(postmortem, templates, texts=texts, now=now, by=by)


def _facts(source: SourceFile) -> str:
    lines = [
        f"- {_escape(name)}: {_fact(value)}"
        for name, value in source.facts
        if name not in {"summary", "title"}
    ]
    if len(dict(source.facts).get("title", "")) > len(source.title):
        lines.insert(0, f"- title: {_escape(dict(source.facts)['title'])}")
    return "As given in the source file:\n\n" + "\n".join(lines)


def _fact(value: str) -> str:
    is_link = value.startswith(("http://", "https://")) and not re.search(r"[\s<>]", value)
    return f"<{value}>" if is_link else _escape(value)


def _escape(text: str) -> str:
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))
