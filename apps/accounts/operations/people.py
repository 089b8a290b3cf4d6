"""People come, change and leave; the organisation never loses its last admin."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.text import slugify

from apps.accounts.models import ApiToken, OrgRole, User
from apps.accounts.policies import can_edit_profile, can_manage_people
from apps.audit.operations import record
from apps.core import validators
from apps.core.changes import apply_changes
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.notifications.operations import queue_email

OWN_FIELDS = ("name", "time_zone", "digest_at", "gets_learning_letter")
ADMIN_FIELDS = (*OWN_FIELDS, "email", "org_role")
ONLY_ADMINS = "Only admins manage people."
RESERVED = validators.RESERVED | {"me"}
SLUG_LENGTH = 40  # with a team and two dates beside it, the name of an audited thing still fits
MAIL_LIFETIME = timedelta(hours=1)


@transaction.atomic
def add_person(
    *, email: str, name: str, by: User, now: datetime, is_invited: bool = True, **fields: Any
) -> User:
    """A new person without a password, who gets a mail to choose one."""
    require(can_manage_people(by), ONLY_ADMINS)
    person = User(email=email.strip().lower(), name=name.strip(), slug=_free_slug(name), **fields)
    person.set_unusable_password()
    person.full_clean()
    save_new(person, {"email": "Somebody with this e-mail address or name was added this moment."})
    shown = {field: [None, getattr(person, field)] for field in ("email", "name", "org_role", "time_zone")}
    record("user.added", person, by=by, changes=shown)
    if is_invited:
        queue_password_mail(person, now=now, is_invitation=True)
    return person


def save_new(row: models.Model, taken: dict[str, str]) -> None:
    """Save; a twin that was quicker, between validation and now, is an error of the field and no crash."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError(taken) from error


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:SLUG_LENGTH].strip("-") or "person"
    taken = RESERVED | set(User.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    numbered = (f"{wanted}-{number}" for number in itertools.count(2))
    return wanted if wanted not in taken else next(slug for slug in numbered if slug not in taken)


@transaction.atomic
def invite_person(person: User, *, by: User, now: datetime) -> User:
    """Send the mail to choose a password once more."""
    require(can_manage_people(by), ONLY_ADMINS)
    row: User = User.objects.locked().get(pk=person.pk)
    if not row.is_active:
        raise Conflict(f"{row} is deactivated. Reactivate the account first.")
    queue_password_mail(row, now=now, is_invitation=row.last_login is None)
    record("user.invited", row, by=by)
    return row


def queue_password_mail(person: User, *, now: datetime, is_invitation: bool) -> None:
    """At most one a minute per person; the link is made when the mail is sent."""
    queue_email(
        person,
        kind="password_reset",
        once_per=f"password_reset:{person.pk}:{now:%Y%m%d%H%M}",
        not_before=now,
        expires_at=now + MAIL_LIFETIME,
        payload={"is_invitation": is_invitation},
    )


@transaction.atomic
def edit_profile(person: User, *, changes: Mapping[str, Any], by: User) -> User:
    """What somebody sets about themselves."""
    row: User = User.objects.locked().get(pk=person.pk)
    require(can_edit_profile(by, row), "This is somebody else's profile.")
    diff = apply_changes(row, {name: changes[name] for name in OWN_FIELDS if name in changes})
    if diff:
        record("user.edited", row, by=by, changes=diff)
    return row


@transaction.atomic
def edit_person(person: User, *, changes: Mapping[str, Any], by: User) -> User:
    """What an admin sets about somebody, their role in the organisation included."""
    require(can_manage_people(by), ONLY_ADMINS)
    wanted = {name: changes[name] for name in ADMIN_FIELDS if name in changes}
    if wanted.get("org_role", OrgRole.ADMIN) != OrgRole.ADMIN:
        _keep_an_admin(person, by=by)
    row: User = User.objects.locked().get(pk=person.pk)
    if "email" in wanted:
        wanted["email"] = _free_email(wanted["email"], row)
    diff = apply_changes(row, wanted)
    if diff:
        record("user.edited", row, by=by, changes=diff)
    return row


def _free_email(email: str, person: User) -> str:
    wanted = email.strip().lower()
    if User.objects.with_email(wanted).exclude(pk=person.pk).exists():
        raise ValidationError({"email": "Somebody with this e-mail address is here already."})
    return wanted


def _keep_an_admin(person: User, *, by: User) -> None:
    """Refuse to take the last admin away, also when two admins do it to each other at once: every such
    change locks all admins in the same order, so the second sees what the first left."""
    admins = list(User.objects.admins().locked())
    if person not in admins:
        return
    if len(admins) == 1:
        raise Conflict("This is the last admin. Make somebody else an admin first.")
    if person.pk == by.pk:
        raise Conflict("Admins cannot demote or deactivate themselves. Ask another admin.")
    require(by.is_system or by in admins, ONLY_ADMINS)


@transaction.atomic
def deactivate_person(person: User, *, by: User, now: datetime) -> User:
    """Signed out everywhere at once and for good, tokens revoked; everything they did stays."""
    require(can_manage_people(by), ONLY_ADMINS)
    _keep_an_admin(person, by=by)
    row: User = User.objects.locked().get(pk=person.pk)
    diff = apply_changes(row, {"is_active": False})
    if diff:
        apply_changes(row, {"times_deactivated": row.times_deactivated + 1})
        ApiToken.objects.filter(user=row, revoked_at=None).update(revoked_at=now)
        record("user.deactivated", row, by=by, changes=diff)
    return row


@transaction.atomic
def reactivate_person(person: User, *, by: User) -> User:
    require(can_manage_people(by), ONLY_ADMINS)
    row: User = User.objects.locked().get(pk=person.pk)
    diff = apply_changes(row, {"is_active": True})
    if diff:
        record("user.reactivated", row, by=by, changes=diff)
    return row
