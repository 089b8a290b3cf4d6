"""The gate's addresses, under the names django-allauth knows them by. What is not listed does not exist."""

from django.urls import path

from apps.accounts.views import entrance

urlpatterns = [
    path("login/", entrance.sign_in, name="account_login"),
    path("logout/", entrance.sign_out, name="account_logout"),
    path("signup/", entrance.signup_closed, name="account_signup"),
    path("inactive/", entrance.inactive, name="account_inactive"),
    path("password/change/", entrance.password_change, name="account_change_password"),
    path("password/reset/", entrance.password_reset, name="account_reset_password"),
    path("password/reset/done/", entrance.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        entrance.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path(
        "password/reset/key/<slug:slug>/<str:key>/",
        entrance.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
