"""Trackers: connected, changed, paused, tried, taken away. Tokens and secrets come in here and never out again, but
for the webhook's secret, once, to whoever made it. The audit trail keeps hosts and projects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from apps.accounts.models import Team, User
from apps.audit.operations import record
from apps.core.changes import Diff, apply_changes, check_version, lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.core.sealed import seal
from apps.trackers.clients import Trouble
from apps.trackers.models import Connection
from apps.trackers.models.connection import new_hook_secret
from apps.trackers.operations.turns import client_of, note_success, note_trouble
from apps.trackers.policies import can_connect_for, can_manage
from apps.trackers.states import TrackerKind

NOT_YOURS = "Admins connect trackers, and leads those of their teams."
ELSEWHERE = "The token goes to the address it was typed for alone. Type the one for this address."
PLACE = ("base_url", "project")
PLAIN = ("name", "team", *PLACE, "issue_type", "account", "is_enabled")
USUAL = {TrackerKind.GITHUB: "https://github.com", TrackerKind.GITLAB: "https://gitlab.com"}
MOST, LONGEST_TOKEN = 100, 1000
FRESH = {"failures_in_a_row": 0, "resume_at": None, "trouble": "", "trouble_since": None}
SINCE = timedelta(minutes=5)


@transaction.atomic
def add_connection(
    *,
    name: str,
    kind: str,
    project: str,
    token: str,
    base_url: str = "",
    issue_type: str = "",
    account: str = "",
    team: Team | None = None,
    is_enabled: bool = True,
    by: User,
    now: datetime,
) -> Connection:
    """It is asked from now on. Its webhook secret is `present_hook_secret`."""
    require(can_connect_for(by, team), NOT_YOURS)
    if Connection.objects.count() >= MOST:
        raise Conflict(f"There are {MOST} trackers already. Remove one that is no longer used.")
    row = Connection(name=name.strip(), kind=kind, team=team, created_by=by, is_enabled=is_enabled)
    row.base_url, row.project = _address(base_url, kind), project.strip()
    row.issue_type, row.account = issue_type.strip(), account.strip()
    row.sealed_token, row.sealed_hook_secret = seal(_token(token)), seal(new_hook_secret())
    row.next_pull_at, row.cursor_at = now, now - SINCE
    row.full_clean()
    row.check_place()
    _save_new(row)
    told = ("name", "kind", "team", "base_url", "project")
    record(
        "tracker.added", row, by=by, changes={field: [None, str(getattr(row, field) or "")] for field in told}
    )
    return row


def _save_new(row: Connection) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError({"name": "A tracker of this name was added this moment."}) from error


def _address(base_url: str, kind: str) -> str:
    typed = base_url.strip().rstrip("/") or USUAL.get(TrackerKind(kind), "")
    if not typed:
        raise ValidationError({"base_url": "Give its address, such as https://acme.atlassian.net."})
    scheme, mark, rest = typed.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}{mark}{host.lower()}{slash}{path}"


def _token(token: str) -> str:
    """It goes into a header: no blank, nothing that is not printed."""
    typed = token.strip()
    if not typed:
        raise ValidationError({"token": "Without a token nothing can be asked."})
    if len(typed) > LONGEST_TOKEN or not typed.isascii() or not typed.isprintable() or " " in typed:
        raise ValidationError({"token": "This is no token: it holds blanks or signs that no token has."})
    return typed


@transaction.atomic
def edit_connection(
    connection: Connection, *, changes: Mapping[str, Any], seen: int | None = None, by: User, now: datetime
) -> Connection:
    """A `token` replaces the one that is there, an empty one leaves it. Another address needs one: whoever may edit
    could else have it sent to a machine of their own. Whatever changes is tried at once."""
    row = lock(connection)
    require(can_manage(by, row), NOT_YOURS)
    check_version(row, seen)
    wanted = _wanted(row, changes)
    if "team" in wanted:
        require(can_connect_for(by, wanted["team"]), NOT_YOURS)
    diff = apply_changes(row, wanted)
    if "base_url" in diff and not str(changes.get("token") or "").strip():
        raise ValidationError({"token": ELSEWHERE})
    if set(diff) & {*PLACE, "issue_type"}:
        row.check_place()
    diff |= _replace_token(row, str(changes.get("token") or ""))
    if diff:
        apply_changes(row, {**FRESH, "next_pull_at": now, "etag": ""})
        row.refs.update(not_before=now)
        record("tracker.edited", row, by=by, changes=diff)
    return row


def _wanted(row: Connection, changes: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {name: changes[name] for name in PLAIN if name in changes}
    wanted |= {
        name: str(wanted[name]).strip() for name in ("name", "project", "issue_type") if name in wanted
    }
    if "base_url" in wanted:
        wanted["base_url"] = _address(wanted["base_url"], row.kind)
    moves = any(wanted.get(name, getattr(row, name)) != getattr(row, name) for name in PLACE)
    if moves and row.refs.exists():
        raise Conflict(
            f"Issues of {row.project} are linked here, and their numbers mean others elsewhere. "
            "Connect the other project beside it."
        )
    return wanted


def _replace_token(row: Connection, token: str) -> Diff:
    if not token.strip():
        return {}
    apply_changes(row, {"sealed_token": seal(_token(token))})
    return {"token": ["set", "replaced"]}


@transaction.atomic
def switch_connection(connection: Connection, *, is_enabled: bool, by: User, now: datetime) -> Connection:
    """Paused, it asks nobody and hears nobody; what changes meanwhile is read when it goes on."""
    row = lock(connection)
    require(can_manage(by, row), NOT_YOURS)
    diff = apply_changes(row, {"is_enabled": is_enabled})
    if diff:
        apply_changes(row, {**FRESH, "next_pull_at": now})
        row.refs.update(not_before=now)
        record(f"tracker.{'resumed' if is_enabled else 'paused'}", row, by=by, changes=diff)
    return row


def present_hook_secret(connection: Connection) -> str:
    """For the one page and the one answer that show it."""
    return connection.hook_secret


@transaction.atomic
def replace_hook_secret(connection: Connection, *, by: User) -> Connection:
    """What is signed with the former one is refused from now on; the hourly look misses nothing meanwhile."""
    row = lock(connection)
    require(can_manage(by, row), NOT_YOURS)
    apply_changes(row, {"sealed_hook_secret": seal(new_hook_secret())})
    record("tracker.secret_replaced", row, by=by, changes={"webhook_secret": ["set", "replaced"]})
    return row


@transaction.atomic
def remove_connection(connection: Connection, *, by: User) -> None:
    """Linked issues stay as plain links; what was still to be created is not."""
    row = lock(connection)
    require(can_manage(by, row), NOT_YOURS)
    refs = row.refs.all()
    told = {"name": [row.name, None], "project": [row.project, None], "links": [refs.linked().count(), 0]}
    refs.wanted().delete()
    refs.update(error="", error_at=None, look_asked=False)
    record("tracker.removed", row, by=by, changes=told)
    row.delete()


def try_connection(connection: Connection, *, by: User, now: datetime) -> tuple[bool, str]:
    """Ask it now: whether it works, and what to know in one sentence. No transaction is open meanwhile."""
    require(can_manage(by, connection), NOT_YOURS)
    try:
        words = client_of(connection, now=now).check()
    except Trouble as trouble:
        note_trouble(connection, trouble, now=now, is_told=False)
        _note_try(connection, trouble.words, by=by)
        return False, trouble.words
    note_success(connection)
    connection.refs.update(not_before=now)
    _note_try(connection, words, by=by)
    return True, words


@transaction.atomic
def _note_try(connection: Connection, words: str, *, by: User) -> None:
    record("tracker.tried", connection, by=by, changes={"answer": [None, words]})
