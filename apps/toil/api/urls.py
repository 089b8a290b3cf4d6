"""What the router cannot spell: shares are no resource with rows of their own."""

from django.urls import path

from apps.toil.api.checkins import TeamWeekView
from apps.toil.api.views import AllTeamsToilView, TeamToilView

urlpatterns = [
    path("teams/<slug:slug>/toil/", TeamToilView.as_view(), name="team-toil"),
    path("teams/<slug:slug>/toil/weeks/<str:week>/", TeamWeekView.as_view(), name="team-toil-week"),
    path("toil/teams/", AllTeamsToilView.as_view(), name="toil-teams"),
]
