"""A command from a chat: who sent it, once, with their rights, and an answer that only they see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.chat.models import ChatAccount, Workspace
from apps.chat.operations.accounts import claim_account
from apps.chat.operations.commands import Act, Wrong
from apps.chat.operations.vocabulary import vocabulary_of
from apps.chat.words import LONGEST, Words
from apps.core import once
from apps.core.context import origin
from apps.core.errors import Conflict, KeyReused
from apps.core.signatures import CLOCKS_MAY_DIFFER

EPHEMERAL = "ephemeral"


@dataclass(frozen=True)
class Command:
    """As the chat sent it. `once` is its trigger, or its signature where there is none; empty when nothing in it tells
    it from another that is typed alike."""

    chat_user: str
    chat_name: str
    text: str
    once: str
    name: str = "/incident"


def answer_command(workspace: Workspace, command: Command, *, now: datetime) -> dict[str, str]:
    """The answer to the one who typed it. The same command once more is answered alike and does nothing."""
    words = Words(workspace.kind, command.name)
    token = origin.set(replace(origin.get(), door="chat"))
    try:
        text = _answer(workspace, command, words, now=now)
    finally:
        origin.reset(token)
    return {"response_type": EPHEMERAL, "text": text[:LONGEST]}


def _answer(workspace: Workspace, command: Command, words: Words, *, now: datetime) -> str:
    text = words.read(command.text).strip()
    verb, _, rest = text.partition(" ")
    verb = verb.lower() or "help"
    if verb == "help":
        return words.help()
    if verb == "link":
        return _link(workspace, command, words, email=rest.strip(), now=now)
    person = _person(workspace, command)
    if person is None:
        return _who_are_you(words)
    known = vocabulary_of(command.name)
    act, rest = known.find(verb, rest.strip(), text)
    if act is None:
        return f"There is no “{words.plain(verb[:40])}” here.\n{words.help()}"
    if act in known.reading:
        return _act(person, act, rest, words, now=now)
    try:
        return _act_once(person, command, act, rest, words, now=now)
    except KeyReused:
        return "This command came before with other words. Type it again."


def _person(workspace: Workspace, command: Command) -> User | None:
    known = ChatAccount.objects.with_people().filter(workspace=workspace, chat_user=command.chat_user).first()
    return known.person if known and known.is_confirmed and known.person.is_active else None


@transaction.atomic
def _act_once(person: User, command: Command, act: Act, rest: str, words: Words, *, now: datetime) -> str:
    """What was done is told again as long as a signature counts, and after that only that it was done. Without a mark
    of its own each is a new one. (What only reads is read again: its answer hangs on what the person may see now.)"""
    if not command.once:
        return _act(person, act, rest, words, now=now)
    row, is_new = once.claim(person, f"chat:{command.once}", body=once.fingerprint(command.text))
    if not is_new and now - row.created_at > CLOCKS_MAY_DIFFER:
        return "This very command came before, and nothing was done now. Type it again."
    if not is_new:
        return str((row.body or {}).get("text", ""))
    text = _act(person, act, rest, words, now=now)
    once.answer(row, status=200, location="", body={"text": text})
    return text


def _act(person: User, act: Act, rest: str, words: Words, *, now: datetime) -> str:
    """A refusal undoes what was begun, and is an answer too."""
    try:
        with transaction.atomic():
            return act(rest, words, by=person, now=now)
    except Wrong as wrong:
        return str(wrong)
    except Conflict as refusal:
        hint = f" Possible now: {', '.join(refusal.allowed)}." if refusal.allowed else ""
        return words.plain(refusal.message + hint)
    except PermissionDenied as refusal:
        return words.plain(str(refusal) or "You may not do that.")
    except ValidationError as refusal:
        return words.plain(" ".join(refusal.messages))


def _link(workspace: Workspace, command: Command, words: Words, *, email: str, now: datetime) -> str:
    """The same words whether or not there is such a person: the chat learns no names."""
    if "@" not in email or len(email) > 254:
        return f"Which e-mail is yours in Ballast? `{words.command} link you@example.com`"
    row = claim_account(
        workspace, chat_user=command.chat_user, chat_name=command.chat_name, email=email, now=now
    )
    if row and row.is_confirmed:
        return "You are linked already. Take the link away in Ballast to change it: " + words.link(
            "/chat/", "Chat"
        )
    return (
        "Noted. If this e-mail is yours in Ballast, sign in and confirm it there: "
        f"{words.link('/chat/', 'Chat')}. Until then nothing is done in your name."
    )


def _who_are_you(words: Words) -> str:
    return (
        f"I do not know yet who you are in Ballast. Type `{words.command} link you@example.com`, "
        f"then confirm it: {words.link('/chat/', 'Chat')}."
    )
