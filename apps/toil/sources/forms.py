"""A source of toil as a form: what it is, the checks, and what people decided."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.accounts.forms.fields import TeamMenu
from apps.accounts.models import Team, User
from apps.services.models import Service
from apps.toil.models import Category, SourceStatus, ToilSource, Trigger
from apps.toil.sources.checks import QUESTIONS

ANSWERS = [("", "Not answered"), ("yes", "Yes"), ("no", "No")]
YES_OR_NO = {"yes": True, "no": False}
PLAIN = ("name", "description", "category", "trigger", "annoyance", "status", "decided_because")


def _answer(value: str) -> bool | None:
    return YES_OR_NO.get(value)


class YesNoField(forms.TypedChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=ANSWERS, coerce=_answer, empty_value=None, required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no", None: ""}.get(value, value)


class SourceForm(forms.Form):
    name = forms.CharField(max_length=120)
    slug = forms.SlugField(
        max_length=60,
        label="Short name",
        help_text="What the log line calls it: #quota-tickets. It never changes.",
    )
    team = TeamMenu(empty_label=None)
    service = forms.ModelChoiceField(
        Service.objects.none(), required=False, to_field_name="slug", empty_label="No service"
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label="Nobody",
        label="Who reduces it",
    )
    category = forms.ChoiceField(choices=Category.choices, initial=Category.OTHER)
    trigger = forms.ChoiceField(
        choices=[("", "Not said"), *Trigger.choices], required=False, label="What sets it off"
    )
    description = forms.CharField(
        required=False, max_length=2000, label="What is done", widget=forms.Textarea(attrs={"rows": 3})
    )
    annoyance = forms.TypedChoiceField(
        choices=[("", "Not said"), *((str(n), str(n)) for n in range(1, 6))],
        coerce=int,
        empty_value=None,
        required=False,
        help_text="How much it annoys, 1 to 5. About the work, never about a person.",
    )
    status = forms.ChoiceField(choices=SourceStatus.choices, initial=SourceStatus.OPEN, label="State")
    decided_toil = YesNoField(label="Decided: it is toil", help_text="Only when the checks miss the point.")
    decided_because = forms.CharField(required=False, max_length=300, label="Because")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: User, source: ToilSource | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, hint) in QUESTIONS.items():
            self.fields[name] = YesNoField(label=label, help_text=hint)
        self._offer(user, source)
        if source:
            del self.fields["slug"]
            self.initial = self.initial_of(source)
        else:
            for name in ("status", "decided_toil", "decided_because"):
                del self.fields[name]
        last = ["annoyance", "status", "decided_toil", "decided_because", "version"]
        self.order_fields([name for name in self.fields if name not in last] + last)

    def _offer(self, user: User, source: ToilSource | None) -> None:
        teams = Team.objects.visible_to(user)
        if not user.is_org_admin:
            teams = teams.filter(pk__in=user.team_ids)
        people = User.objects.active() | User.objects.filter(pk=source.owner_id if source else None)
        offered = {"team": teams, "service": Service.objects.visible_to(user), "owner": people}
        for name, rows in offered.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(source: ToilSource) -> dict[str, Any]:
        related = {name: getattr(source, name) for name in ("team", "service", "owner")}
        slugs = {name: row.slug if row else None for name, row in related.items()}
        plain = {name: getattr(source, name) for name in (*PLAIN, *QUESTIONS, "decided_toil")}
        return {**plain, **slugs, "version": source.version}

    @staticmethod
    def keywords(data: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in data.items() if name != "version"}
