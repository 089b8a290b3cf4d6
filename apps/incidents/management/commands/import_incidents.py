"""Incidents of the past from another system's CSV. Run twice it changes nothing; nobody is mailed."""

from __future__ import annotations

import zoneinfo
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.text import slugify

from apps.accounts.models import Team, User
from apps.core.tables import NotReadable, shown
from apps.core.validators import RESERVED
from apps.incidents.imports import MAPPINGS, Findings
from apps.incidents.models import Incident
from apps.incidents.operations import backfill_incidents
from apps.services.models import Service
from apps.services.operations import add_service

PROBLEMS_SHOWN = 200


class Command(BaseCommand):
    help = "Read incidents of the past from a CSV file of another system."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", choices=sorted(MAPPINGS), required=True)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        parser.add_argument("--time-zone", default="UTC", help="the zone of the times in the file")
        parser.add_argument(
            "--owner-team",
            default="",
            help="add unknown services to the catalogue, owned by the team of this slug",
        )

    def handle(self, *, file: Path, mapping: str, dry_run: bool, **options: Any) -> None:
        team = find_team(options["owner_team"])
        try:
            findings = MAPPINGS[mapping](file, zone=zone_named(options["time_zone"]))
        except (OSError, NotReadable) as error:
            raise CommandError(str(error)) from error
        if dry_run:
            known = Incident.objects.from_source(mapping)
            created = sum(one.external_id not in known for one in findings.incidents)
        else:
            attach_services(findings, team)
            created = len(
                backfill_incidents(findings.incidents, by=User.objects.system(), now=timezone.now())
            )
        self.tell(findings, created=created, dry_run=dry_run)

    def tell(self, findings: Findings, *, created: int, dry_run: bool) -> None:
        problems = sorted(findings.problems, key=lambda problem: problem.line)
        for problem in problems[:PROBLEMS_SHOWN]:
            self.stderr.write(f"line {problem.line}: {problem.text}")
        if len(problems) > PROBLEMS_SHOWN:
            self.stderr.write(f"and {len(problems) - PROBLEMS_SHOWN} more")
        verb = "would be created" if dry_run else "created"
        unchanged = len(findings.incidents) - created
        self.stdout.write(
            f"{findings.rows} rows read, {created} incidents {verb}, {unchanged} unchanged, {len(problems)} problems"
        )


def zone_named(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError) as error:
        raise CommandError(f"{shown(name)} is not a time zone such as Europe/Berlin.") from error


def find_team(slug: str) -> Team | None:
    team = Team.objects.filter(slug=slug).first() if slug else None
    if slug and team is None:
        raise CommandError(f"There is no team {shown(slug)}.")
    return team


def attach_services(findings: Findings, team: Team | None) -> None:
    """Services by the slug of their name; those not in the catalogue only when a team takes them."""
    slugs = {name: slug_of(name) for name in findings.services.values()}
    known = services_named(slugs.values())
    if team:
        for name, slug in slugs.items():
            if slug and slug not in known:
                known[slug] = add_service(
                    slug=slug, name=name[:80], owner_team=team, by=User.objects.system()
                )
    for one in findings.incidents:
        slug = slugs.get(findings.services.get(one.external_id, ""), "")
        one.services = [known[slug]] if slug in known else []


def slug_of(name: str) -> str:
    slug = slugify(name)[:60]
    return f"{slug}-service" if slug in RESERVED else slug


def services_named(slugs: Iterable[str]) -> dict[str, Service]:
    return {service.slug: service for service in Service.objects.filter(slug__in=set(slugs))}
