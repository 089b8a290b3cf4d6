from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from apps.core.commands import moment
from apps.notifications.operations import deliver_due


class Command(BaseCommand):
    help = "Send every mail that is due, as the clock does every few seconds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--now", type=moment, help="pretend it is this time, for example 2026-03-12T09:00Z"
        )

    def handle(self, *args: Any, **options: Any) -> str:
        outcome = deliver_due(options["now"] or timezone.now())
        return (
            ", ".join(f"{count} {status}" for status, count in sorted(outcome.items())) or "nothing was due"
        )
