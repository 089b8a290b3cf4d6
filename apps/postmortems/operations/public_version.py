"""Writing the public version of a postmortem, having it approved, showing it to everybody, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core import markdown
from apps.core.changes import apply_changes, check_version, lock
from apps.core.errors import Conflict, StaleVersion
from apps.core.permissions import require
from apps.core.validators import validate_reasonable_date
from apps.postmortems.models import Postmortem, PublicStatus, PublicVersion
from apps.postmortems.models.public_version import WORDS, WRITTEN
from apps.postmortems.operations.telling_public import ask_for_approval, tell_approver
from apps.postmortems.policies import can_answer_for_public, can_approve_public, can_write
from apps.postmortems.public_rule import lacks_of_public, public_allowed, suggestion_for, why_not_public
from apps.status_page.operations import publish_report, withdraw_report

S = PublicStatus
ONLY_OTHERS = "A lead or an admin who wrote none of this text approves it."
MAX_REASON = 2000


@transaction.atomic
def write_public_version(
    postmortem: Postmortem, *, changes: Mapping[str, Any], seen: int | None = None, now: datetime, by: User
) -> PublicVersion:
    """Store the text, the first time on top of what is suggested. `seen` 0: nothing was there yet.

    An approval is lost, and a text that is published already is the next draft; what strangers read stays.
    """
    row = lock(postmortem)
    require(can_write(by, row))
    _require_tellable(row)
    wanted = _clean(changes)
    version = _locked(row)
    if version is None:
        return _begin(row, wanted, seen=seen, now=now, by=by)
    check_version(version, seen)
    diff = apply_changes(version, wanted)
    if diff:
        _rewritten(version, now=now, by=by)
        record("postmortem.public_written", row, by=by, changes={"parts": [None, sorted(diff)]})
    return version


def _begin(
    row: Postmortem, wanted: dict[str, Any], *, seen: int | None, now: datetime, by: User
) -> PublicVersion:
    version = suggestion_for(row)
    if seen:
        raise StaleVersion(version, seen=seen, current=0)
    for name, value in wanted.items():
        setattr(version, name, value)
    version.status_since = now
    version.full_clean(exclude={field.name for field in version._meta.fields} - {*WRITTEN})
    version.save(force_insert=True)
    version.writers.add(by)
    record("postmortem.public_written", row, by=by, changes={"parts": [None, sorted(wanted)]})
    return version


def _rewritten(version: PublicVersion, *, now: datetime, by: User) -> None:
    if version.status == S.APPROVED:
        tell_approver(version, now=now, by=by)
    if version.status == S.PUBLISHED:  # whose words somebody else has approved
        version.writers.clear()
        _set(version, submitted_by=None)
    if version.status != S.IN_REVIEW:
        _set(version, status=S.DRAFT, status_since=now, approved_by=None, approved_digest="")
    version.writers.add(by)


def _clean(changes: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {name: changes[name] for name in WRITTEN if name in changes}
    for name in {"title", *WORDS} & wanted.keys():
        wanted[name] = wanted[name].replace("\r\n", "\n").replace("\r", "\n").strip()
        try:
            markdown.check(wanted[name])
        except ValidationError as error:
            raise ValidationError({name: error.messages}) from error
    for name in {"began_at", "ended_at"} & wanted.keys():
        _check_moment(name, wanted[name])
    return wanted


def _check_moment(name: str, at: datetime | None) -> None:
    try:
        if at:
            validate_reasonable_date(at.date())
    except ValidationError as error:
        raise ValidationError({name: error.messages}) from error


@transaction.atomic
def transition_public_version(
    postmortem: Postmortem, *, to: str, reason: str = "", seen: int | None = None, now: datetime, by: User
) -> PublicVersion:
    """Any move by the name of its end. `reason` is what should change, or why it is withdrawn."""
    row = lock(postmortem)
    require(can_write(by, row) or can_answer_for_public(by))
    version = _locked(row)
    if version is None:
        raise Conflict(f"{row.key} has no public version yet. Write one first.")
    check_version(version, seen)
    _require_move(version, to)
    if to != S.WITHDRAWN:
        _require_tellable(row)
    _MOVES[to](version, reason.strip(), now=now, by=by)
    return version


def _submit(version: PublicVersion, _reason: str, *, now: datetime, by: User) -> None:
    """Into review once every part is there; leads who may approve it are asked."""
    require(can_write(by, version.postmortem))
    missing = lacks_of_public(version)
    if missing:
        raise Conflict("Not ready for review.", allowed=public_allowed(version), missing=missing)
    version.__dict__.pop("writer_ids", None)
    _move(version, S.IN_REVIEW, "sent_to_review", now=now, by=by, submitted_by=by, said="", said_by=None)
    ask_for_approval(version, now=now)


def _approve(version: PublicVersion, _reason: str, *, now: datetime, by: User) -> None:
    require(can_approve_public(by, version), ONLY_OTHERS)
    digest = version.digest
    _move(version, S.APPROVED, "approved", now=now, by=by, approved_by=by, approved_digest=digest)


def _return(version: PublicVersion, reason: str, *, now: datetime, by: User) -> None:
    """Taken back by who wrote it, or sent back by somebody who says what should change."""
    if by.pk not in version.writer_ids and not reason:
        raise ValidationError({"reason": "Say what should change."})
    _check_reason(reason)
    said: dict[str, Any] = {"said": reason, "said_by": by} if reason else {}
    if version.status == S.APPROVED:
        tell_approver(version, now=now, by=by)
    _move(version, S.DRAFT, "returned", now=now, by=by, approved_by=None, approved_digest="", **said)


def _publish(version: PublicVersion, _reason: str, *, now: datetime, by: User) -> None:
    """Only the text that was approved; it is frozen, and shown from this moment on."""
    row = version.postmortem
    require(can_write(by, row))
    if version.digest != version.approved_digest or version.approved_by_id in version.writer_ids:
        raise Conflict("The text is not the one that was approved.", allowed=[S.DRAFT])
    frozen = publish_report(row.key, content=version.content, incidents=row.incidents.all(), now=now)
    changes = {"sha256": [None, frozen.sha256], "address": [None, frozen.report.slug]}
    _move(version, S.PUBLISHED, "published", now=now, by=by, also=changes, shown_version=frozen.version)


def _withdraw(version: PublicVersion, reason: str, *, now: datetime, by: User) -> None:
    """Whoever may write or approve it may take it back, at once. The reason stays inside."""
    if not reason:
        raise ValidationError({"reason": "Say why it is withdrawn."})
    _check_reason(reason)
    withdraw_report(version.postmortem.key, now=now)
    lost: dict[str, Any] = {"approved_by": None, "approved_digest": "", "shown_version": None}
    _move(version, S.WITHDRAWN, "withdrawn", now=now, by=by, said=reason, said_by=by, **lost)


_MOVES: dict[str, Callable[..., None]] = {
    S.IN_REVIEW: _submit,
    S.APPROVED: _approve,
    S.DRAFT: _return,
    S.PUBLISHED: _publish,
    S.WITHDRAWN: _withdraw,
}


def _move(
    version: PublicVersion,
    to: str,
    verb: str,
    *,
    also: Mapping[str, Any] | None = None,
    now: datetime,
    by: User,
    **fields: Any,
) -> None:
    changes: dict[str, Any] = {"public_status": [version.status, to], **(also or {})}
    if fields.get("said"):
        changes["reason"] = [None, fields["said"]]
    _set(version, status=to, status_since=now, version=version.version + 1, **fields)
    record(f"postmortem.public_{verb}", version.postmortem, by=by, changes=changes)


def _set(version: PublicVersion, /, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(version, name, value)
    version.__dict__.pop("writer_ids", None)
    version.save(update_fields=[*fields, "updated_at"])


def _locked(row: Postmortem) -> PublicVersion | None:
    version = PublicVersion.objects.select_for_update(of=("self",)).filter(postmortem=row).first()
    if version:
        version.postmortem = row
    return version


def _require_move(version: PublicVersion, to: str) -> None:
    allowed = public_allowed(version)
    if to not in allowed:
        label, now = dict(S.choices).get(to, to), version.get_status_display()
        raise Conflict(f"The public version is “{now}” and cannot become “{label}”.", allowed=allowed)


def _require_tellable(row: Postmortem) -> None:
    why = why_not_public(row)
    if why:
        raise Conflict(why)


def _check_reason(reason: str) -> None:
    if len(reason) > MAX_REASON:
        raise ValidationError({"reason": f"At most {MAX_REASON} characters."})
