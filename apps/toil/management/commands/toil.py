"""`manage.py toil "25 restart ingest @payments" --as bob@example.com`: the quick line, for whoever has a shell here."""

import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts.commands import person_of
from apps.accounts.models import User
from apps.core.templatetags.times import duration
from apps.toil.lines.chips import chips_of
from apps.toil.lines.durations import Unreadable, read_duration
from apps.toil.lines.reading import Reading, read_for, team_for, tidy
from apps.toil.lines.said import logged_words
from apps.toil.operations import log_entry, recompute_entry
from apps.toil.recurring.usual import usual_time


class Command(BaseCommand):
    help = "Log toil in one line, for a person. Shows how the line is understood, and asks before it saves."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "line", help="time, what, @service, #source or #category, ^yesterday, x3, +INC-12"
        )
        parser.add_argument("--as", dest="email", required=True, metavar="EMAIL", help="whose toil it is")
        parser.add_argument("--yes", action="store_true", help="save without asking")
        parser.add_argument("--dry-run", action="store_true", help="only show how it is understood")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        person = person_of(options["email"])
        try:
            found = read_for(person, tidy(options["line"])[:400], zone=person.zone, now=now)
        except Unreadable as error:
            raise CommandError(str(error)) from error
        self._show(found, person)
        if not options["dry_run"]:
            self._log(person, found, now=now, is_sure=options["yes"])

    def _show(self, found: Reading, person: User) -> None:
        for chip in chips_of(found.said, person.zone):
            self.stdout.write(f"  {chip.name:<12}{chip.words}")
        if found.left:
            self.stdout.write(f"  not known, so part of the text: {' '.join(found.left)}")

    def _log(self, person: User, found: Reading, *, now: datetime, is_sure: bool) -> None:
        said, is_there = dict(found.said), sys.stdin.isatty()
        team = team_for(person, said)
        if team is None:
            raise CommandError("Say for which team it was, such as ~team.")
        if not found.has_time:
            said |= self._time(person, found, now=now, may_ask=is_there and not is_sure)
        if not is_sure and not is_there:
            raise CommandError("Nothing was saved: say --yes to save without being asked.")
        if not is_sure and input("Save it? [Y/n] ").strip().lower() not in {"", "y", "yes"}:
            raise CommandError("Nothing was saved.")
        try:
            entry = log_entry(**{"text": "", **said, "team": team}, person=person, by=person, now=now)
        except (ValidationError, PermissionDenied) as refusal:
            raise CommandError(" ".join(getattr(refusal, "messages", [str(refusal)]))) from refusal
        self.stdout.write(logged_words(entry, recompute_entry(entry, now=now).share))

    def _time(self, person: User, found: Reading, *, now: datetime, may_ask: bool) -> dict[str, Any]:
        usual = usual_time(person, found.said, now=now)
        said = f" Usually {duration(usual.seconds)} for {usual.of}." if usual else ""
        if not may_ask:
            raise CommandError(f"Say how long it took, such as 25m.{said}")
        given = input(f"How long did it take?{said} ").strip()
        try:
            read = read_duration(given) if given else (usual.seconds, 1) if usual else None
        except Unreadable as error:
            raise CommandError(str(error)) from error
        if read is None:
            raise CommandError("Nothing was saved: write a time such as 25m, 1h30 or 1:30.")
        return {"seconds": read[0]}
