"""`manage.py recompute_toil`: stored weeks from raw entries; what is stored already comes out identical."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts.models import Team
from apps.core.commands import moment
from apps.toil.operations import recompute_all, recompute_dirty_weeks


class Command(BaseCommand):
    help = "Recompute the stored toil weeks: those that are marked, those of a team, or all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--team", metavar="SLUG", help="every week of this team")
        which.add_argument("--all", action="store_true", help="every week of every team")
        parser.add_argument(
            "--now", type=moment, help="as if it were this moment (ISO, UTC unless it says otherwise)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = options["now"] or timezone.now()
        if options["all"] or options["team"]:
            teams = Team.objects.filter(slug=options["team"]) if options["team"] else Team.objects.all()
            if not teams:
                raise CommandError("There is no such team.")
            changed = recompute_all(teams, now=now)
        else:
            changed = recompute_dirty_weeks(now)
        self.stdout.write(f"{changed} weeks came out different.")
