from django.urls import path

from apps.toil import views

app_name = "toil"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("new/", views.entry_new, name="new"),
    path("read-line/", views.line_echo, name="echo"),
    path("teams/", views.team_list, name="team_list"),
    path("teams/<slug:slug>/", views.team_toil, name="team"),
    path("teams/<slug:slug>/weeks/<str:week>/", views.team_week, name="week"),
    path("teams/<slug:slug>/weeks/<str:week>/confirm/", views.week_confirm, name="week_confirm"),
    path("teams/<slug:slug>/weeks/<str:week>/withdraw/", views.week_withdraw, name="week_withdraw"),
    path("sources/", views.source_list, name="source_list"),
    path("sources/new/", views.source_new, name="source_new"),
    path("sources/<slug:slug>/reductions/new/", views.reduction_new, name="reduction_new"),
    path("reductions/", views.reduction_list, name="reduction_list"),
    path("reductions/<uuid:uuid>/edit/", views.reduction_edit, name="reduction_edit"),
    path("reductions/<uuid:uuid>/remove/", views.reduction_remove, name="reduction_remove"),
    path("sources/<slug:slug>/", views.source_detail, name="source"),
    path("sources/<slug:slug>/edit/", views.source_edit, name="source_edit"),
    path("imports/", views.import_list, name="import_list"),
    path("imports/new/", views.import_new, name="import_new"),
    path("imports/<uuid:uuid>/", views.import_shown, name="import"),
    path("imports/<uuid:uuid>/read/", views.import_read, name="import_read"),
    path("imports/<uuid:uuid>/labels/", views.import_labels, name="import_labels"),
    path("imports/<uuid:uuid>/start/", views.import_start, name="import_start"),
    path("imports/<uuid:uuid>/undo/", views.import_undo, name="import_undo"),
    path("entries/<uuid:uuid>/", views.entry_detail, name="entry_detail"),
    path("entries/<uuid:uuid>/edit/", views.entry_edit, name="entry_edit"),
    path("entries/<uuid:uuid>/delete/", views.entry_delete, name="entry_delete"),
]
