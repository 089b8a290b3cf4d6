from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse_lazy

from apps.accounts.models import OrgRole, Team, User
from apps.action_items.fields import KeyField
from apps.action_items.models import COMMITTED, ActionItem, Kind, Priority, Status
from apps.action_items.operations import Usual
from apps.core.days import DayField
from apps.incidents.models import Incident
from apps.services.models import Service, web_address

REASONS = {
    Status.OPEN: ("What showed that it is not done", "Whoever did it reads this first."),
    Status.BLOCKED: ("What does it wait for", "Shown in every list beside the item."),
    Status.WONT_DO: (
        "Why is it given up",
        "At least 20 characters. A good reason saves the next reader the question.",
    ),
    Status.DUPLICATE: ("Anything to add", ""),
}

LINES = (
    *(["title"], ["done_when"], ["kind", "priority"], ["owner", "due_on"], ["service", "team"]),
    *(["incident"], ["description"], ["commit"]),
)


def owner_field(**kwargs: Any) -> forms.ModelChoiceField:
    people = User.objects.active().exclude(org_role=OrgRole.AUDITOR)
    return forms.ModelChoiceField(people, to_field_name="slug", empty_label="Nobody yet", **kwargs)


ASK_USUAL = {
    "hx-get": reverse_lazy("action_items:usual_date"),
    "hx-trigger": "change",
    "hx-target": "#id_due_on_helptext",
    "hx-include": "#id_priority, #id_owner, #id_incident, #id_due_on, #id_offered",
    "hx-sync": "#id_due_on_helptext:replace",
    "data-quiet": True,
}


class OffersDate:
    """The due date starts as the policy has it, says so, and follows what is chosen until somebody types another."""

    def offer(self: Any, usual: Usual, *, incident: Incident | None = None) -> None:
        if "due_on" not in self.fields:
            return
        self.initial["due_on"] = self.initial.get("due_on") or usual.due_on
        help_text = render_to_string("action_items/_usual.html", {"usual": usual})
        self.fields["due_on"].help_text = help_text
        for name in ("priority", "owner", "incident"):
            if name in self.fields:
                self.fields[name].widget.attrs.update(ASK_USUAL)
                if "incident" not in self.fields and incident:
                    self.fields[name].widget.attrs["hx-vals"] = f'{{"incident": "{incident.key}"}}'


class ActionItemForm(OffersDate, forms.Form):
    title = forms.CharField(max_length=200, label="What is to be done", help_text="Begin with a verb.")
    done_when = forms.CharField(
        max_length=500,
        required=False,
        label="Done when",
        help_text="Something everybody can check: “A repeated file is refused in staging”.",
    )
    kind = forms.ChoiceField(choices=Kind.choices, label="Type")
    priority = forms.TypedChoiceField(choices=Priority.choices, coerce=int, initial=Priority.P2)
    owner = owner_field(required=False)
    due_on = DayField(required=False, label="Due")
    team = forms.ModelChoiceField(
        Team.objects.all(), required=False, to_field_name="slug", empty_label="The team of the service"
    )
    service = forms.ModelChoiceField(
        Service.objects.in_use(), required=False, to_field_name="slug", empty_label="No service"
    )
    incident = KeyField(required=False, label="Incident", help_text="Its key, such as INC-12.")
    description = forms.CharField(
        max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text="Markdown."
    )
    commit = forms.BooleanField(
        required=False,
        initial=True,
        label="Commit to it now",
        help_text="Needs an owner, a date and “done when”. Otherwise it stays a proposal that nobody is reminded of.",
    )

    def __init__(self, *args: Any, user: User, item: ActionItem | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["incident"].rows = Incident.objects.visible_to(user)  # type: ignore[attr-defined]
        if item:
            self._fit_to(item)

    @property
    def lines(self) -> list[list[forms.BoundField]]:
        """The fields as they stand on the page, two short ones beside each other."""
        wanted = [[name for name in line if name in self.fields] for line in LINES]
        return [[self[name] for name in line] for line in wanted if line]

    def _fit_to(self, item: ActionItem) -> None:
        self.initial = {name: getattr(item, name) for name in self.fields if hasattr(item, name)}
        self.initial |= {
            name: getattr(getattr(item, name), "slug", None) for name in ("owner", "team", "service")
        }
        self.initial |= {"incident": item.incident.key if item.incident else "", "version": item.version}
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)
        for name in ("owner", "service"):  # also one that nobody is offered any more
            field: Any = self.fields[name]
            field.queryset |= field.queryset.model.objects.filter(pk=getattr(item, f"{name}_id"))
        del self.fields["commit"]
        if item.status != Status.PROPOSED:
            del self.fields["due_on"]
            if not item.is_committed:
                del self.fields["owner"]


class MoveForm(OffersDate, forms.Form):
    """What a move needs to know: the fields of `wanted(item, to)` and no others."""

    owner = owner_field()
    due_on = DayField(label="Due")
    done_when = forms.CharField(max_length=500, label="Done when", help_text="Something everybody can check.")
    priority = forms.TypedChoiceField(choices=Priority.choices, coerce=int)
    duplicate_of = KeyField(label="It repeats", help_text="The key of the other item, such as ACT-12.")
    evidence_url = forms.URLField(
        max_length=500,
        label="Evidence",
        help_text="A link that shows it: a merged change, a dashboard, a drill.",
        assume_scheme="https",
        validators=[web_address],
    )
    evidence_note = forms.CharField(
        max_length=1000,
        required=False,
        label="Or in words",
        help_text="What you looked at, and what you saw.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reason = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), strip=True)

    def __init__(self, *args: Any, user: User, item: ActionItem, to: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = wanted_fields(item.status, to)
        for name in set(self.fields) - set(wanted):
            del self.fields[name]
        if "owner" in wanted:
            owner = getattr(item.owner, "slug", user.slug)
            self.initial = {
                **self.initial,
                "owner": owner,
                "done_when": item.done_when,
                "priority": item.priority,
            }
        if "duplicate_of" in wanted:
            others = ActionItem.objects.visible_to(user)
            self.fields["duplicate_of"].rows = others  # type: ignore[attr-defined]
        if "evidence_url" in wanted:
            self.initial["evidence_url"] = item.evidence_url
            self.initial["evidence_note"] = item.evidence_note
            self.fields["evidence_url"].required = False
        if "reason" in wanted:
            self.fields["reason"].label, self.fields["reason"].help_text = REASONS[Status(to)]
            self.fields["reason"].required = to != Status.DUPLICATE


def wanted_fields(status: str, to: str) -> tuple[str, ...]:
    """What an item in this state is asked for when it moves to another."""
    if to == Status.OPEN:
        promise = ("owner", "due_on", "done_when", "priority")
        return promise if status == Status.PROPOSED else () if status in COMMITTED else ("reason",)
    plain: dict[str, tuple[str, ...]] = {
        Status.BLOCKED: ("reason",),
        Status.DONE: ("evidence_url", "evidence_note"),
        Status.VERIFIED: ("evidence_url", "evidence_note"),
        Status.WONT_DO: ("reason",),
        Status.DUPLICATE: ("duplicate_of", "reason"),
    }
    return plain.get(to, ())


class RedateForm(forms.Form):
    due_on = DayField(label="New date")
    reason = forms.CharField(
        max_length=500, label="Why does it move", widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, item: ActionItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"due_on": item.due_on, "version": item.version}


class AssignForm(forms.Form):
    owner = owner_field(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, item: ActionItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"owner": getattr(item.owner, "slug", None), "version": item.version}
        self.fields["owner"].required = item.is_committed
