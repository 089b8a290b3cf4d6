"""What a renderer hands to the sender: one mail without addresses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mail:
    subject: str
    text: str
    html: str = ""
