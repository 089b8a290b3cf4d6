from django.urls import path

from apps.accounts.views import people, planning, teams, tokens

app_name = "accounts"
urlpatterns = [
    path("profile/", people.profile, name="profile"),
    path("tokens/", tokens.token_list, name="token_list"),
    path("tokens/new/", tokens.token_new, name="token_new"),
    path("tokens/<slug:prefix>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("people/", people.person_list, name="person_list"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/<slug:slug>/", people.person_detail, name="person_detail"),
    path("people/<slug:slug>/edit/", people.person_edit, name="person_edit"),
    path("people/<slug:slug>/invite/", people.person_invite, name="person_invite"),
    path("people/<slug:slug>/deactivate/", people.person_deactivate, name="person_deactivate"),
    path("people/<slug:slug>/reactivate/", people.person_reactivate, name="person_reactivate"),
    path("people/<slug:slug>/schedule/", planning.person_schedule, name="person_schedule"),
    path("people/<slug:slug>/absences/", planning.person_absences, name="person_absences"),
    path(
        "people/<slug:slug>/absences/<uuid:uuid>/remove/",
        planning.absence_remove,
        name="person_absence_remove",
    ),
    path("teams/", teams.team_list, name="team_list"),
    path("teams/new/", teams.team_new, name="team_new"),
    path("teams/<slug:slug>/", teams.team_detail, name="team_detail"),
    path("teams/<slug:slug>/edit/", teams.team_edit, name="team_edit"),
    path("teams/<slug:slug>/members/new/", teams.member_new, name="team_member_new"),
    path("teams/<slug:slug>/members/<uuid:uuid>/change/", teams.member_change, name="team_member_change"),
    path("teams/<slug:slug>/members/<uuid:uuid>/end/", teams.member_end, name="team_member_end"),
]
