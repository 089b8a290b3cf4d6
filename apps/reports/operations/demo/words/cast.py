"""What is told by hand: the incidents of today, and what the people one signs in as still owe."""

from __future__ import annotations

from datetime import time
from typing import NamedTuple

from apps.reports.operations.demo.words.shapes import (
    ACTION,
    DECISION,
    DETECT,
    MITIGATE,
    NOTE,
    PREVENT,
    PROCESS,
    UPDATE,
    Plot,
    Promise,
    Step,
)

LEAD, MEMBER = "lead@ballast.example", "member@ballast.example"

SETTLEMENT_PLOT = Plot(
    slug="settlement",
    tail="after a failover",
    needs="database",
    tags=("failover", "settlement"),
    trigger="A kernel patch restarted the primary host, and the runbook promoted the standby after 60 s.",
    factors=(
        "The lease of the primary lasted 94 s, so both nodes acted as primary for 34 s.",
        "The idempotency key holds the start time of the process; a file sent by another process counted as new.",
        "The failover test has one partner stub, and it accepts repeated files without a word.",
        "The alert on files sent has a lower bound only, so too many files looked healthy.",
    ),
    detected="A bank reported repeated files by mail. Our own alerts stayed quiet.",
    steps=(
        Step(
            UPDATE,
            "A bank reports settlement files that it received twice. We compare what was sent since 02:00 UTC.",
        ),
        Step(NOTE, "214 files were sent by both nodes. The ledger itself has every entry once."),
        Step(DECISION, "Pause outbound transfer until the repeated batches are listed."),
        Step(ACTION, "Outbound transfer paused by a change in the database; there is no switch for it."),
        Step(UPDATE, "Repeated batches are listed by reference and withdrawn with both banks."),
    ),
    mitigated="Outbound transfer was paused and the repeated batches were withdrawn with both banks.",
    tried="Recalling single files was tried; the banks withdraw whole batches only.",
    repaired="Pending totals of 1,860 merchants were built again from the ledger and checked against the banks.",
    well=(
        "The ledger was never wrong; only the files were repeated.",
        "Transfer was paused six minutes after we knew.",
    ),
    poorly=(
        "A bank noticed before we did, twenty minutes after the first repeat.",
        "The runbook was written for the old lease service.",
        "Pausing transfers needs a change in the database by hand.",
    ),
    lucky="Both banks refuse a repeated reference. A third partner does not, and had no file due.",
    surprise="The lease outlives the process that holds it.",
    lesson="A waiting time in a runbook must be compared with what it waits for, by the machine.",
    items=(),
)


class Owed(NamedTuple):
    """A promise of somebody in the cast: days from today, and how it stands."""

    email: str
    promise: Promise
    priority: int
    due_in: int
    made_ago: int
    service: str
    is_settlement: bool = False
    status: str = "open"
    note: str = ""
    slips: tuple[tuple[int, str], ...] = ()
    """(days the date moved, why), oldest first."""


OWED = (
    Owed(
        LEAD,
        Promise(
            PREVENT,
            "Add a lease check before standby promotion",
            "Promotion in staging is refused while the old lease is valid",
        ),
        *(1, -6, 41, "ledger-writer"),
        status="blocked",
        note="Waits for the storage team's review; they have it on Thursday's list.",
        slips=((9, "The first try found a second place that needs the change."),),
    ),
    Owed(
        LEAD,
        Promise(
            PREVENT, "Reject a settlement file with a known batch id", "A repeated file is refused in staging"
        ),
        *(1, 0, 7, "payout-files"),
        is_settlement=True,
        status="in_progress",
    ),
    Owed(
        LEAD,
        Promise(
            DETECT,
            "Give the files-sent alert an upper bound",
            "Sending a batch twice in staging fires the alert",
        ),
        *(2, 2, 7, "payout-files"),
        is_settlement=True,
    ),
    Owed(
        LEAD,
        Promise(
            DETECT,
            "Alert when refund queue age passes 10 minutes",
            "The alert fires in the drill and names the partition",
        ),
        *(2, 3, 48, "refunds-worker"),
        status="in_progress",
        slips=((14, "An incident took the time that was planned for it."),),
    ),
    Owed(
        LEAD,
        Promise(
            PROCESS,
            "Write a failover game-day scenario",
            "The game day has been run once with both banks' stubs",
        ),
        *(3, 10, 7, "ledger-writer"),
        is_settlement=True,
    ),
    Owed(
        LEAD,
        Promise(
            PROCESS,
            "Document pool-size limits in the runbook",
            "The runbook names the limit of every pool and who may raise it",
        ),
        *(3, 16, 27, "payments-api"),
    ),
    Owed(
        MEMBER,
        Promise(
            MITIGATE,
            "Cap retries from checkout-web to payments-api",
            "The load test shows at most one retry per call",
        ),
        *(1, -4, 52, "payments-api"),
        status="in_progress",
        slips=(
            (7, "Two people were away; the work is half done."),
            (10, "Load test booked for the week after."),
        ),
    ),
    Owed(
        MEMBER,
        Promise(
            MITIGATE,
            "Add a switch that pauses outbound transfer",
            "The switch stops transfer in staging within 5 s",
        ),
        *(1, 0, 7, "payout-files"),
        is_settlement=True,
        status="in_progress",
    ),
    Owed(
        MEMBER,
        Promise(
            PREVENT,
            "Add a partner stub that refuses repeated files",
            "The failover test fails without the new check",
        ),
        *(2, 3, 7, "payout-files"),
        is_settlement=True,
    ),
    Owed(
        MEMBER,
        Promise(
            PREVENT,
            "Load-test the pool limit at twice the peak",
            "The report of the test is linked from the runbook",
        ),
        *(2, 8, 30, "payments-api"),
    ),
)


