"""What is said of the incidents of today: status updates, and how bad they were judged to be."""

from __future__ import annotations

from typing import NamedTuple


class Said(NamedTuple):
    """`ago` in minutes; a `state` makes it public."""

    ago: int
    conditions: str
    actions: str
    needs: str = ""
    state: str = ""


class Judged(NamedTuple):
    impact: str
    condition: str
    reason: str = ""


class Command(NamedTuple):
    judged: Judged
    updates: tuple[Said, ...]
    answers: tuple[tuple[str, str], ...] = ()


COMMANDS = {
    "New products missing from search for up to 20 minutes": Command(
        Judged("many", "degraded"),
        (
            Said(
                160,
                "New and changed products appear in search up to 20 minutes late. Orders are not affected.",
                "We move the partition back to its old broker.",
                state="investigating",
            ),
            Said(
                50,
                "The delay is below a minute again.",
                "We watch the queue until the evening and then say more.",
                "Somebody from Streams who knows the new broker.",
                state="monitoring",
            ),
        ),
        (("customers-affected", "2300"), ("region", "all")),
    ),
    "Receipt e-mails delayed by 15 minutes": Command(Judged("few", "risk"), ()),
    "Card authorisations time out in eu-west": Command(
        Judged("many", "degraded", "It is card money, and the share is growing."),
        (
            Said(
                31,
                "About one card authorisation in nine times out in eu-west. Trying again often helps.",
                "We compare the network paths to the ledger and will say more within the hour.",
                "Somebody with access to the firewall of eu-west.",
                "investigating",
            ),
        ),
        (("region", "eu-west"),),
    ),
}
