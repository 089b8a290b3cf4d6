from django.urls import path

from apps.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.endpoint_list, name="list"),
    path("new/", views.endpoint_new, name="new"),
    path("deliveries/", views.delivery_list, name="deliveries"),
    path("deliveries/<uuid:uuid>/", views.delivery_detail, name="delivery"),
    path("deliveries/<uuid:uuid>/replay/", views.delivery_replay, name="delivery_replay"),
    path("<uuid:uuid>/", views.endpoint_detail, name="detail"),
    path("<uuid:uuid>/edit/", views.endpoint_edit, name="edit"),
    path("<uuid:uuid>/test/", views.endpoint_test, name="test"),
    path("<uuid:uuid>/secret/", views.endpoint_secret, name="secret"),
    path("<uuid:uuid>/replay/", views.endpoint_replay, name="replay"),
    path("<uuid:uuid>/remove/", views.endpoint_remove, name="remove"),
]
