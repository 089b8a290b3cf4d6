"""Somebody leaves: what they hold, who gets it, and what is left then."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.accounts.policies import can_manage_people
from apps.core.errors import Conflict
from apps.core.http import SignedInRequest
from apps.core.pages import form_page, show_refusal
from apps.reports.forms import HandOverForm, successors
from apps.reports.handing_over_page import preview_of
from apps.reports.operations import (
    hand_over_everything,
    holdings_of,
    led_alone,
    looks_left,
    preview_hand_over,
)

TEMPLATE = "reports/hand_over.html"


@require_http_methods(["GET", "POST"])
def hand_over(request: SignedInRequest, slug: str) -> HttpResponse:
    """Choose, look at what would happen, and do it; the page then shows what is left."""
    person = get_object_or_404(User.objects.visible_to(request.user), slug=slug)
    user, now = request.user, timezone.now()
    form = HandOverForm(request.POST or None, person=person, holdings=holdings_of(person, by=user))
    extra: dict[str, Any] = {
        "person": person,
        "successors": successors(person),
        "led_alone": led_alone(person, now),
        "looks_left": looks_left(person, by=user),
        "can_deactivate": can_manage_people(user) and person.is_active and user != person,
    }
    if request.method == "POST" and "sure" not in request.POST and form.is_valid():
        return _preview(request, form, extra)

    def act(_data: dict[str, Any]) -> User:
        done = hand_over_everything(person, choices=form.choices, by=user, now=now)
        messages.success(request, f"{len(form.choices)} handed over. What is below stays with {person}.")
        return done

    return form_page(request, form, TEMPLATE, act, to=_here, extra=extra)


def _preview(request: SignedInRequest, form: HandOverForm, extra: dict[str, Any]) -> HttpResponse:
    """Nothing is changed by it."""
    person = extra["person"]
    try:
        steps = preview_hand_over(person, choices=form.choices, by=request.user, now=timezone.now())
        extra = extra | {"preview": preview_of(steps, form.holdings), "chosen": len(steps)}
    except Conflict as refusal:
        show_refusal(form, refusal)
    return render(request, TEMPLATE, {"form": form, "once": request.POST.get("once"), **extra})


def _here(person: User) -> str:
    return reverse("reports:hand_over", args=[person.slug])
