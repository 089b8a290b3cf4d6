"""Which categories of factors there are: read by everybody, edited by admins."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.core.permissions import require
from apps.postmortems.forms import FactorCategoriesForm
from apps.postmortems.models import FactorCategories
from apps.postmortems.operations import edit_factor_categories
from apps.postmortems.policies import can_configure


def factor_categories(request: SignedInRequest) -> HttpResponse:
    known = FactorCategories.objects.current()
    context = {"known": known, "can_configure": can_configure(request.user)}
    return render(request, "postmortems/factor_categories.html", context)


def factor_categories_edit(request: SignedInRequest) -> HttpResponse:
    require(can_configure(request.user), "Only admins change the categories.")
    form = FactorCategoriesForm(request.POST or None, known=FactorCategories.objects.current())
    to = reverse("postmortems:factor_categories")
    return form_page(
        request,
        form,
        "postmortems/factor_categories_edit.html",
        lambda data: edit_factor_categories(data["categories"], seen=data["version"], by=request.user),
        to=lambda _row: to,
    )
