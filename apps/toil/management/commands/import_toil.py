"""`manage.py import_toil`: time from a file of another tool, in one go."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts.commands import person_of
from apps.accounts.models import Team
from apps.core.tables import shown
from apps.toil import operations
from apps.toil.imports.columns import Tool
from apps.toil.imports.dates import DateOrder
from apps.toil.models import ImportState, ToilImport

MOST_SHOWN = 200
EVERY_PART = 1_000_000


class Command(BaseCommand):
    help = (
        "Log time from a CSV file of Toggl Track, Clockify, Kimai or others. Run again it adds what is new."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--by", required=True, metavar="EMAIL", help="whose import it is: they see it, and can undo it"
        )
        parser.add_argument("--team", required=True, metavar="SLUG", help="for which the time counts")
        parser.add_argument(
            "--time-zone", default="", help="of the times in the file; each person's own unless said"
        )
        parser.add_argument(
            "--date-order", choices=DateOrder.values, default="", help="found from the file unless said"
        )
        parser.add_argument("--tool", choices=Tool.values, default="", help="found from the file unless said")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and log nothing")

    def handle(self, *, file: Path, by: str, dry_run: bool, **options: Any) -> None:
        now, person = timezone.now(), person_of(by)
        read = operations.preview_file if dry_run else operations.upload_file
        batch = self.read(read, file, options, by=person, now=now)
        self.tell(batch)
        if dry_run or not batch.fresh:
            self.stdout.write(
                f"{batch.fresh} of {batch.total} rows would be logged, {batch.same} are here already."
            )
            return
        operations.go_on(operations.start_import(batch, now=now, by=person), parts=EVERY_PART, now=now)
        batch.refresh_from_db()
        self.stdout.write(
            f"{batch.created} of {batch.total} rows are logged, {batch.same} were here already."
            + " The worker of the portal goes on with the rest." * batch.is_in_work
        )

    def read(
        self, read: Callable[..., ToilImport], file: Path, options: dict[str, Any], **more: Any
    ) -> ToilImport:
        team = Team.objects.filter(slug=options["team"]).first()
        if team is None:
            raise CommandError(f"There is no team {shown(options['team'])}.")
        said = {"tz": options["time_zone"], "tool": options["tool"], "order": options["date_order"]}
        try:
            batch = read(team=team, name=file.name, chunks=[file.read_bytes()], **said, **more)
        except (OSError, PermissionDenied) as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if batch.pk and batch.state == ImportState.READING:
            operations.work_on_imports(more["now"])
            batch.refresh_from_db()
        if batch.state == ImportState.READING:
            raise CommandError("The worker of the portal reads this file just now. Run it again in a minute.")
        if batch.state == ImportState.ASKS:
            raise CommandError(
                f"Line {batch.found['line']}: {batch.found['text']} can be meant in two ways. Say --date-order."
            )
        if batch.state == ImportState.BROKEN:
            raise CommandError(batch.trouble)
        return batch

    def tell(self, batch: ToilImport) -> None:
        for line, text in [*batch.problems, *batch.notes][:MOST_SHOWN]:
            self.stderr.write(f"line {line}: {text}")
        for one in batch.people:
            self.stderr.write(
                f"{shown(one['who'])} from line {one['line']} on, rows left out: {one['rows']}. {one['reason']}"
            )
        if batch.refused + batch.noted > MOST_SHOWN:
            self.stderr.write(f"and {batch.refused + batch.noted - MOST_SHOWN} more")
