from typing import Any

from django import forms

from apps.postmortems.models import Comment
from apps.postmortems.models.comment import MAX_BODY, MAX_QUOTE


def words(**kwargs: Any) -> forms.CharField:
    return forms.CharField(max_length=MAX_BODY, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)


class CommentForm(forms.Form):
    """A new thread on a section."""

    body = words(label="Comment", help_text="Markdown. Ask how and what; the text answers for itself.")
    quote = forms.CharField(
        max_length=MAX_QUOTE, required=False, label="About these words", help_text="Copied from the text."
    )
    is_blocking = forms.BooleanField(required=False, label="To be settled before publication")

    def __init__(self, *args: Any, may_block: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_block:
            del self.fields["is_blocking"]


class WordsForm(forms.Form):
    """An answer, or a correction of what was said."""

    body = words(label="Comment")

    def __init__(self, *args: Any, comment: Comment | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if comment:
            self.initial = {"body": comment.body}
