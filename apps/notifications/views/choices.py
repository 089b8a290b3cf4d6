"""What reaches a person: the page to choose, the link that turns a category off, and an address that works again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.http import SignedInRequest
from apps.core.pages import form_page
from apps.notifications.categories import Mode
from apps.notifications.forms import PreferencesForm
from apps.notifications.operations import confirm_address, set_preferences
from apps.notifications.operations import unsubscribe as turn_off
from apps.notifications.operations.triage import modes_of
from apps.notifications.unsubscribing import meant_by


def preferences(request: SignedInRequest) -> HttpResponse:
    form = PreferencesForm(request.POST or None, modes=modes_of(request.user))
    return form_page(
        request,
        form,
        "notifications/preferences.html",
        lambda data: set_preferences(
            modes={name: data[name] for name in form.fields if name in data}, by=request.user
        ),
        to=lambda _done: reverse("notifications:preferences"),
        extra={"cancel_url": reverse("accounts:profile")},
    )


@require_POST
def address_confirm(request: SignedInRequest) -> HttpResponse:
    confirm_address(by=request.user)
    messages.success(request, "The next mail is sent to your address again.")
    return redirect("inbox:list")


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: mail programs send the POST by themselves, without cookies. They also open links to look at them, so
    looking changes nothing."""
    meant = meant_by(token)
    if meant is None:
        return render(request, "notifications/unsubscribe.html", {"category": None})
    person, category = meant
    if request.method == "POST":
        turn_off(person, category)
    context = {
        "category": category,
        "email": person.email,
        "is_done": request.method == "POST",
        "in_portal": category.quietest == Mode.PORTAL,
    }
    return render(request, "notifications/unsubscribe.html", context)
