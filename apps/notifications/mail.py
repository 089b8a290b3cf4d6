"""What a renderer hands to the sender: one mail without addresses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mail:
    """`in_portal_only`: all that is in it, this person wants in the portal alone."""

    subject: str
    text: str
    html: str = ""
    in_portal_only: bool = False
