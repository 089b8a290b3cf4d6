from django.urls import path

from apps.notifications import views

app_name = "inbox"
urlpatterns = [
    path("", views.inbox_list, name="list"),
    path("read/", views.inbox_read_all, name="read_all"),
    path("<uuid:uuid>/", views.inbox_detail, name="detail"),
    path("<uuid:uuid>/read/", views.inbox_read, name="read"),
    path("<uuid:uuid>/unread/", views.inbox_unread, name="unread"),
]
