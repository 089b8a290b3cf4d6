"""Owed postmortems have a place of their own in the navigation, so a name space of their own."""

from django.urls import path

from apps.postmortems import views

app_name = "owed_postmortems"
urlpatterns = [
    path("", views.obligation_list, name="list"),
    path("policy/", views.owing_policy, name="policy"),
    path("policy/edit/", views.owing_policy_edit, name="policy_edit"),
    path("new/<slug:incident>/", views.obligation_new, name="new"),
    path("<uuid:uuid>/", views.obligation_detail, name="detail"),
    path("<uuid:uuid>/move/", views.obligation_move, name="move"),
]
