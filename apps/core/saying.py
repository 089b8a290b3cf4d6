"""What people say in a comment, checked and put into the form in which it is stored."""

from django.core.exceptions import ValidationError

from apps.core import markdown

MAX_COMMENT = 4_000


def said(body: str) -> str:
    """The text without space around it. ValidationError on `body` when it is empty, too long or nested too deep."""
    text = body.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        raise ValidationError({"body": "Write something."})
    if len(text) > MAX_COMMENT:
        raise ValidationError({"body": f"At most {MAX_COMMENT:,} characters fit into a comment."})
    try:
        markdown.check(text)
    except ValidationError as error:
        raise ValidationError({"body": error.messages}) from error
    return text
