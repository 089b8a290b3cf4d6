"""Markdown that people write, checked and put into the form in which it is stored."""

from django.core.exceptions import ValidationError

from apps.core import markdown

MAX_COMMENT = 4_000


def said(body: str) -> str:
    """A comment without space around it. ValidationError on `body` also when it is empty."""
    text = written(body.strip(), most=MAX_COMMENT, place="a comment")
    if not text:
        raise ValidationError({"body": "Write something."})
    return text


def written(body: str, *, most: int, place: str) -> str:
    """The text without space at its end. ValidationError on `body` when it is too long or nested too deep."""
    text = body.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    if len(text) > most:
        raise ValidationError({"body": f"At most {most:,} characters fit into {place}."})
    try:
        markdown.check(text)
    except ValidationError as error:
        raise ValidationError({"body": error.messages}) from error
    return text
