"""manage.py import_postmortems PATH… [--dry-run] [--owner EMAIL]"""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts.commands import person_of
from apps.accounts.models import User
from apps.postmortems.operations import ImportReport, import_postmortems


class Command(BaseCommand):
    help = "Takes over postmortems from Markdown, and what a portal exported. Run twice, it changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder of .md and .json files"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument(
            "--owner", metavar="EMAIL", help="who owns the documents (default: the portal itself)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        system = User.objects.system()
        report = import_postmortems(
            _contents(options["paths"]),
            owner=person_of(options["owner"]) if options["owner"] else system,
            dry_run=options["dry_run"],
            now=timezone.now(),
            by=system,
        )
        self._tell(report, dry_run=options["dry_run"])
        if report.broken:
            raise SystemExit(1)

    def _tell(self, report: ImportReport, *, dry_run: bool) -> None:
        for line in report.broken:
            self.stderr.write(line)
        for name in report.changed:
            self.stdout.write(f"{name}: changed since it was taken over, left alone")
        if report.untitled:
            self.stdout.write(f"{len(report.untitled)} without a title were named by their first sentence.")
        verb = "would arrive" if dry_run else "arrived"
        self.stdout.write(
            f"{len(report.arrived)} of {report.files} {verb}, {len(report.unchanged)} were here already, "
            f"{len(report.changed)} changed, {len(report.broken)} broken."
        )


def _contents(paths: list[Path]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        if path.is_dir():
            files = sorted([*path.glob("*.md"), *path.glob("*.json")])
        elif path.is_file():
            files = [path]
        else:
            raise CommandError(f"There is no file or folder {path}.")
        for file in files:
            yield file.name, file.read_bytes()
