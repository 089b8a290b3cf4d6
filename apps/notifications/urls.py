from django.urls import path

from apps.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.mail_list, name="list"),
    path("<slug:kind>/now/", views.mail_now, name="now"),
]
