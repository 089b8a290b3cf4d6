"""What a page with a single button does: act, say what happened, go back."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect

from apps.core.errors import Conflict
from apps.core.http import SignedInRequest


def press(request: SignedInRequest, act: Callable[[], object], *, done: str, to: str) -> HttpResponse:
    """A refusal is said as a message; 403 and 404 stay what they are."""
    try:
        act()
    except Conflict as refusal:
        messages.error(request, refusal.message)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, done)
    return redirect(to)
