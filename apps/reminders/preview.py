"""Today's letter before it is sent: what it would say at this moment, and whether it goes out by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from apps.accounts.calendar import calendars_around
from apps.accounts.digest_days import closes_at, slot
from apps.notifications.message import with_footer
from apps.notifications.models import OutboxMail, OutboxStatus
from apps.notifications.operations import outbox_row
from apps.reminders.digest import render_digest
from apps.reminders.turns import KIND

if TYPE_CHECKING:
    from apps.accounts.models import User

SAID = {
    OutboxStatus.SENT: "Today’s went out already. This is what it would say now.",
    OutboxStatus.IN_PORTAL: "Today’s is in your inbox alone. This is what it would say now.",
    OutboxStatus.SKIPPED_EMPTY: "There was nothing left to say when it was to go out, so none went out today.",
}
UNDER_WAY = (OutboxStatus.QUEUED, OutboxStatus.CLAIMED, OutboxStatus.SENDING)


@dataclass(frozen=True, slots=True)
class Preview:
    """`subject`, `text` and `html` are empty when nothing is left to say. `said`: whether it goes out by itself."""

    day: date
    subject: str
    text: str
    html: str
    is_mailed: bool
    said: str


def preview_of(person: User, now: datetime) -> Preview:
    """With the person's rights, choices and items of this moment; nothing but the hour is left out of account."""
    day = now.astimezone(person.zone).date()
    begins, ends, key = slot(person, day), closes_at(person, day), f"{KIND}:{person.pk}:{day.isoformat()}"
    payload = {"local_date": day.isoformat()}
    row = outbox_row(person, kind=KIND, once_per=key, not_before=begins, expires_at=ends, payload=payload)
    mail = render_digest(row, now)
    said = _said(person, day, now, OutboxMail.objects.of(person).filter(dedupe_key=key).first())
    if mail is None:
        return Preview(day, "", "", "", is_mailed=False, said=said)
    return Preview(day, mail.subject, *with_footer(row, mail), is_mailed=not mail.in_portal_only, said=said)


def _said(person: User, day: date, now: datetime, row: OutboxMail | None) -> str:
    at = f"{person.digest_at:%H:%M}"
    if row and row.status not in UNDER_WAY:
        status = OutboxStatus(row.status)
        return SAID.get(status, f"What became of today’s: {status.label.lower()}.")
    if row:
        return "Today’s is on its way."
    if not calendars_around([person.pk], [day])[person.pk].is_working_day(day):
        return "You do not work today, so none goes out by itself."
    if now >= closes_at(person, day):
        return "It is too late for today’s: what is left comes with the next one."
    return f"One goes out at {at} when something of yours comes up today."
