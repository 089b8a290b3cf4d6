from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.accounts import operations
from apps.accounts.forms import TokenForm
from apps.accounts.models import ApiToken
from apps.core.buttons import press
from apps.core.http import SignedInRequest
from apps.core.pages import secret_page


def token_list(request: SignedInRequest) -> HttpResponse:
    rows = ApiToken.objects.visible_to(request.user)
    context = {
        "tokens": rows[:200],
        "now": timezone.now(),
        "form": TokenForm(user=request.user),
        "once": uuid4().hex,
    }
    return render(request, "accounts/token_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def token_new(request: SignedInRequest) -> HttpResponse:
    """The secret is on the page that answers the form and nowhere else, so there is no redirect to it."""
    form = TokenForm(request.POST or None, user=request.user)

    def act(data: dict[str, Any]) -> tuple[ApiToken, str]:
        now, days = timezone.now(), timedelta(days=data.pop("days"))
        return operations.create_token(request.user, **data, expires_at=now + days, by=request.user, now=now)

    return secret_page(
        request,
        form,
        "accounts/token_form.html",
        act,
        lambda made: render(request, "accounts/token_made.html", {"token": made[0], "secret": made[1]}),
        already="This token was made already. It is shown only once; revoke it if you lost it.",
        to="accounts:token_list",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def token_revoke(request: SignedInRequest, prefix: str) -> HttpResponse:
    tokens = ApiToken.objects.revocable_by(request.user).select_related("user")
    token = get_object_or_404(tokens, prefix=prefix)
    is_own = token.user_id == request.user.pk
    if request.method != "POST":
        return render(request, "accounts/token_revoke.html", {"token": token, "is_own": is_own})
    return press(
        request,
        lambda: operations.revoke_token(token, by=request.user, now=timezone.now()),
        said=f"{token.name} is revoked. Whatever still uses it is turned away from now on.",
        to="accounts:token_list" if is_own else token.user.get_absolute_url(),
    )
