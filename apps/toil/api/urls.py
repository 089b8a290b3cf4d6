"""What the router cannot spell: shares are no resource with rows of their own."""

from django.urls import path

from apps.toil.api.budgets import TeamBudgetView
from apps.toil.api.checkins import TeamWeekView
from apps.toil.api.ledger import LedgerView
from apps.toil.api.lines import LineView, RepeatsView
from apps.toil.api.outlook import TeamOutlookView, TeamQualityView
from apps.toil.api.pareto import ParetoView
from apps.toil.api.surveys import SurveyView, TeamSurveyView, TicketCountView
from apps.toil.api.timers import TimerStopView, TimerView
from apps.toil.api.views import AllTeamsToilView, TeamToilView

urlpatterns = [
    path("teams/<slug:slug>/toil/", TeamToilView.as_view(), name="team-toil"),
    path("toil/survey/", SurveyView.as_view(), name="toil-survey"),
    path("teams/<slug:slug>/toil/surveys/", TeamSurveyView.as_view(), name="team-toil-surveys"),
    path("toil-sources/<slug:slug>/tickets/", TicketCountView.as_view(), name="toil-source-tickets"),
    path("teams/<slug:slug>/toil/budget/", TeamBudgetView.as_view(), name="team-toil-budget"),
    path("teams/<slug:slug>/toil/outlook/", TeamOutlookView.as_view(), name="team-toil-outlook"),
    path("teams/<slug:slug>/toil/quality/", TeamQualityView.as_view(), name="team-toil-quality"),
    path("teams/<slug:slug>/toil/weeks/<str:week>/", TeamWeekView.as_view(), name="team-toil-week"),
    path("toil/ledger/", LedgerView.as_view(), name="toil-ledger"),
    path("toil/pareto/", ParetoView.as_view(), name="toil-pareto"),
    path("toil/line/", LineView.as_view(), name="toil-line"),
    path("toil/repeats/", RepeatsView.as_view(), name="toil-repeats"),
    path("timer/", TimerView.as_view(), name="timer"),
    path("timer/stop/", TimerStopView.as_view(), name="timer-stop"),
    path("toil/teams/", AllTeamsToilView.as_view(), name="toil-teams"),
]
