"""The pages that many share: a list, a report, a form, and a form that is answered with a secret."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.paginator import Page, Paginator
from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property

from apps.core import once
from apps.core.csvfile import Column, csv_response
from apps.core.errors import EXISTS, Conflict, StaleVersion
from apps.core.filters import ResourceFilter
from apps.core.http import SignedInRequest
from apps.core.models import OnceOnlyRequest

PAGE_SIZE = 25
PANEL_SIZE = 5
COUNTED = 5_000
OF_THE_PAGE = {"csrfmiddlewaretoken", "seen", "typed_by", "version"}
"""What a page says of itself, and may say otherwise when somebody sends again what got no answer."""
NO_FILTERS = {"page", "sort", "group", "by", "done"}
Made = TypeVar("Made")
Extra = Mapping[str, Any] | Callable[[QuerySet[Any], Page[Any], ResourceFilter], Mapping[str, Any]]


class CappedPaginator(Paginator):
    """Counts to 5,000 and no further: counting a hundred thousand rows costs more than showing a page of them.
    What lies beyond is reached by a filter, and the CSV holds all of it."""

    @cached_property
    def count(self) -> int:
        return min(self.found, COUNTED)

    @cached_property
    def is_capped(self) -> bool:
        return self.found > COUNTED

    @cached_property
    def found(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: COUNTED + 1].count())


def list_page(
    request: SignedInRequest,
    rows: QuerySet[Any],
    filter_class: type[ResourceFilter],
    template: str,
    *,
    table: str,
    csv: Sequence[Column] = (),
    extra: Extra | None = None,
    paged: Callable[[QuerySet[Any], Any], Any] = lambda found, _filter: found,
) -> HttpResponseBase:
    """Filter, sort, page; the whole page, the bare table to htmx (few rows in a panel), or with ?format=csv all.
    `extra` adds to the context, or makes what it adds of the rows that were found, the page of them and the filter.
    `paged` makes of those rows and the filter what pages are cut from."""
    filterset = filter_class(request.GET, queryset=rows, request=request)
    found = filterset.qs
    if csv and request.GET.get("format") == "csv":
        return csv_response(table.split("/")[0], csv, found.iterator(chunk_size=500))
    is_panel = (request.htmx.target or "").endswith("-panel")
    paginator = CappedPaginator(paged(found, filterset), PANEL_SIZE if is_panel else PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "filter": filterset,
        "page_obj": page,
        "rows": page.object_list,
        "page_numbers": paginator.get_elided_page_range(page.number, on_each_side=1),
        "is_filtered": is_filtered(request),
        "has_csv": bool(csv),
        "is_panel": is_panel,
        **(extra(found, page, filterset) if callable(extra) else extra or {}),
    }
    only_table = request.htmx and not request.htmx.history_restore_request
    response = render(request, table if only_table else template, context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def is_filtered(request: SignedInRequest) -> bool:
    """Whether anything is left out, not only shown in another way."""
    return any(value for name, value in request.GET.items() if name not in NO_FILTERS)


def report_page(
    request: SignedInRequest, template: str, context: Mapping[str, Any], *, results: str
) -> HttpResponse:
    """The whole page, or to htmx its results alone."""
    only_results = request.htmx and not request.htmx.history_restore_request
    shown = {"is_filtered": is_filtered(request), **context}
    response = render(request, results if only_results else template, shown)
    patch_vary_headers(response, ["HX-Request"])
    return response


def form_page(
    request: SignedInRequest,
    form: forms.BaseForm,
    template: str,
    act: Callable[[dict[str, Any]], models.Model],
    *,
    to: Callable[[Any], str] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the form; when it is sent and valid call `act` with its data and go to the row it returns.

    The page carries a hidden `once`: a double click, or the same page sent again, creates nothing a second time and
    leads to the first result. Back, and sent with other words, it is another. A refusal keeps all that was typed.
    """
    if request.method == "POST" and _is_valid(form):
        try:
            return redirect(_act_once(request, form, act, to))
        except (ValidationError, Conflict, StaleVersion, IntegrityError) as refusal:
            show_refusal(form, refusal)
    return _form_again(request, form, template, extra)


