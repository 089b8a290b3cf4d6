from django.urls import path

from apps.trackers import views

app_name = "trackers"
urlpatterns = [
    path("", views.connection_list, name="list"),
    path("new/", views.connection_new, name="new"),
    path("links/", views.link_list, name="links"),
    path("items/<str:key>/", views.item, name="item"),
    path("items/<str:key>/create/", views.item_create, name="create"),
    path("items/<str:key>/link/", views.item_link, name="link"),
    path("items/<str:key>/unlink/", views.item_unlink, name="unlink"),
    path("items/<str:key>/look/", views.item_look, name="look"),
    path("<uuid:uuid>/", views.connection_detail, name="detail"),
    path("<uuid:uuid>/edit/", views.connection_edit, name="edit"),
    path("<uuid:uuid>/try/", views.connection_try, name="try"),
    path("<uuid:uuid>/secret/", views.connection_secret, name="secret"),
    path("<uuid:uuid>/switch/<str:to>/", views.connection_switch, name="switch"),
    path("<uuid:uuid>/remove/", views.connection_remove, name="remove"),
]
