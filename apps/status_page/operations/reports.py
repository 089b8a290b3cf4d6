"""The public versions of postmortems, as strangers get them. Who writes and approves them is the business of the
postmortem above, which asks its own policies and writes the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from apps.core.checksum import checksum
from apps.core.errors import Conflict
from apps.incidents.models import Incident
from apps.status_page.models import Report, ReportVersion, StatusPage

LONGEST = 70  # of a title in an address


@transaction.atomic
def publish_report(
    key: str, *, content: dict[str, Any], incidents: Iterable[Incident], now: datetime
) -> ReportVersion:
    """Freeze the text as the next version and show it. The address is made once, of the first title and date.

    The caller holds the lock of the postmortem `key`. Refused while no page is open: only admins open the portal to
    strangers.
    """
    if not StatusPage.objects.on().exists():
        raise Conflict("Nothing is open to strangers here yet. An admin opens a status page first.")
    report = Report.objects.select_for_update().filter(key=key).first()
    report = report or Report(key=key, slug=_slug(content), first_published_at=now)
    report.version, report.published_at, report.withdrawn_at = report.version + 1, now, None
    _save(report)
    report.incidents.set(incidents)
    content = {**content, "version": report.version, "published_at": now.isoformat()}
    return ReportVersion.objects.create(
        report=report, version=report.version, content=content, sha256=checksum(content), published_at=now
    )


@transaction.atomic
def withdraw_report(key: str, *, now: datetime) -> Report:
    """From now on its address says that it is gone. What was published stays frozen, for colleagues."""
    report = Report.objects.select_for_update().get(key=key)
    report.withdrawn_at = now
    report.save(update_fields=["withdrawn_at"])
    return report


@transaction.atomic
def relate_report(key: str, incidents: Iterable[Incident]) -> None:
    """The postmortem is of these incidents now. One of them private: it is shown no more from this moment on."""
    report = Report.objects.select_for_update().filter(key=key).first()
    if report:
        report.incidents.set(incidents)


def _save(report: Report) -> None:
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError as error:
        raise Conflict("Another public version took this address this moment. Try again.") from error


def _slug(content: dict[str, Any]) -> str:
    """2026-11-04-card-payments-were-declined; with a number behind it when another has this one."""
    day, words = str(content["began_at"])[:10], slugify(content["title"])[:LONGEST].strip("-")
    wanted = f"{day}-{words}".rstrip("-")
    taken = set(Report.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    return next(slug for slug in _numbered(wanted, len(taken) + 1) if slug not in taken)


def _numbered(slug: str, most: int) -> list[str]:
    return [slug, *(f"{slug}-{number}" for number in range(2, most + 2))]
