from django.urls import path

from apps.incidents import views

app_name = "incidents"
urlpatterns = [
    path("", views.incident_list, name="list"),
    path("new/", views.incident_new, name="new"),
    path("severities/", views.severity_policy, name="severities"),
    path("severities/edit/", views.severity_policy_edit, name="severities_edit"),
    path("severities/proposal/", views.severity_proposal, name="severity_proposal"),
    path("<str:key>/", views.incident_detail, name="detail"),
    path("<str:key>/edit/", views.incident_edit, name="edit"),
    path("<str:key>/access/", views.access_page, name="access"),
    path("<str:key>/access/<uuid:uuid>/end/", views.access_end, name="access_end"),
    path("<str:key>/move/", views.incident_move, name="move"),
    path("<str:key>/transitions/", views.incident_transition, name="transition"),
    path("<str:key>/acknowledge/", views.incident_acknowledge, name="acknowledge"),
    path("<str:key>/timeline/", views.entry_add, name="entry_add"),
    path("<str:key>/timeline/since/", views.timeline_since, name="timeline_since"),
    path("<str:key>/timeline/<uuid:uuid>/", views.entry_show, name="entry"),
    path("<str:key>/timeline/<uuid:uuid>/edit/", views.entry_edit, name="entry_edit"),
    path("<str:key>/timeline/<uuid:uuid>/star/", views.entry_star, name="entry_star"),
    path("<str:key>/updates/new/", views.update_new, name="update_new"),
    path("<str:key>/updates/<uuid:uuid>/edit/", views.update_edit, name="update_edit"),
    path("<str:key>/roles/<str:role>/", views.role_give, name="role_give"),
    path("<str:key>/roles/<str:role>/take/", views.role_take, name="role_take"),
    path("<str:key>/roles/<str:role>/end/", views.role_end, name="role_end"),
    path("<str:key>/recur/", views.incident_recur, name="recur"),
    path("<str:key>/impact/new/", views.window_new, name="window_new"),
    path("<str:key>/impact/<uuid:uuid>/edit/", views.window_edit, name="window_edit"),
    path("<str:key>/impact/<uuid:uuid>/end/", views.window_end, name="window_end"),
    path("<str:key>/impact/<uuid:uuid>/delete/", views.window_delete, name="window_delete"),
    path("<str:key>/links/new/", views.link_new, name="link_new"),
    path("<str:key>/links/<uuid:uuid>/remove/", views.link_remove, name="link_remove"),
    path("<str:key>/milestones/<str:kind>/", views.milestone_edit, name="milestone_edit"),
]
