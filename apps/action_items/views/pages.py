from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from apps.action_items import policies
from apps.action_items.filters import ActionItemListFilter
from apps.action_items.forms.items import ActionItemForm, AssignForm, RedateForm
from apps.action_items.grouping import groups_of, in_groups
from apps.action_items.history import history_of
from apps.action_items.ledger_page import ledger_for
from apps.action_items.models import ActionItem, Priority, Recurrence, tally
from apps.action_items.operations import add_action_item, edit_action_item, usual_date
from apps.action_items.steps import steps_of
from apps.action_items.views.saved import last_change_of, summary, tabs
from apps.action_items.wording import hints_on
from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page
from apps.core.permissions import require
from apps.incidents.models import Incident
from apps.incidents.operations import note_reading
from apps.services.models import Service

COLUMNS = [
    ("key", lambda row: row.key),
    ("title", lambda row: row.title),
    ("status", lambda row: row.status),
    ("priority", lambda row: row.get_priority_display()),
    ("kind", lambda row: row.kind),
    ("owner", lambda row: row.owner.email if row.owner else ""),
    ("team", lambda row: row.team.slug if row.team else ""),
    ("service", lambda row: row.service.slug if row.service else ""),
    ("incident", lambda row: row.incident.key if row.incident else ""),
    ("due_on", lambda row: row.due_on),
    ("first_due_on", lambda row: row.first_due_on),
    ("slip_count", lambda row: row.slip_count),
    ("slipped_days", lambda row: row.slipped_days),
    ("blocked_by", lambda row: row.blocked_by),
    ("checklist_done", lambda row: row.checklist_done),
    ("checklist_count", lambda row: row.checklist_count),
    ("created_at", lambda row: row.created_at),
]


def item_list(request: SignedInRequest) -> HttpResponseBase:
    rows, today = ActionItem.objects.visible_to(request.user), timezone.localdate()
    counts: Any = SimpleLazyObject(lambda: tally(request.user, timezone.now(), today))

    def extra(found: QuerySet[ActionItem], page: Page[ActionItem], chosen: Any) -> dict[str, Any]:
        grouping = chosen.grouping
        return {
            "noun": "action item",
            "can_add": policies.can_add_action_item(request.user),
            "can_choose": request.user.may_write,
            "tabs": SimpleLazyObject(lambda: tabs(request, counts)),
            "summary": SimpleLazyObject(lambda: summary(counts)),
            "is_grouped": grouping is not None,
            "groups": SimpleLazyObject(lambda: groups_of(page, found, grouping)),
            "last_change": last_change_of(request),
            "today": today,
        }

    return list_page(
        request,
        rows.lean().in_groups(today),
        ActionItemListFilter,
        "action_items/list.html",
        table="action_items/_table.html",
        csv=COLUMNS,
        extra=extra,
        paged=lambda found, chosen: in_groups(found, chosen.grouping),
    )


def item_detail(request: SignedInRequest, key: str) -> HttpResponse:
    item, user = find(request, key), request.user
    seen, can_edit = ActionItem.objects.visible_to(user), policies.can_edit_action_item(user, item)
    context = {
        "item": item,
        "history": history_of(item),
        "steps": steps_of(item, user),
        "can_edit": can_edit,
        "can_verify": policies.can_verify_action_item(user, item),
        "is_check_due": item.is_check_due(timezone.localdate()),
        "hints": hints_on(item, today=timezone.localdate()) if can_edit else [],
        "duplicate_of": seen.filter(pk=item.duplicate_of_id).first() if item.duplicate_of_id else None,
        "recurrences": Recurrence.objects.visible_to(user).filter(action_item=item).standing().with_all(),
        "reminders": ledger_for(user, item),
        "can_snooze": item.is_committed and policies.can_snooze_action_item(user, item),
        "duplicates": seen.filter(duplicate_of=item),
        "redate_form": RedateForm(item=item),
        "assign_form": AssignForm(item=item),
        "today": timezone.localdate(),
    }
    return render(request, "action_items/detail.html", context)


def item_new(request: SignedInRequest) -> HttpResponse:
    require(policies.can_add_action_item(request.user), "You can read action items, but not add any.")
    form, user = _new_form(request), request.user
    return form_page(
        request,
        form,
        "action_items/form.html",
        lambda data: add_action_item(**data, by=user, now=timezone.now()),
    )


def _new_form(request: SignedInRequest) -> ActionItemForm:
    """It starts with whose it probably is, what it came from, and the date of the policy."""
    incident = Incident.objects.visible_to(request.user).filter(key=request.GET.get("incident", "")).first()
    initial = _suggested(request, incident)
    form = ActionItemForm(request.POST or None, user=request.user, initial=initial)
    severity = incident.severity if incident else None
    usual = usual_date(priority=Priority.P2, severity=severity, owner=request.user, now=timezone.now())
    form.offer(usual)
    return form


def _suggested(request: SignedInRequest, incident: Incident | None) -> dict[str, Any]:
    user = request.user
    service = Service.objects.visible_to(user).filter(slug=request.GET.get("service", "")).first()
    return {
        "incident": incident.key if incident else "",
        "service": service.slug if service else None,
        "team": user.current_teams[0].slug if user.current_teams and not service else None,
        "owner": user.slug,
    }


def item_edit(request: SignedInRequest, key: str) -> HttpResponse:
    item = find(request, key)
    require(policies.can_edit_action_item(request.user, item))
    form = ActionItemForm(request.POST or None, user=request.user, item=item)
    return form_page(
        request,
        form,
        "action_items/form.html",
        lambda data: edit_action_item(
            item, changes=data, seen=data["version"], by=request.user, now=timezone.now()
        ),
        extra={"item": item, "hints": hints_on(item, today=timezone.localdate())},
    )


def find(request: SignedInRequest, key: str) -> ActionItem:
    rows = ActionItem.objects.visible_to(request.user).with_people()
    item = get_object_or_404(rows.select_related("created_by", "verifier", "done_by"), key=key)
    note_reading(filter(None, [item.incident]), by=request.user, now=timezone.now())
    return item
