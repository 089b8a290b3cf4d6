from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from apps.accounts.models import User
from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.incidents import policies
from apps.incidents.forms import HandOverForm
from apps.incidents.operations import hand_over_all, roles_to_hand_over


def hand_over_roles(request: SignedInRequest, slug: str) -> HttpResponse:
    """What somebody who leaves holds in open incidents, and who takes it over."""
    person = get_object_or_404(User.objects.visible_to(request.user), slug=slug)
    require(
        policies.can_hand_over_for(request.user, person),
        "Only they themselves, leads of their teams and admins hand their roles over.",
    )
    form = HandOverForm(request.POST or None, user=request.user, person=person)

    def act(data: dict[str, Any]) -> User:
        done = hand_over_all(person, to=data["to"], by=request.user, now=timezone.now())
        count = f"{len(done)} {'role' if len(done) == 1 else 'roles'}"
        messages.success(request, f"{data['to']} has {count} of {person} now.")
        return person

    held = roles_to_hand_over(person, by=request.user)
    extra = {"person": person, "held": held, "now": timezone.now()}
    return form_page(request, form, "incidents/hand_over.html", act, extra=extra)
