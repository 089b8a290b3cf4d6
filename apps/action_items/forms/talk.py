from typing import Any

from django import forms

from apps.action_items.models import ItemComment
from apps.core.saying import MAX_COMMENT


class ItemCommentForm(forms.Form):
    """A new comment, or a correction of what was said."""

    body = forms.CharField(
        max_length=MAX_COMMENT,
        label="Comment",
        help_text="Markdown. @ and a short name tells that person, if they may see the item.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, *args: Any, comment: ItemComment | None = None, names: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].widget.attrs["data-mentions"] = names
        if comment:
            self.initial = {"body": comment.body}
