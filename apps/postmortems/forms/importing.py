from typing import Any

from django import forms
from django.conf import settings

from apps.postmortems.files.unpacking import unpack


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Cleans to the names and contents of all of them, archives unpacked."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[tuple[str, bytes]]:
        uploads = [super(ManyFilesField, self).clean(each, initial) for each in data or [None]]
        return unpack(uploads)


class ImportForm(forms.Form):
    files = ManyFilesField(  # type: ignore[assignment]  # a field, as every form has
        allow_empty_file=True,
        widget=ManyFilesInput(attrs={"accept": ".md,.markdown,.json,.zip"}),
        help_text=f"Markdown (.md) with front matter, JSON (.json) that a portal exported, or a .zip of them: at most "
        f"{settings.IMPORT_MAX_FILES} files and {settings.IMPORT_MAX_BYTES // 1_000_000} MB at once.",
    )
