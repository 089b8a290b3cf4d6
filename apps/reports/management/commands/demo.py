"""manage.py demo: an organisation with two years of history, to look around in or to measure on."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.core.errors import Conflict
from apps.reports.operations.demo import DEMO_PASSWORD, Sizes, make_demo, make_senders, make_trackers

COUNTS = ("incidents", "postmortems", "action_items", "toil_entries", "teams")
SIGN_IN = ("admin", "lead", "member", "auditor")
REFUSED = (
    "The people of the demo share a password that everybody knows. "
    "Outside the embedded run, say --yes-in-production if that is what you want."
)


class Command(BaseCommand):
    help = "Fill an empty database with a believable organisation and two years of its history."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=int, default=1, help="so many times the history, for benchmarks")
        parser.add_argument("--seed", type=int, default=7, help="another seed, another history")
        parser.add_argument("--now", type=_moment, help="when the history ends, ISO 8601; now unless given")
        for name in COUNTS:
            parser.add_argument(
                f"--{name.replace('_', '-')}", type=int, help=f"exactly so many {name.replace('_', ' ')}"
            )
        parser.add_argument(
            "--open-share", type=float, help="share of standing action items still to be done"
        )
        parser.add_argument("--yes-in-production", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED and not options["yes_in_production"]:
            raise CommandError(REFUSED)
        chosen = {name: options[name] for name in (*COUNTS, "open_share")}
        sizes = Sizes.of_scale(max(1, options["scale"]), **chosen)
        now = options["now"] or timezone.now()
        try:
            made = make_demo(sizes, seed=options["seed"], now=now)
        except Conflict as refusal:
            raise CommandError(str(refusal)) from refusal
        make_senders(now)
        make_trackers(now)
        counts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in made._asdict().items())
        self.stdout.write(f"Made {counts}.")
        people = ", ".join(f"{name}@ballast.example" for name in SIGN_IN)
        self.stdout.write(f"Sign in as {people}, password {DEMO_PASSWORD}.")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
