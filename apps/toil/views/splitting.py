"""Two entries of one."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils import timezone

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.toil import operations, policies
from apps.toil.lines.fields import DurationField
from apps.toil.models import EntryChange
from apps.toil.views.changed import recompute_changed
from apps.toil.views.entries import find


class SplitForm(forms.Form):
    duration = DurationField(
        label="Time of the first part", help_text="The rest becomes an entry of its own."
    )
    text = forms.CharField(
        max_length=300, required=False, label="What the rest was", help_text="Empty: the same as the first."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


def entry_split(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    entry = find(request, uuid)
    require(policies.can_edit_entry(request.user, entry))
    form = SplitForm(request.POST or None, initial={"version": entry.version})

    def act(data: dict[str, Any]) -> EntryChange:
        now, seen = timezone.now(), data["version"]
        try:
            change = operations.split_entry(
                entry, seconds=data["duration"], text=data["text"], seen=seen, by=request.user, now=now
            )
        except forms.ValidationError as error:
            raise forms.ValidationError({"duration": error.messages}) from error
        recompute_changed(change, now)
        return change

    return form_page(request, form, "toil/split.html", act, extra={"entry": entry})
