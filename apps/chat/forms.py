from typing import Any

from django import forms

from apps.accounts.models import User
from apps.chat.models import ChatKind, Workspace


class WorkspaceForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="As people know it: “Slack of Acme”.")
    kind = forms.ChoiceField(choices=ChatKind.choices, label="Chat", initial=ChatKind.SLACK)
    secret = forms.CharField(
        max_length=500,
        label="Signing secret or token",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Slack: the app’s signing secret. Mattermost: the slash command’s token. "
        "It is kept encrypted and not shown again.",
    )
    is_enabled = forms.BooleanField(required=False, initial=True, label="Takes commands")

    def __init__(self, *args: Any, workspace: Workspace | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if workspace is None:
            del self.fields["is_enabled"]
            return
        del self.fields["kind"]
        self.fields["secret"].required = False
        self.fields["secret"].help_text = "One is set. Leave this empty to keep it."
        self.initial = {"name": workspace.name, "is_enabled": workspace.is_enabled}


class AccountForm(forms.Form):
    workspace = forms.ModelChoiceField(
        Workspace.objects.none(), label="Chat", to_field_name="uuid", empty_label="Choose a chat"
    )
    chat_user = forms.CharField(
        max_length=64, label="User ID in the chat", help_text="Slack: profile, More, Copy member ID."
    )
    person = forms.ModelChoiceField(User.objects.none(), to_field_name="slug", empty_label="Choose a person")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["workspace"].queryset = Workspace.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["person"].queryset = User.objects.active()  # type: ignore[attr-defined]
