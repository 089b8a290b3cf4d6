from django.urls import path

from apps.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("people/<slug:slug>/hand-over/", views.hand_over, name="hand_over"),
]
