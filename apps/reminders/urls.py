from django.urls import path

from apps.reminders import views

app_name = "reminders"
urlpatterns = [path("learning/<str:token>/stop/", views.leave, name="leave")]
