from django.urls import path

from apps.status_page import views

app_name = "status"
urlpatterns = [
    path("", views.public_page, name="home"),
    path("feed/", views.public_feed, name="home_feed"),
    path("history/", views.public_history, name="home_history"),
    path("postmortems/", views.public_postmortems, name="postmortems"),
    path("postmortems/<slug:slug>/", views.public_postmortem, name="postmortem"),
    path("<slug:slug>/", views.public_page, name="page"),
    path("<slug:slug>/feed/", views.public_feed, name="feed"),
    path("<slug:slug>/history/", views.public_history, name="history"),
]
