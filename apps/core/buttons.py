"""What a button does that needs no form: act, say what happened, go on. A refusal is said instead."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect

from apps.core.errors import Conflict, StaleVersion, in_words
from apps.core.http import SignedInRequest

STALE = "Somebody changed this meanwhile. Look again, then decide."


def press(
    request: SignedInRequest,
    act: Callable[[], object],
    *,
    said: str = "",
    to: Any,
    back: Any = None,
    stale: str = STALE,
) -> HttpResponse:
    """`back` is where a refusal leads, if not `to` as well; 403 and 404 stay what they are."""
    try:
        act()
    except (Conflict, ValidationError, StaleVersion) as refusal:
        messages.error(request, stale if isinstance(refusal, StaleVersion) else in_words(refusal))
        return redirect(back or to)
    if said:
        messages.success(request, said)
    return redirect(to)
