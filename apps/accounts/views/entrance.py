"""The gate: everything somebody sees before, while and after signing in."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import LoginView, LogoutView
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.adapter import TooManyAttempts
from apps.accounts.forms import ChangePasswordForm, ForgottenForm, NewPasswordForm, SignInForm
from apps.accounts.models import User
from apps.accounts.operations import person_of_key, request_password_reset, set_password
from apps.core.http import SignedInRequest
from apps.core.pages import form_page, show_refusal

RETRY_AFTER_SECONDS = 300
KEPT_KEY, KEY_IS_KEPT = "password_reset_key", "choose"
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
def too_many(request: HttpRequest) -> HttpResponse:
    response = render(request, "account/too_many.html", status=429)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


class SignInView(LoginView):
    form_class = SignInForm
    http_method_names = ["get", "head", "post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().post(request, *args, **kwargs)
        except TooManyAttempts:
            return too_many(request)


sign_in = SignInView.as_view()
_leave = LogoutView.as_view(http_method_names=["post"])


@require_POST
@login_not_required
def sign_out(request: HttpRequest) -> HttpResponseBase:
    response = _leave(request)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_GET
@login_not_required
def signup_closed(request: HttpRequest) -> HttpResponse:
    return render(request, "account/signup_closed.html")


@require_GET
@login_not_required
def inactive(request: HttpRequest) -> HttpResponse:
    return render(request, "account/account_inactive.html")


@GET_OR_POST
@sensitive_post_parameters()
def password_change(request: SignedInRequest) -> HttpResponse:
    limited = ratelimit.consume_or_429(request, action="change_password")
    if limited:
        return limited
    form = ChangePasswordForm(request.POST or None, user=request.user)
    page = "account/password_change.html"
    return form_page(request, form, page, lambda data: _change(request, data), to=_after_change)


def _change(request: SignedInRequest, data: dict[str, Any]) -> User:
    person = set_password(request.user, password=data["password"], by=request.user)
    update_session_auth_hash(request, person)
    messages.success(
        request, "Your password is changed and your other sessions have ended. Check your tokens too."
    )
    return person


def _after_change(_person: User) -> str:
    return reverse("accounts:token_list")


@GET_OR_POST
@login_not_required
def password_reset(request: HttpRequest) -> HttpResponse:
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        limited = ratelimit.consume_or_429(request, action="reset_password", key=email.lower())
        if limited:
            return limited
        request_password_reset(email=email, now=timezone.now())
        return redirect("account_reset_password_done")
    return render(request, "account/password_reset.html", {"form": form})


@require_GET
@login_not_required
def password_reset_done(request: HttpRequest) -> HttpResponse:
    return render(request, "account/password_reset_done.html")


@GET_OR_POST
@login_not_required
@sensitive_post_parameters()
def password_reset_from_key(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The mailed link. Its key moves into the session at once, so that no address holds it while one types."""
    limited = ratelimit.consume_or_429(request, action="reset_password_from_key")
    if limited:
        return limited
    person = person_of_key(slug, request.session.get(KEPT_KEY, "") if key == KEY_IS_KEPT else key)
    if person is None:
        return render(request, "account/password_reset_expired.html", status=404)
    if key != KEY_IS_KEPT:
        request.session[KEPT_KEY] = key
        return redirect("account_reset_password_from_key", slug, KEY_IS_KEPT)
    return _choose_password(request, person)


def _choose_password(request: HttpRequest, person: User) -> HttpResponse:
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_password(person, password=form.cleaned_data["password"], by=person)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            get_adapter(request).forget_failures(request, person.email)
            request.session.flush()
            return redirect("account_reset_password_from_key_done")
    return render(request, "account/password_reset_from_key.html", {"form": form, "person": person})


@require_GET
@login_not_required
def password_reset_from_key_done(request: HttpRequest) -> HttpResponse:
    return render(request, "account/password_reset_from_key_done.html")
