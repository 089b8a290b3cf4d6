from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.accounts.commands import person_of
from apps.accounts.models import TokenScope, User
from apps.accounts.operations import create_token


class Command(BaseCommand):
    help = "Create an API token for a person and print the token alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--scope", choices=TokenScope.values, default=TokenScope.READ)
        parser.add_argument("--name", default="Made on the command line")
        parser.add_argument("--days", type=int, default=90)

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        person = person_of(options["email"])
        try:
            _, secret = create_token(
                person,
                name=options["name"],
                scope=options["scope"],
                expires_at=now + timedelta(days=min(options["days"], 10_000)),
                by=User.objects.system(),
                now=now,
            )
        except (ValidationError, PermissionDenied) as refusal:
            raise CommandError("; ".join(getattr(refusal, "messages", [str(refusal)]))) from refusal
        self.stdout.write(secret)
