from django.urls import path

from apps.postmortems import views

app_name = "postmortems"
urlpatterns = [
    path("", views.postmortem_list, name="list"),
    path("new/", views.postmortem_new, name="new"),
    path("<slug:key>/", views.postmortem_detail, name="detail"),
    path("<slug:key>/edit/", views.postmortem_edit, name="edit"),
    path("<slug:key>/move/", views.postmortem_move, name="move"),
    path("<slug:key>/review/", views.postmortem_review, name="review"),
    path("<slug:key>/versions/<int:version>/", views.postmortem_version, name="version"),
    path("<slug:key>/sections/<slug:slug>/", views.section_detail, name="section"),
    path("<slug:key>/sections/<slug:slug>/edit/", views.section_edit, name="section_edit"),
    path("<slug:key>/sections/<slug:slug>/history/", views.section_history, name="section_history"),
    path("<slug:key>/action-items/new/", views.action_item_new, name="action_item_new"),
    path("<slug:key>/action-items/link/", views.action_item_link, name="action_item_link"),
]
