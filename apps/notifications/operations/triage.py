"""Which way a row that is due goes: a mail, a line of the next digest, the portal alone, or later. Asked when it is
due, so that what somebody chose a minute ago counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string

from apps.core.engines import Among
from apps.core.prepared import Prepared, PreparedObjects
from apps.notifications import kinds
from apps.notifications.categories import Mode, category
from apps.notifications.models import MailAddress, NotificationPreference, OutboxMail, OutboxStatus

if TYPE_CHECKING:
    from apps.accounts.models import User

MOST_A_DAY = 5
Modes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Way:
    """`status` is where it goes; `until` that it waits. SENDING: a mail, now."""

    status: OutboxStatus = OutboxStatus.SENDING
    until: datetime | None = None
    reason: str = ""


MAIL = Way()


@dataclass(frozen=True, slots=True)
class Known:
    """What people chose, and whose address is refused: two queries for a batch."""

    modes: dict[int, Modes]
    addresses: dict[int, MailAddress]

    def mode(self, user_id: int, name: str) -> Mode | None:
        """None for what nobody chooses about."""
        found = category(name)
        if found is None:
            return None
        chosen = self.modes.get(user_id, {}).get(name, found.usual)
        return Mode(chosen) if chosen in found.modes else found.usual


CHOICES = Prepared(
    lambda people: NotificationPreference.objects.filter(Among("user", people)).values_list(
        "user", "category", "mode"
    )
)
ADDRESSES = PreparedObjects(lambda people: MailAddress.objects.filter(Among("user", people)))


def known_about(people: Collection[int]) -> Known:
    addresses = {row.user_id: row for row in ADDRESSES.objects(list(people))}
    return Known(_choices(people), addresses)


def known_choices(people: Collection[int]) -> Known:
    return Known(_choices(people), {})


def _choices(people: Collection[int]) -> dict[int, Modes]:
    modes: defaultdict[int, Modes] = defaultdict(dict)
    for pk, name, mode in CHOICES.rows(list(people)):
        modes[pk][name] = mode
    return modes


def modes_of(person: User) -> dict[str, Mode | None]:
    """{category: how it reaches them}, of those that people choose about."""
    known = known_choices([person.pk])
    return {name: known.mode(person.pk, name) for name in settings.MAIL_CATEGORIES}


def way_of(row: OutboxMail, known: Known, now: datetime) -> Way:
    person = row.recipient
    if not (person.is_active and person.email):
        return Way(OutboxStatus.SUPPRESSED, reason="This person is no longer active.")
    by_choice = _chosen(known.mode(person.pk, kinds.category(row.kind)), row)
    if by_choice:
        return by_choice
    address = known.addresses.get(person.pk)
    if address and address.is_bouncing(person.email):
        return Way(OutboxStatus.IN_PORTAL, reason=f"{person.email} is refused: {address.reason}"[:500])
    return _paced(row, now) if kinds.is_paced(row.kind) else MAIL


def _chosen(mode: Mode | None, row: OutboxMail) -> Way | None:
    """A digest decides line by line, see its renderer."""
    if row.kind in kinds.composed():
        return None
    ways = {
        Mode.OFF: Way(OutboxStatus.TURNED_OFF),
        Mode.PORTAL: Way(OutboxStatus.IN_PORTAL),
        Mode.DIGEST: Way(OutboxStatus.FOR_DIGEST),
    }
    return ways.get(mode) if mode else None


def _paced(row: OutboxMail, now: datetime) -> Way:
    quiet: Callable[[User, datetime], datetime | None] = import_string(settings.MAIL_QUIET_UNTIL)
    until = quiet(row.recipient, now)
    if until:
        return Way(OutboxStatus.QUEUED, until=until)
    day = now.astimezone(row.recipient.zone)
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    today = OutboxMail.objects.of(row.recipient).filter(kind__in=kinds.paced()).exclude(pk=row.pk)
    sent = today.filter(status=OutboxStatus.SENT, sent_at__gte=midnight).count()
    before = Q(status=OutboxStatus.SENDING) | Q(status=OutboxStatus.CLAIMED, pk__lt=row.pk)
    under_way = today.filter(before).count()
    return MAIL if sent + under_way < MOST_A_DAY else Way(OutboxStatus.FOR_DIGEST)


def people_of(rows: Iterable[OutboxMail]) -> set[int]:
    return {row.recipient_id for row in rows}
