"""Who reviews, what they decide, and why a gate is let alone."""

from typing import Any

from django import forms

from apps.accounts.models import User
from apps.postmortems.models import CheckItem, ReviewDecision


class ReviewForm(forms.Form):
    checks = forms.MultipleChoiceField(
        choices=CheckItem.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="What you have checked yourself",
        help_text="Each must be confirmed by one of those who approve.",
    )
    decision = forms.ChoiceField(choices=ReviewDecision.choices)
    comment = forms.CharField(
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Comment",
        help_text="What is missing, unclear or not deep enough. Needed when you request changes.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReviewersForm(forms.Form):
    """Who is named or proposed can be ticked; one more is chosen from everybody who could."""

    keep = forms.ModelMultipleChoiceField(
        User.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Reviewers",
        help_text="Each of them has to approve the text. Who is new in a running review is asked by mail.",
    )
    add = forms.ModelChoiceField(
        User.objects.none(), to_field_name="slug", required=False, empty_label="Nobody else", label="One more"
    )

    def __init__(
        self, *args: Any, named: list[User], proposed: list[User], able: set[int], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        offered = {person.pk for person in (*named, *proposed)}
        self.fields["keep"].queryset = User.objects.filter(pk__in=offered)  # type: ignore[attr-defined]
        self.fields["add"].queryset = User.objects.filter(pk__in=able - offered)  # type: ignore[attr-defined]
        self.initial = {"keep": [person.slug for person in (*named, *proposed)]}

    def people(self) -> list[User]:
        data = self.cleaned_data
        return [*data["keep"], *filter(None, [data["add"]])]


class ExceptionForm(forms.Form):
    reason = forms.CharField(
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Why may it be published all the same?",
        help_text="Your name and this reason stand beside the document and in the list of exceptions.",
    )
