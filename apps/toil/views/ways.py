"""Where an answer leads back to: the week that it was given in, else the overview."""

from django.urls import reverse

from apps.core.http import SignedInRequest
from apps.toil.periods import week_named


def way_back(request: SignedInRequest) -> str:
    week = request.POST.get("week", "")
    return reverse("toil:my_week", args=[week]) if week_named(week) else reverse("toil:overview")
