from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from apps.accounts.models import Team
from apps.trackers.models import Connection, validate_base_url
from apps.trackers.states import TrackerKind

if TYPE_CHECKING:
    from apps.accounts.models import User


class ConnectionForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="For example: “Shop on GitHub”.")
    kind = forms.ChoiceField(choices=TrackerKind.choices, label="Tracker", initial=TrackerKind.GITHUB)
    team = forms.ModelChoiceField(
        Team.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label="The whole organisation",
        label="For",
        help_text="Who may put action items into it.",
    )
    base_url = forms.CharField(
        label="Address",
        required=False,
        max_length=200,
        validators=[validate_base_url],
        widget=forms.URLInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
        help_text="Leave it empty for github.com and gitlab.com. Your own server: https://git.example.com. "
        "Jira: https://acme.atlassian.net.",
    )
    project = forms.CharField(
        max_length=200,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
        help_text="GitHub: owner/repository. GitLab: group/project. Jira: the key of the project.",
    )
    issue_type = forms.CharField(
        required=False,
        max_length=60,
        label="Issue type",
        help_text="Jira only: of which type new issues are.",
    )
    account = forms.EmailField(
        required=False,
        max_length=254,
        label="Account of the token",
        help_text="Jira Cloud only: the e-mail address whose token this is. Leave it empty for Jira Data Center.",
    )
    token = forms.CharField(
        required=False,
        max_length=1000,
        label="Access token",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="One that reads and writes issues of this one project. It is kept encrypted and never shown again.",
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, connection: Connection | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = self.fields["team"]
        teams = Team.objects.visible_to(user)
        if not user.is_org_admin:
            led = [row.team_id for row in user.memberships_now if row.role == "lead"]
            teams, team.required, team.empty_label = teams.filter(pk__in=led), True, "Choose a team"  # type: ignore[attr-defined]
        team.queryset = teams  # type: ignore[attr-defined]
        if connection is None:
            self.fields["token"].required = True
            del self.fields["version"]
            return
        self._fill(connection)

    def _fill(self, connection: Connection) -> None:
        del self.fields["kind"]
        if connection.kind != TrackerKind.JIRA:
            del self.fields["issue_type"], self.fields["account"]
        self.fields[
            "token"
        ].help_text = "One is set. Leave this empty to keep it; another address needs it again."
        self.initial = {
            name: getattr(connection, name) for name in self.fields if name not in ("token", "team")
        }
        self.initial["team"] = connection.team


class AskForm(forms.Form):
    """Which tracker, and for a private item that its text may leave."""

    connection = forms.ModelChoiceField(
        Connection.objects.none(), to_field_name="uuid", label="Create it in", empty_label=None
    )
    confirm_private = forms.BooleanField(required=False, label="Yes, this text may be read there")

    def __init__(self, *args: Any, user: User, is_private: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["connection"]
        field.queryset = Connection.objects.usable_by(user)
        field.label_from_instance = lambda row: f"{row.name}: {row.project} ({row.get_kind_display()})"
        if not is_private:
            del self.fields["confirm_private"]


class LinkForm(forms.Form):
    url = forms.CharField(
        label="Address of the issue",
        max_length=500,
        widget=forms.URLInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
        help_text="As it stands in the browser. Its text stays as it is; its state is followed from now on.",
    )
