"""What drives toil: the list, one with its values, and the forms."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from apps.core.buttons import press
from apps.core.charts import Chart, Point, lines, svg_response
from apps.core.csvfile import csv_response
from apps.core.http import SignedInRequest
from apps.core.pages import form_page, list_page
from apps.core.permissions import require
from apps.core.versions import seen_version
from apps.toil import policies
from apps.toil.drivers.filters import DriverFilter
from apps.toil.drivers.forms import DriverForm, ValuesForm
from apps.toil.models import Driver, DriverValue, ToilSource
from apps.toil.models.driver import DriverQuerySet
from apps.toil.operations import add_driver, edit_driver, put_driver_values, remove_driver
from apps.toil.operations.drivers import NOT_YOURS

DRAWN, TICKS = 60, 8
COLUMNS = [
    ("driver", lambda row: row.name),
    ("unit", lambda row: row.unit),
    ("team", lambda row: row.team.slug),
    ("service", lambda row: row.service.slug if row.service else None),
    ("source", lambda row: row.source.slug if row.source else None),
    ("values", lambda row: row.count),
    ("latest_on", lambda row: row.latest_on),
    ("latest", lambda row: row.latest),
]
VALUES = [("day", lambda row: row.day), ("value", lambda row: f"{row.value.normalize():f}")]


def rows_of(request: SignedInRequest) -> DriverQuerySet:
    return Driver.objects.visible_to(request.user).with_names().with_latest()


def driver_list(request: SignedInRequest) -> HttpResponseBase:
    extra = {"noun": "driver", "can_add": policies.can_keep_some_source(request.user)}
    page, table = "toil/drivers.html", "toil/_drivers_table.html"
    return list_page(request, rows_of(request), DriverFilter, page, table=table, csv=COLUMNS, extra=extra)


def driver_detail(request: SignedInRequest, uuid: UUID) -> HttpResponseBase:
    driver = find(request, uuid)
    values = list(driver.values.order_by("day"))
    kind = request.GET.get("format", "")
    if kind == "csv":
        return csv_response(f"driver-{driver.uuid}", VALUES, values)
    chart = _chart(driver, values) if values else None
    if kind == "svg" and chart:
        return svg_response(f"driver-{driver.uuid}", chart)
    context = {
        "driver": driver,
        "values": values[::-1][:DRAWN],
        "chart": chart,
        "can_edit": policies.can_keep_sources(request.user, driver.team),
    }
    return render(request, "toil/driver.html", context)


def _chart(driver: Driver, values: list[DriverValue]) -> Chart:
    shown = values[-DRAWN:]
    every = max(1, len(shown) // TICKS)
    points = [
        Point(f"{row.day:%b %y}" if place % every == 0 else "", row.day.isoformat(), float(row.value))
        for place, row in enumerate(shown)
    ]
    finding = f"From {_said(shown[0])} to {_said(shown[-1])} {driver.unit}."
    title = f"{driver.name} of {driver.source or driver.service}"
    return lines(points, title=title, finding=finding, head="Since", value_head=driver.unit)


def _said(row: DriverValue) -> str:
    return f"{row.value.normalize():,f}"


def driver_new(request: SignedInRequest) -> HttpResponse:
    require(
        policies.can_keep_some_source(request.user),
        "A driver is kept by a team, and you are in none. Leads of a team and admins add people to it.",
    )
    form = DriverForm(request.POST or None, user=request.user, initial=_asked(request))

    def act(data: dict[str, Any]) -> Driver:
        return add_driver(**DriverForm.keywords(data), by=request.user)

    return form_page(request, form, "toil/driver_form.html", act)


def _asked(request: SignedInRequest) -> dict[str, Any]:
    """Of the source from whose page somebody comes: its service, if it has one."""
    rows = ToilSource.objects.visible_to(request.user).select_related("service", "team")
    source = rows.filter(slug=request.GET.get("source", "")).first()
    if source is None:
        return {}
    place = {"service": source.service.slug} if source.service else {"source": source.slug}
    return {"team": source.team.slug, **place}


def driver_edit(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    driver = kept(request, uuid)
    form = DriverForm(request.POST or None, user=request.user, driver=driver)

    def act(data: dict[str, Any]) -> Driver:
        changes = DriverForm.keywords(data)
        return edit_driver(driver, changes=changes, seen=data["version"], by=request.user)

    return form_page(request, form, "toil/driver_form.html", act, extra={"driver": driver})


def driver_values(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    driver = kept(request, uuid)
    form = ValuesForm(request.POST or None, request.FILES or None)

    def act(data: dict[str, Any]) -> Driver:
        return put_driver_values(driver, data["values"], by=request.user)

    return form_page(request, form, "toil/driver_values.html", act, extra={"driver": driver})


@require_POST
def driver_remove(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    driver = kept(request, uuid)
    return press(
        request,
        lambda: remove_driver(driver, seen=seen_version(request), by=request.user),
        said=f"{driver.name} is removed with its values.",
        to="toil:driver_list",
        back=driver,
        stale="Somebody changed this driver since you opened it. Look at it again first.",
    )


def find(request: SignedInRequest, uuid: UUID) -> Driver:
    return get_object_or_404(rows_of(request), uuid=uuid)


def kept(request: SignedInRequest, uuid: UUID) -> Driver:
    driver = find(request, uuid)
    require(policies.can_keep_sources(request.user, driver.team), NOT_YOURS)
    return driver
