from django.urls import path

from apps.metrics import views

app_name = "metrics"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("commitments/", views.commitments_page, name="commitments"),
    path("patterns/", views.patterns_page, name="patterns"),
]
