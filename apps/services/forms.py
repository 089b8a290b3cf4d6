from typing import Any

from django import forms

from apps.accounts.forms.fields import TeamMenu
from apps.accounts.models import Team, User
from apps.core.choosers import Ticks
from apps.services.models import Hardness, Lifecycle, LinkKind, Service, Tier, web_address

LINK_FIELDS = {f"{kind}_url": kind for kind in LinkKind.values}


class ServiceForm(forms.Form):
    """A service with its links, tags and dependencies on one page."""

    name = forms.CharField(max_length=80)
    slug = forms.SlugField(
        max_length=60,
        label="Short name",
        help_text="Lower-case, as in addresses and the toil line: payments-api.",
    )
    owner_team = TeamMenu(label="Owner team", empty_label="Choose a team")
    tier = forms.TypedChoiceField(choices=Tier.choices, coerce=int, initial=Tier.NORMAL)
    lifecycle = forms.ChoiceField(choices=Lifecycle.choices, initial=Lifecycle.PRODUCTION)
    description = forms.CharField(
        required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}), label="What does it do"
    )
    tags = forms.CharField(required=False, max_length=500, help_text="Words with commas between them.")
    needs_hard = forms.ModelMultipleChoiceField(
        Service.objects.none(),
        to_field_name="slug",
        required=False,
        label="Fails without",
        widget=Ticks,
        help_text="Hard dependencies.",
    )
    needs_soft = forms.ModelMultipleChoiceField(
        Service.objects.none(),
        to_field_name="slug",
        required=False,
        label="Degrades without",
        widget=Ticks,
        help_text="Soft dependencies.",
    )
    runbook_url = forms.URLField(
        required=False, max_length=500, label="Runbook", validators=[web_address], assume_scheme="https"
    )
    dashboard_url = forms.URLField(
        required=False, max_length=500, label="Dashboard", validators=[web_address], assume_scheme="https"
    )
    repository_url = forms.URLField(
        required=False, max_length=500, label="Repository", validators=[web_address], assume_scheme="https"
    )
    chat_url = forms.URLField(
        required=False, max_length=500, label="Chat", validators=[web_address], assume_scheme="https"
    )

    def __init__(self, *args: Any, user: User, service: Service | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if service:
            self.initial = initial_of(service)
        teams = Team.objects.visible_to(user)
        if not user.is_org_admin:
            teams = teams.filter(pk__in=[*user.team_ids, *([service.owner_team_id] if service else [])])
        self.fields["owner_team"].queryset = teams  # type: ignore[attr-defined]
        others = Service.objects.visible_to(user).exclude(pk=service.pk if service else 0)
        for name in ("needs_hard", "needs_soft"):
            self.fields[name].queryset = others  # type: ignore[attr-defined]
        if service:
            del self.fields["slug"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        both = set(data.get("needs_hard") or ()) & set(data.get("needs_soft") or ())
        if both:
            names = ", ".join(sorted(other.name for other in both))
            self.add_error("needs_soft", f"Choose one of the two for {names}.")
        return data

    @staticmethod
    def keywords(data: dict[str, Any]) -> dict[str, Any]:
        """Cleaned data as the operation takes it."""
        plain = {
            key: data[key]
            for key in ("slug", "name", "owner_team", "tier", "lifecycle", "description")
            if key in data
        }
        needs = dict.fromkeys(data["needs_hard"], Hardness.HARD) | dict.fromkeys(
            data["needs_soft"], Hardness.SOFT
        )
        links = {kind: data[field] for field, kind in LINK_FIELDS.items()}
        return plain | {"links": links, "tags": data["tags"].split(","), "needs": needs}


def initial_of(service: Service) -> dict[str, Any]:
    needs = list(service.needs.select_related("needs"))
    links = {f"{link.kind}_url": link.url for link in service.links.all()}
    return {
        "name": service.name,
        "owner_team": service.owner_team.slug,
        "tier": service.tier,
        "lifecycle": service.lifecycle,
        "description": service.description,
        "tags": ", ".join(tag.name for tag in service.tags.all()),
        "needs_hard": [row.needs.slug for row in needs if row.hardness == Hardness.HARD],
        "needs_soft": [row.needs.slug for row in needs if row.hardness == Hardness.SOFT],
        **links,
    }
