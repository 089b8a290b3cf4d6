from django.urls import path

from apps.status_page import views

app_name = "status_pages"
urlpatterns = [
    path("", views.page_list, name="list"),
    path("new/", views.page_new, name="new"),
    path("<slug:slug>/edit/", views.page_edit, name="edit"),
    path("incidents/<str:key>/", views.title_edit, name="title"),
]
