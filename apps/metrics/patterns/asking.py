"""What may be asked of the patterns: the same for the page and for programs, and the same words as the list of
postmortems uses, so that every figure opens its list."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.accounts.models import Team
from apps.metrics.patterns.reading import read_cases
from apps.metrics.patterns.report import Patterns, patterns
from apps.postmortems.filters import PostmortemFilter, QuarterField
from apps.postmortems.models import Postmortem
from apps.services.models import Service


class PatternsForm(forms.Form):
    team = forms.ModelChoiceField(Team.objects.all(), to_field_name="slug", required=False, empty_label="any")
    service = forms.ModelChoiceField(
        Service.objects.all(), to_field_name="slug", required=False, empty_label="any"
    )
    quarter = QuarterField(required=False, max_length=7)

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data)
        self.fields["team"].queryset = Team.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["service"].queryset = Service.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["quarter"].widget.attrs["placeholder"] = "2026-Q3"

    @property
    def narrowed(self) -> dict[str, str]:
        """The filters of the list that a valid form asks for."""
        given = {name: getattr(value, "slug", value) for name, value in self.cleaned_data.items()}
        return {name: value for name, value in given.items() if value}


def found_patterns(form: PatternsForm, request: Any) -> Patterns:
    """For a valid form. Raises ValidationError when there are too many postmortems, NoAnswer without intervals."""
    seen, user = Postmortem.objects.visible_to(request.user), request.user
    rows = PostmortemFilter(form.narrowed, queryset=seen, request=request).qs
    published = rows.filter(status="published")
    return patterns(
        read_cases(published, user), form.narrowed, unpublished=rows.exclude(status="published").count()
    )
