"""Who in a chat is whom here: claimed in the chat by e-mail, confirmed here by who it claims to be, or by an admin."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.chat.models import ChatAccount, Workspace
from apps.chat.policies import can_confirm, can_manage_chat
from apps.core.changes import apply_changes, lock
from apps.core.errors import Conflict
from apps.core.permissions import require

NOT_YOURS = "Only the person it names, or an admin, decides this."


@transaction.atomic
def claim_account(
    workspace: Workspace, *, chat_user: str, chat_name: str, email: str, now: datetime
) -> ChatAccount | None:
    """Somebody in the chat says which e-mail is theirs. None, and nothing else, tells that nobody has it.

    What is confirmed already is left as it is; a claim not yet confirmed is replaced.
    """
    claim = partial(_claim, workspace, chat_user=chat_user, chat_name=chat_name, email=email, now=now)
    try:
        with transaction.atomic():
            return claim()
    except IntegrityError:  # typed twice at the same moment: what came first is stored now, and is seen
        return claim()


def _claim(
    workspace: Workspace, *, chat_user: str, chat_name: str, email: str, now: datetime
) -> ChatAccount | None:
    person = User.objects.active().with_email(email.strip()).first()
    known = ChatAccount.objects.select_for_update().filter(workspace=workspace, chat_user=chat_user).first()
    if known and known.is_confirmed:
        return known
    if person is None:
        return None
    if known and known.person_id == person.pk:
        return known
    if known:  # another row, so that nobody confirms by the former one's button what it says now
        known.delete()
    row = ChatAccount(
        workspace=workspace, chat_user=chat_user, chat_name=chat_name, person=person, claimed_at=now
    )
    row.full_clean(validate_unique=False, validate_constraints=False)
    row.save(force_insert=True)
    record("chat_account.claimed", row, by=User.objects.system(), changes={"person": [None, person.slug]})
    return row


@transaction.atomic
def confirm_account(account: ChatAccount, *, by: User, now: datetime) -> ChatAccount:
    """From now on what this chat user commands is done with the person's rights."""
    row = lock(account)
    require(can_confirm(by, row), NOT_YOURS)
    if not row.is_confirmed:
        apply_changes(row, {"confirmed_at": now})
        record("chat_account.confirmed", row, by=by, changes={"person": [None, row.person.slug]})
    return row


@transaction.atomic
def add_account(
    *, workspace: Workspace, chat_user: str, person: User, by: User, now: datetime
) -> ChatAccount:
    """An admin who knows says so."""
    require(can_manage_chat(by), "Only admins link others.")
    row = ChatAccount(workspace=workspace, chat_user=chat_user.strip(), person=person, claimed_at=now)
    row.confirmed_at = now
    row.full_clean()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("This chat user was linked this moment.") from error
    record("chat_account.confirmed", row, by=by, changes={"person": [None, person.slug]})
    return row


@transaction.atomic
def remove_account(account: ChatAccount, *, by: User) -> None:
    """The chat user is nobody here again. Doing it twice changes nothing."""
    row = ChatAccount.objects.select_for_update().filter(pk=account.pk).first()
    if row is None:
        return
    require(can_confirm(by, row), NOT_YOURS)
    record("chat_account.removed", row, by=by, changes={"person": [row.person.slug, None]})
    row.delete()
