from django.urls import path

from apps.intake import views

app_name = "intake"
urlpatterns = [
    path("", views.integration_list, name="list"),
    path("new/", views.integration_new, name="new"),
    path("deliveries/", views.delivery_list, name="deliveries"),
    path("deliveries/<uuid:uuid>/", views.delivery_detail, name="delivery"),
    path("deliveries/<uuid:uuid>/replay/", views.delivery_replay, name="replay"),
    path("alerts/", views.alert_list, name="alerts"),
    path("alerts/<uuid:uuid>/vote/", views.alert_vote, name="vote"),
    path("<slug:slug>/", views.integration_detail, name="detail"),
    path("<slug:slug>/edit/", views.integration_edit, name="edit"),
    path("<slug:slug>/rotate/", views.integration_rotate, name="rotate"),
    path("<slug:slug>/switch/<to>/", views.integration_switch, name="switch"),
]
