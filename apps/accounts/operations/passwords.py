"""Passwords are changed by their owner, through a mailed link or knowing the old one."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.operations.people import queue_password_mail
from apps.audit.operations import record
from apps.core.permissions import require


class ResetKeys(PasswordResetTokenGenerator):
    """A key dies with its first use, after an hour, when the e-mail address changes, and on deactivation for good."""

    key_salt = "ballast.password-reset"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.is_active}{user.times_deactivated}"


reset_keys = ResetKeys()


def person_of_key(slug: str, key: str) -> User | None:
    """Whose password this mailed key may set; None when it is not valid any more."""
    person: User | None = User.objects.active().filter(slug=slug).first()
    return person if person and reset_keys.check_token(person, key) else None


@transaction.atomic
def request_password_reset(*, email: str, now: datetime) -> None:
    """Owe a mail to the stored address. For an unknown one the same work is done and undone,
    so that neither the answer nor its time tells who has an account."""
    person = User.objects.active().with_email(email).first()
    queue_password_mail(person or User.objects.system(), now=now, is_invitation=False)
    if person is None:
        transaction.set_rollback(True)


@transaction.atomic
def set_password(person: User, *, password: str, by: User) -> User:
    """Sessions of the old password end with it. The trail says that it changed, nothing more."""
    row: User = User.objects.locked().get(pk=person.pk)
    require(by.pk == row.pk or by.is_system, "A password is its owner's.")
    try:
        validate_password(password, row)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    row.set_password(password)
    row.save(update_fields=["password", "updated_at"])
    record("user.password_changed", row, by=by)
    return row
