import os
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import OrgRole, User
from apps.accounts.operations import add_person, set_password


class Command(BaseCommand):
    help = (
        "Add an administrator who signs in with a password given here: how a new portal gets its first one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument("--password-env", metavar="NAME", help="read the password from this variable")

    def handle(self, *args: Any, **options: Any) -> None:
        password = _password(options["password_env"])
        try:
            person = _add(options["email"], options["name"], password)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(f"{person.email} can sign in as an administrator.")


def _password(variable: str | None) -> str:
    if variable:
        return os.environ.get(variable, "")
    first, again = getpass("Password: "), getpass("Once more: ")
    if first != again:
        raise CommandError("The two passwords differ.")
    return first


@transaction.atomic
def _add(email: str, name: str, password: str) -> User:
    system = User.objects.system()
    person = add_person(
        email=email, name=name, org_role=OrgRole.ADMIN, by=system, now=timezone.now(), is_invited=False
    )
    return set_password(person, password=password, by=system)
