"""What the demo organisation published for its customers after its last incidents, and what waits for approval."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from apps.accounts.models import User
from apps.incidents.models import IncidentKind, StatusUpdate
from apps.postmortems.models import Postmortem, PublicStatus, PublicVersion
from apps.postmortems.models.public_version import WORDS
from apps.postmortems.public_rule import suggestion_for
from apps.reports.operations.demo.stage import Stage, Work
from apps.reports.operations.demo.words.outside import HURT, NAMED, NAMES, PART, SET_OFF, SHARES
from apps.status_page.models import Report
from apps.status_page.operations import publish_report

MOST = 4
UNREAL = [kind for kind in IncidentKind if kind != IncidentKind.REAL]
S = PublicStatus


def make_public_versions(stage: Stage) -> None:
    """Of services that customers know, rather where the status page told of it: the newest is in review, the others
    are out."""
    told = Exists(
        StatusUpdate.objects.public().order_by().filter(entry__incident__postmortems=OuterRef("pk"))
    )
    rows = Postmortem.objects.published().filter(incidents__services__slug__in=NAMES)
    rows = rows.exclude(incidents__is_private=True).exclude(incidents__kind__in=UNREAL)
    ranked = rows.with_people().distinct().annotate(is_told=told).order_by("-is_told", "-published_at", "-pk")
    for place, row in enumerate(ranked[:MOST]):
        _write(stage, row, is_out=place > 0)


def _write(stage: Stage, row: Postmortem, *, is_out: bool) -> None:
    work = _work(stage, row)
    published = row.published_at or stage.now
    at = min(stage.now, published + timedelta(hours=5))
    version = suggestion_for(row)
    chance = stage.chance(f"public {row.key}")
    words = {
        "noun": work.product.noun,
        "share": chance.choice(SHARES),
        "rest": "half an hour",
        "lasted": "a while",
    }
    if version.ended_at:
        words["lasted"] = _in_words(version.began_at, version.ended_at)
    happened, did, follows = PART[SET_OFF.get(row.trigger_category, "load")]
    texts = (NAMED, happened, HURT, did, follows)
    version.title, *parts = (_sentence(text.format(**words)) for text in texts)
    for name, text in zip(WORDS, parts, strict=True):
        setattr(version, name, text)
    version.status, version.status_since, version.submitted_by = S.IN_REVIEW, at, row.owner
    if is_out:
        _publish(stage, version, at, uuid_of=chance.uuid())
    version.save()
    version.writers.add(row.owner)


def _publish(stage: Stage, version: PublicVersion, at: datetime, *, uuid_of: object) -> None:
    row = version.postmortem
    frozen = publish_report(row.key, content=version.content, incidents=row.incidents.all(), now=at)
    Report.objects.filter(pk=frozen.report.pk).update(uuid=uuid_of)
    version.status, version.approved_by, version.approved_digest = (
        S.PUBLISHED,
        _approver(stage, row),
        version.digest,
    )
    version.shown_version = frozen.version


def _approver(stage: Stage, row: Postmortem) -> User:
    admins = User.objects.admins().exclude(pk=row.owner_id)
    return admins.order_by("pk").first() or stage.admin.user


def _work(stage: Stage, row: Postmortem) -> Work:
    """The service that customers know."""
    slugs = list(row.incidents.order_by("number").values_list("services__slug", flat=True))
    return stage.works[next((slug for slug in slugs if slug in NAMES), slugs[0])]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _in_words(began_at: datetime, ended_at: datetime) -> str:
    """As long as the times above the text say."""
    began_at, ended_at = (at.replace(second=0, microsecond=0) for at in (began_at, ended_at))
    hours, minutes = divmod(int((ended_at - began_at).total_seconds() // 60), 60)
    said = [_many(hours, "hour"), _many(minutes, "minute")]
    return " and ".join(filter(None, said)) or "a moment"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}" if count else ""
