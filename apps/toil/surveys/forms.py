"""The survey of a quarter as one form: two questions for each team one belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from apps.toil.operations import Said
from apps.toil.surveys.reading import Asked

NO_ANSWER = "Leave it empty to give no answer."
A_SHARE = "Give whole percent from 0 to 100, such as 35."


class SurveyForm(forms.Form):
    """Fields are called by their team: a place in a row would be another team's once somebody joins one meanwhile."""

    def __init__(self, *args: Any, asked: Sequence[Asked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for each in asked:
            self._ask(each.team.slug, each)

    def _ask(self, name: str, each: Asked) -> None:
        answer = each.answer
        self.fields[f"share_{name}"] = forms.IntegerField(
            label=f"How much of your time for {each.team.name} was toil, in percent?",
            required=False,
            min_value=0,
            max_value=100,
            initial=answer.share_pct if answer else None,
            help_text=NO_ANSWER,
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), A_SHARE),
        )
        self.fields[f"worst_{name}"] = forms.ChoiceField(
            label=f"What is the worst source of it, for {each.team.name}?",
            required=False,
            choices=[("", "None of these"), *((source.slug, source.name) for source in each.sources)],
            initial=answer.worst.slug if answer and answer.worst else "",
        )

    def clean(self) -> dict[str, Any]:
        """What is named as the worst is no answer by itself, and is not dropped in silence."""
        data = super().clean() or {}
        for each in self.asked:
            share, worst = f"share_{each.team.slug}", f"worst_{each.team.slug}"
            if share in data and data[share] is None and data.get(worst):
                self.add_error(share, "Say how much it was too, or choose “None of these” below.")
        return data

    def said(self) -> list[Said]:
        """Without the teams for which there is no answer."""
        found = []
        for each in self.asked:
            name = each.team.slug
            share, slug = self.cleaned_data[f"share_{name}"], self.cleaned_data[f"worst_{name}"]
            worst = next((source for source in each.sources if source.slug == slug), None)
            if share is not None:
                found.append(Said(each.team, share, worst))
        return found


class TicketsForm(forms.Form):
    quarter = forms.ChoiceField(label="Quarter")
    count = forms.IntegerField(
        label="Tickets",
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text="As your ticket system counts them. Empty takes the count away.",
    )

    def __init__(self, *args: Any, quarters: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarter"].choices = [(name, name) for name in quarters]  # type: ignore[attr-defined]
