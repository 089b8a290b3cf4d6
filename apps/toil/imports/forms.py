"""Forms of an import: the file, how it is read, and what its labels mean."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from apps.accounts.forms.fields import TeamMenu, ZoneField, zones_by_continent
from apps.accounts.models import Team, User
from apps.toil.imports.columns import Tool
from apps.toil.imports.dates import DateOrder
from apps.toil.models import LabelPart, ToilImport, ToilSource, WorkKind
from apps.toil.operations.import_labels import Label, Meanings

OWN = "own"
MB = 1_000_000


class FileZoneField(ZoneField):
    """A zone, or each person's own; cleans to the empty text then."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = [(OWN, "Each person’s own"), *zones_by_continent()]
        self.label = "Time zone of the file"

    def valid_value(self, value: str) -> bool:
        return value == OWN or super().valid_value(value)

    def clean(self, value: Any) -> Any:
        zone = super().clean(value)
        return "" if zone == OWN else zone

    def prepare_value(self, value: Any) -> Any:
        return value or OWN


class ReadingForm(forms.Form):
    """How a file is read."""

    team = TeamMenu(empty_label=None, help_text="The entries count for this team.")
    tz = FileZoneField(
        help_text="In which the times in the file are written. It cannot be seen from the file."
    )
    said_order = forms.ChoiceField(
        choices=[("", "Found from the file"), *DateOrder.choices],
        required=False,
        label="Dates",
        help_text="You are asked when the file leaves it open whether 03/04 is March or April.",
    )
    said_tool = forms.ChoiceField(
        choices=[("", "Found from the file"), *Tool.choices], required=False, label="Written by"
    )

    def __init__(self, *args: Any, user: User, batch: ToilImport | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.visible_to(user)  # type: ignore[attr-defined]
        team = next(iter(user.current_teams), None)
        self.initial = {"tz": user.time_zone, "team": team.slug if team else None}
        if batch:
            plain = {name: getattr(batch, name) for name in ("tz", "said_order", "said_tool")}
            self.initial = plain | {"team": batch.team.slug}


class UploadForm(ReadingForm):
    file = forms.FileField(
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
    )
    field_order = ("file", "team", "tz", "said_order", "said_tool")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = settings.TOIL_IMPORT_MAX_BYTES // MB
        self.fields["file"].help_text = (
            f"The detailed report of Toggl Track, Clockify or Kimai as CSV, or any CSV whose first row names Email, "
            f"Date and Duration: at most {most} MB."
        )

    def keywords(self) -> dict[str, Any]:
        data = self.cleaned_data
        file: UploadedFile[Any] = data["file"]
        said = {
            "team": data["team"],
            "tz": data["tz"],
            "tool": data["said_tool"],
            "order": data["said_order"],
        }
        return {"name": file.name or "", "chunks": file.chunks(), **said}


class LabelsForm(forms.Form):
    """One menu for each of some labels of a file, [part, name, rows], called by what it explains: the file may be read
    another way meanwhile."""

    def __init__(
        self, *args: Any, team: Team, labels: Iterable[list[Any]], meanings: Meanings, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.labels: dict[str, Label] = {}
        choices = choices_of(team)
        for part, name, rows in labels:
            field = field_of(part, name)
            self.labels[field] = (part, name)
            initial = meanings.of_label(part, name).choice
            shown = f"{LabelPart(part).label} “{name}”, {rows} row{'' if rows == 1 else 's'}"
            self.fields[field] = forms.ChoiceField(choices=choices, initial=initial, label=shown)

    @property
    def wanted(self) -> dict[Label, str]:
        return {self.labels[field]: choice for field, choice in self.cleaned_data.items()}


def field_of(part: str, name: str) -> str:
    return f"label-{part}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def choices_of(team: Team) -> list[Any]:
    """Sources of the team first; the short name is what the log line knows a source by."""
    sources = ToilSource.objects.current().order_by("name").values_list("slug", "name", "team")
    own = [(f"#{slug}", name) for slug, name, owner in sources if owner == team.pk]
    others = [(f"#{slug}", name) for slug, name, owner in sources if owner != team.pk]
    kinds = [
        (WorkKind.UNMAPPED.value, WorkKind.UNMAPPED.label),
        (WorkKind.TOIL.value, "Toil without a source"),
    ]
    rest = [pair for pair in WorkKind.choices if pair[0] not in {WorkKind.UNMAPPED, WorkKind.TOIL}]
    groups = [(f"Sources of {team.name}", own), ("Not toil", rest), ("Sources of other teams", others)]
    return [*kinds, *((name, pairs) for name, pairs in groups if pairs)]
