"""`manage.py verify_postmortems`: whether every published version still is what was published."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.postmortems.content import is_intact
from apps.postmortems.models import PublishedSnapshot
from apps.status_page.models import ReportVersion


class Command(BaseCommand):
    help = "Compare every published version, inside and public, with its checksum."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = PublishedSnapshot.objects.select_related("postmortem").order_by(
            "postmortem__number", "version"
        )
        count, broken = 0, []
        for row in rows.iterator(chunk_size=200):
            count += 1
            if not is_intact(row):
                broken.append(f"{row.postmortem.key} version {row.version}")
        public = ReportVersion.objects.select_related("report").order_by("report__key", "version")
        for text in public.iterator(chunk_size=200):
            count += 1
            if not text.is_intact:
                broken.append(f"{text.report.key} public version {text.version}")
        if broken:
            raise CommandError(f"Not what was published: {', '.join(broken)}.")
        self.stdout.write(f"{count} versions are what was published.")
