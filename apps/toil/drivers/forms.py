"""What drives toil as a form, and its values as lines of text."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.accounts.forms.fields import TeamMenu
from apps.accounts.models import Team, User
from apps.services.models import Service
from apps.toil.drivers.lines import Values, read_values
from apps.toil.models import Driver, ToilSource

MOST_BYTES = 500_000
RELATED = ("team", "service", "source")


class DriverForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="What grows, such as hosts or tenants.")
    unit = forms.CharField(max_length=40, help_text="Of one of its numbers: hosts, requests a day.")
    team = TeamMenu(empty_label=None, label="Kept by")
    service = forms.ModelChoiceField(
        Service.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label="No service",
        help_text="For all sources of the service. Or choose one source alone.",
    )
    source = forms.ModelChoiceField(
        ToilSource.objects.none(), required=False, to_field_name="slug", empty_label="No single source"
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: User, driver: Driver | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.visible_to(user)
        if not user.is_org_admin:
            teams = teams.filter(pk__in=user.team_ids)
        offered = {
            "team": teams,
            "service": Service.objects.visible_to(user),
            "source": ToilSource.objects.visible_to(user).filter(team__in=teams.values("pk")),
        }
        for name, rows in offered.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        if driver:
            slugs = {name: row.slug if (row := getattr(driver, name)) else None for name in RELATED}
            self.initial = {"name": driver.name, "unit": driver.unit, "version": driver.version, **slugs}

    @staticmethod
    def keywords(data: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in data.items() if name != "version"}


class ValuesForm(forms.Form):
    lines = forms.CharField(
        label="Values",
        required=False,
        max_length=MOST_BYTES,
        strip=False,
        help_text="A day and a number on each line, as a spreadsheet gives them: 2026-03-01, 110. A value holds until "
        "the next one. A day without a number takes its value away.",
        widget=forms.Textarea(attrs={"rows": 12, "class": "mono-sm"}),
    )
    file = forms.FileField(
        required=False, label="Or a file", help_text="CSV in UTF-8 with the same lines.", max_length=200
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            name = "file" if data.get("file") else "lines"
            try:
                self.cleaned_data["values"] = self._read(data)
            except forms.ValidationError as error:
                self.add_error(name, error)
        return data

    @staticmethod
    def _read(data: dict[str, Any]) -> Values:
        file = data.get("file")
        if not file:
            return read_values(data.get("lines") or "")
        if file.size > MOST_BYTES:
            raise forms.ValidationError("The file may have at most 500 kB.")
        try:
            return read_values(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise forms.ValidationError("The file is not in UTF-8.") from error