class Scene(NamedTuple):
    """An incident of the last days, in minutes ago. With a `clock`, `began` is days ago and the other minutes
    count from the start."""

    title: str
    service: str
    other: str
    plot: str
    severity: int
    peak: int
    began: int
    roles: tuple[tuple[str, str], ...]
    clock: time | None = None
    declared: int = 0
    mitigated: int = 0
    path: tuple[str, ...] = ()
    """Of the incident; with a `clock`, of its postmortem."""
    summary: str = ""
    """Of the incident; with a `clock`, what the reviewer said."""
    reviewer: str = ""


SETTLEMENT = Scene(
    "Settlement files sent twice after a failover",
    *("ledger-writer", "stream-broker", "settlement", 2, 3, 9),
    (("commander", "Ines Duarte"), ("ops", "Tomas Novak"), ("comms", "Kofi Mensah")),
    clock=time(2, 11),
)
REVIEWED = (
    Scene(
        "Checkout unavailable for guests under a wave of retries",
        *("checkout-web", "payments-api", "retries", 1, 61, 12),
        (("commander", "Greta Lindqvist"), ("ops", "Diego Fuentes"), ("comms", "Sophie Clarke")),
        clock=time(16, 40),
        declared=6,
        mitigated=37,
        path=("in_review", "changes_requested"),
        summary="How many customers gave up? The impact names requests only.",
        reviewer="Kofi Mensah",
    ),
    Scene(
        "TLS handshakes fail on one edge pool after a certificate expired",
        *("edge-proxy", "dns-resolver", "certificate", 2, 19, 8),
        (("commander", "Aiko Tanaka"), ("ops", "Jonas Weber")),
        clock=time(0, 4),
        declared=22,
        mitigated=104,
        path=("in_review", "approved"),
        summary="Clear and complete. The probe from outside is the item that matters most.",
        reviewer="Noor Haddad",
    ),
    Scene(
        "Captures time out after a query lost its index",
        *("payments-api", "ledger-writer", "query", 2, 14, 6),
        (("commander", "Priya Raman"), ("ops", "Lena Hoffmann")),
        clock=time(5, 30),
        declared=9,
        mitigated=71,
        path=("in_review",),
        reviewer="Samuel Adeyemi",
    ),
)
TODAY = (
    Scene(
        "New products missing from search for up to 20 minutes",
        *("search-index", "stream-broker", "lag", 3, 80, 185),
        (("commander", "Mateo Rojas"), ("ops", "Anjali Menon")),
        declared=171,
        mitigated=52,
        path=("investigating", "identified", "mitigated"),
        summary="Updates reach the index up to 20 minutes late since a partition move. Nothing is lost.",
    ),
    Scene(
        "Receipt e-mails delayed by 15 minutes",
        *("notify-worker", "stream-broker", "poison", 4, 4, 82),
        (("commander", "Hana Sato"),),
        declared=75,
        mitigated=-30,
        path=("triage", "investigating", "identified"),
        summary="Receipts of one partition wait behind a message that cannot be read.",
    ),
    Scene(
        "Card authorisations time out in eu-west",
        *("payments-api", "ledger-writer", "firewall", 2, 11, 41),
        (("commander", "Ines Duarte"), ("ops", "Priya Raman"), ("comms", "Lena Hoffmann")),
        declared=37,
        mitigated=-12,
        path=("investigating",),
        summary="About one card authorisation in nine times out in eu-west. Other regions are fine.",
    ),
)