def secret_page(
    request: SignedInRequest,
    form: forms.BaseForm,
    template: str,
    act: Callable[[dict[str, Any]], Made],
    show: Callable[[Made], HttpResponse],
    *,
    already: str,
    to: Any,
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """A form that is answered by `show` with a secret that stands nowhere else: so there is no redirect to it. Sent
    again, it makes nothing, says `already` and goes on to `to`."""
    if request.method == "POST" and _is_valid(form):
        try:
            made = _make_once(request, form, act)
        except (ValidationError, Conflict, IntegrityError) as refusal:
            show_refusal(form, refusal)
        else:
            if made is not None:
                return show(made)
            messages.info(request, already)
            return redirect(to)
    return _form_again(request, form, template, extra)


def _is_valid(form: forms.BaseForm) -> bool:
    """A browser ends each line with two characters. One is stored, compared and counted, as in what programs send."""
    if isinstance(form.data, QueryDict):
        data = form.data.copy()
        for name, values in form.data.lists():
            data.setlist(name, [value.replace("\r\n", "\n") for value in values])
        form.data = data
    return form.is_valid()


@transaction.atomic
def _make_once(
    request: SignedInRequest, form: forms.BaseForm, act: Callable[[dict[str, Any]], Made]
) -> Made | None:
    return act(form.cleaned_data) if claim_form(request)[1] else None


def _form_again(
    request: SignedInRequest, form: forms.BaseForm, template: str, extra: Mapping[str, Any] | None
) -> HttpResponse:
    context = {"form": form, "once": request.POST.get("once") or uuid.uuid4().hex, **(extra or {})}
    status = 422 if form.is_bound and request.htmx else 200
    return render(request, template, context, status=status)


def _act_once(
    request: SignedInRequest,
    form: forms.BaseForm,
    act: Callable[[dict[str, Any]], models.Model],
    to: Callable[[Any], str] | None,
) -> str:
    with transaction.atomic():
        row, is_new = claim_form(request)
        if row and not is_new:
            return row.location
        result = act(form.cleaned_data)
        location = to(result) if to else str(result.get_absolute_url())  # type: ignore[attr-defined]
        if row:
            once.answer(row, status=302, location=location)
    return location


def claim_form(request: SignedInRequest) -> tuple[OnceOnlyRequest | None, bool]:
    """The row of the `once` that came with just this, and whether it is new; no row where a form came without."""
    key = request.POST.get("once", "")[:100]
    if not key:
        return None, True
    said = {name: request.POST.getlist(name) for name in request.POST if name not in OF_THE_PAGE}
    body = once.fingerprint(request.path, said, request.FILES)
    return once.claim(request.user, f"form:{key}:{body}", body=body)


def show_refusal(form: forms.BaseForm, refusal: Exception) -> None:
    """Put an operation's refusal on the field it belongs to, or on top when the form lacks that field."""
    if isinstance(refusal, StaleVersion):
        _show_stale(form, refusal)
    elif isinstance(refusal, Conflict):
        form.conflict = refusal  # type: ignore[attr-defined]
        hint = f" Possible now: {', '.join(refusal.allowed)}." if refusal.allowed else ""
        form.add_error(None, refusal.message + hint)
    elif isinstance(refusal, IntegrityError):
        form.add_error(None, EXISTS)
    elif isinstance(refusal, ValidationError) and hasattr(refusal, "error_dict"):
        for field, errors in refusal.error_dict.items():
            known = field in form.fields and field != NON_FIELD_ERRORS
            form.add_error(field if known else None, errors)
    else:
        form.add_error(None, refusal)  # type: ignore[call-overload]


def _show_stale(form: forms.BaseForm, refusal: StaleVersion) -> None:
    form.add_error(
        None,
        "Somebody else saved this while you were writing. Your text is kept below. "
        "Compare it with what is stored now, then save again.",
    )
    form.stale = refusal.row  # type: ignore[attr-defined]
    form.data = {**form.data.dict(), "version": str(refusal.current)}  # type: ignore[attr-defined]
