from django.urls import path

from apps.notifications import views

app_name = "dev_mail"
urlpatterns = [
    path("", views.letter_list, name="list"),
    path("<slug:name>/", views.letter_detail, name="detail"),
    path("<slug:name>/html/", views.letter_html, name="html"),
]
