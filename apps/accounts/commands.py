"""What commands share that act for somebody."""

from django.core.management.base import CommandError

from apps.accounts.models import User


def person_of(email: str) -> User:
    """Whoever has this address and is active; CommandError when nobody is."""
    person: User | None = User.objects.active().with_email(email).first()
    if person is None:
        raise CommandError(f"Nobody active has the e-mail address {email}.")
    return person
