from typing import Any

from django import forms
from django.conf import settings

from apps.postmortems.files.receiving import TAKEN, Received, receive
from apps.postmortems.models import Attachment
from apps.services.models import web_address


class ReceivedField(forms.FileField):
    """Cleans to what may be stored: checked, named, and redrawn if it is a picture."""

    def clean(self, data: Any, initial: Any = None) -> Received:
        return receive(super().clean(data, initial))


class DescriptionForm(forms.Form):
    caption = forms.CharField(
        max_length=300, required=False, help_text="What it shows and how to read it: axes, units, the moment."
    )
    source_url = forms.URLField(
        max_length=500,
        required=False,
        label="Where it is from",
        help_text="The dashboard, query or log that shows it again.",
        assume_scheme="https",
        validators=[web_address],
    )


class AttachmentForm(DescriptionForm):
    file = ReceivedField()
    field_order = ("file", "caption", "source_url")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = settings.ATTACHMENT_MAX_BYTES // 1_000_000
        self.fields[
            "file"
        ].help_text = f"{TAKEN}; at most {limit} MB. Pictures are stored without place, camera and comments."


class AttachmentEditForm(DescriptionForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, attachment: Attachment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(attachment, name) for name in self.fields}
