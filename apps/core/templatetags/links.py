"""Links that keep what the reader has chosen: query strings, sortable heads, navigation."""

from functools import lru_cache
from typing import Any

from django.template import Context
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.templatetags.marks import icon


def query(context: Context, **changes: Any) -> str:
    """`?` and the current query with some values changed; None or empty takes one away."""
    values = context["request"].GET.copy()
    for name, value in changes.items():
        values.pop(name, None)
        if isinstance(value, list | tuple):
            values.setlist(name, [str(part) for part in value])
        elif value not in (None, ""):
            values[name] = str(value)
    return f"?{values.urlencode()}"


def query_with(context: Context, name: str, value: str) -> str:
    """The same query with this value of a name, from its first page."""
    values = context["request"].GET.copy()
    values.pop("page", None)
    values[name] = value
    return f"?{values.urlencode()}"


def query_without(context: Context, name: str, value: str) -> str:
    values = context["request"].GET.copy()
    values.pop("page", None)
    values.setlist(name, [each for each in values.getlist(name) if each != value])
    return f"?{values.urlencode()}"


def _chosen(context: Context, field: str) -> str:
    """How the list is sorted by this field now: ascending, descending or not."""
    sort = context["request"].GET.get("sort", "") or context.get("default_sort") or ""
    first = sort.split(",")[0]
    if first.lstrip("-") != field:
        return ""
    return "descending" if first.startswith("-") else "ascending"


def sort_link(context: Context, field: str, label: str, first: str = "") -> SafeString:
    """The link inside a sortable head. `first="-"` starts with the greatest or newest."""
    now = _chosen(context, field)
    wanted = f"{first}{field}"
    if now:
        wanted = field if now == "descending" else f"-{field}"
    address = context["request"].path + query(context, sort=wanted, page=None)
    mark = icon("chev-d" if now == "descending" else "chev-u") if now else ""
    return format_html('<a href="{}" hx-get="{}">{} {}</a>', address, address, label, mark)


def sort_header(context: Context, field: str, label: str, css: str = "", first: str = "") -> SafeString:
    """A whole `<th>` of a sortable column, with aria-sort when the list is sorted by it."""
    now = _chosen(context, field)
    return format_html(
        '<th scope="col" role="columnheader"{}{}>{}</th>',
        format_html(' class="{}"', css) if css else "",
        format_html(' aria-sort="{}"', now) if now else "",
        sort_link(context, field, label, first),
    )


def _current(context: Context, viewname: str, prefix: str) -> str:
    match = getattr(context.get("request"), "resolver_match", None)
    if match is None:
        return ""
    if match.view_name == viewname:
        return "page"
    space = viewname.partition(":")[0]
    inside = match.namespace == space and (match.url_name or "").startswith(prefix)
    return "true" if inside else ""


@lru_cache(maxsize=64)
def _address(viewname: str, _prefix: str) -> str:
    """Looked up once: every page has some thirty of them. "" while there is no such page."""
    try:
        return reverse(viewname)
    except NoReverseMatch:
        return ""


def nav_item(
    context: Context, viewname: str, label: str, image: str, prefix: str = "", count: str = ""
) -> SafeString:
    """One place in the sidebar, and nothing while that page does not exist. Counts come from `nav_counts`."""
    address = _address(viewname, get_script_prefix())
    if not address:
        return SafeString("")
    current = _current(context, viewname, prefix)
    number = (context.get("nav_counts") or {}).get(count) if count else None
    return format_html(
        '<li><a class="nav-item" href="{}"{}>{}<span class="nav-text">{}</span>{}</a></li>',
        address,
        format_html(' aria-current="{}"', current) if current else "",
        icon(image),
        label,
        _nav_count(number, hot=count == "incidents"),
    )


def _nav_count(number: int | None, *, hot: bool) -> SafeString:
    if not number:
        return SafeString("")
    if hot:
        return format_html('<span class="nav-count hot">{}<span class="sr-only"> open</span></span>', number)
    return format_html('<span class="nav-count">{}</span>', number)
