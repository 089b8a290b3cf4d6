"""Forms of the gate: sign in, forgot, choose, change."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms

from apps.accounts.models import User

GOOD_ONES = "At least 10 characters. A few unrelated words are easy to keep and hard to guess."


def password_field(label: str, autocomplete: str, **kwargs: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=256, strip=False, widget=widget, **kwargs)


class SignInForm(LoginForm):
    password = password_field("Password", "current-password")
    remember = forms.BooleanField(label="Keep me signed in on this device", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attrs = {"autocomplete": "username", "autofocus": True, "maxlength": 254}
        self.fields["login"] = forms.EmailField(
            label="Work e-mail", max_length=254, widget=forms.EmailInput(attrs=attrs)
        )
        self.order_fields(["login", "password", "remember"])

    def clean_login(self) -> str:
        return str(self.cleaned_data["login"]).strip().lower()


class ForgottenForm(forms.Form):
    attrs = {"autocomplete": "username", "autofocus": True}
    email = forms.EmailField(label="Work e-mail", max_length=254, widget=forms.EmailInput(attrs=attrs))


class NewPasswordForm(forms.Form):
    password = password_field("New password", "new-password", help_text=GOOD_ONES)


class ChangePasswordForm(NewPasswordForm):
    current = password_field("Current password", "current-password")
    field_order = ["current", "password"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_current(self) -> str:
        current = str(self.cleaned_data["current"])
        if not self.user.check_password(current):
            raise forms.ValidationError("This is not your current password.")
        return current
