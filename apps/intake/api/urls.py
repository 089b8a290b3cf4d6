from django.urls import path

from apps.intake.api.arrivals import IntakeView

urlpatterns = [path("intake/<str:key>/", IntakeView.as_view(), name="intake")]
