from django.urls import path

from apps.chat import views

app_name = "chat"
urlpatterns = [
    path("", views.account_list, name="list"),
    path("accounts/new/", views.account_new, name="new"),
    path("accounts/<uuid:uuid>/confirm/", views.account_confirm, name="confirm"),
    path("accounts/<uuid:uuid>/remove/", views.account_remove, name="remove"),
    path("workspaces/", views.workspace_list, name="workspaces"),
    path("workspaces/new/", views.workspace_new, name="workspace_new"),
    path("workspaces/<uuid:uuid>/edit/", views.workspace_edit, name="workspace_edit"),
]
