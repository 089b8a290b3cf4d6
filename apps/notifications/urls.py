from django.urls import path

from apps.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.mail_list, name="list"),
    path("preferences/", views.preferences, name="preferences"),
    path("address/confirm/", views.address_confirm, name="confirm_address"),
    path("<slug:kind>/now/", views.mail_now, name="now"),
]
