from django.urls import path

from apps.reminders import views

app_name = "reminders"
urlpatterns = [
    path("today/", views.today, name="today"),
    path("today/html/", views.today_html, name="today_html"),
    path("learning/<str:token>/stop/", views.leave, name="leave"),
]
