from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from apps.core.commands import moment
from apps.reminders.operations.planning import plan_digests


class Command(BaseCommand):
    help = "Queue the digests that are due, as the clock does every minute."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--now", type=moment, help="pretend it is this time, for example 2026-03-12T09:00Z"
        )

    def handle(self, *args: Any, **options: Any) -> str:
        return f"{plan_digests(options['now'] or timezone.now())} digests planned"
