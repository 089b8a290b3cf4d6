"""What commands share: how a moment is typed."""

from argparse import ArgumentTypeError
from datetime import UTC, datetime


def moment(text: str) -> datetime:
    """An ISO time; UTC unless it says otherwise."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a time such as 2026-03-12T09:00Z") from error
    return given if given.tzinfo else given.replace(tzinfo=UTC)
