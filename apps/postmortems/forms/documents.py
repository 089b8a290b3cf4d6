from typing import Any

from django import forms

from apps.accounts.models import OrgRole, User
from apps.action_items.fields import KeyField
from apps.action_items.forms.items import ActionItemForm
from apps.action_items.models import ActionItem
from apps.incidents.models import Incident
from apps.postmortems.fields import IncidentKeysField
from apps.postmortems.models import Postmortem, Section, Template


def people() -> Any:
    return User.objects.active().exclude(org_role=OrgRole.AUDITOR)


class DraftForm(forms.Form):
    incidents = IncidentKeysField(help_text="Their keys, with commas between them: INC-12, INC-14.")
    title = forms.CharField(
        max_length=200,
        required=False,
        help_text="What happened, not who. Left empty, the title of the incident.",
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        to_field_name="slug",
        empty_label=None,
        help_text="Sees the text through to publication, and cannot approve it.",
    )
    template = forms.ChoiceField(
        required=False, help_text="How much there is to answer. Sections that stay empty do not show."
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "template" in self.fields:
            self.fields["template"].choices = _templates()  # type: ignore[attr-defined]
        self.fields["incidents"].rows = Incident.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["owner"].queryset = people()  # type: ignore[attr-defined]
        self.initial.setdefault("owner", user.slug)


def _templates() -> list[tuple[str, str]]:
    named = [(row.slug, row.name, row.proposed_for) for row in Template.objects.offered()]
    listed = [(slug, f"{name} ({words})" if words else name) for slug, name, words in named]
    return [("", "The one proposed for these incidents"), *listed]


class PostmortemForm(DraftForm):
    """What stands above the sections. Which template it began with stays."""

    template = None  # type: ignore[assignment]
    tags = forms.CharField(required=False, max_length=1000, help_text="Words with commas between them.")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, postmortem: Postmortem, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["title"].required = True
        self.fields["title"].help_text = "What happened, not who."
        if not people().filter(pk=postmortem.owner_id).exists():
            keep = User.objects.filter(pk=postmortem.owner_id)
            self.fields["owner"].queryset = people() | keep  # type: ignore[attr-defined]
        self.initial = {
            "title": postmortem.title,
            "owner": postmortem.owner.slug,
            "incidents": ", ".join(incident.key for incident in postmortem.seen_incidents),  # type: ignore[attr-defined]
            "tags": ", ".join(tag.name for tag in postmortem.tags.all()),
            "version": postmortem.version,
        }

    def changes(self) -> dict[str, Any]:
        """Only what differs from what the page showed."""
        data = {name: self.cleaned_data[name] for name in self.changed_data if name != "version"}
        return data | ({"tags": data["tags"].split(",")} if "tags" in data else {})


class SectionForm(forms.Form):
    """`text` is also the name that the preview reads."""

    text = forms.CharField(
        required=False,
        strip=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        label="Text",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, section: Section, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = f"id_{section.slug}_%s"
        self.initial = {"text": section.body, "version": section.version}


class PostmortemActionForm(ActionItemForm):
    """An action item of this postmortem; its incident is known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["incident"]


class LinkForm(forms.Form):
    item = KeyField(label="Action item", help_text="Its key, such as ACT-12.")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].rows = ActionItem.objects.visible_to(user)  # type: ignore[attr-defined]
