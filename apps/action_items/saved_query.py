"""The query string of a list, read through its filter before it is kept under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError

from apps.action_items.filters import ActionItemListFilter
from apps.action_items.models import ActionItem
from apps.action_items.models.saved_view import LONGEST_QUERY
from apps.core.filters import query_of
from apps.incidents.models import Incident

if TYPE_CHECKING:
    from django.http import QueryDict  # noqa: TID251  (its type alone)

    from apps.core.http import SignedInRequest

NOT_KEPT = {"page", "format"}


def chosen_in(query: QueryDict) -> dict[str, list[str]]:
    """{name: values} of what a query chooses, without what is empty and what is only a place in the list."""
    lists = ((name, sorted({value for value in values if value})) for name, values in query.lists())
    return {name: values for name, values in sorted(lists) if values and name not in NOT_KEPT}


def read_query(text: str, request: SignedInRequest | Any) -> tuple[str, Incident | None]:
    """The query in one spelling, and the incident that it names. Raises ValidationError for what the filter does not
    know, and for an incident that is not there or may not be seen, in the same words."""
    if len(text) > LONGEST_QUERY:
        raise ValidationError({"query": f"At most {LONGEST_QUERY} characters."})
    chosen = chosen_in(query_of(text))
    query = urlencode(chosen, doseq=True)
    filterset = ActionItemListFilter(query_of(query), queryset=ActionItem.objects.none(), request=request)
    wrong = [
        f"There is no filter “{name}” here." for name in chosen if name not in ActionItemListFilter.known()
    ]
    wrong += [f"{name}: {' '.join(texts)}" for name, texts in filterset.form.errors.items()]
    keys = chosen.get("incident", [])
    seen = Incident.objects.visible_to(request.user)
    incident = seen.filter(key=keys[0].upper()).first() if keys else None
    if keys and incident is None:
        wrong.append("There is no such incident.")
    if wrong:
        raise ValidationError({"query": wrong})
    return query, incident


def in_words(text: str, request: SignedInRequest) -> list[tuple[str, str]]:
    """(filter, what is chosen) as the page reads: State, Open."""
    query = query_of(text)
    form = ActionItemListFilter(query, queryset=ActionItem.objects.none(), request=request).form
    labels = {name: str(form.fields[name].label) for name in query if name in form.fields}
    return [(label, ", ".join(_labels(form[name], query.getlist(name)))) for name, label in labels.items()]


def _labels(field: Any, values: list[str]) -> list[str]:
    options: Any = getattr(field.field, "choices", None) or getattr(field.field.widget, "choices", ())
    known = {str(value): str(label) for value, label in options}
    return [known.get(value, value) for value in values if value]
