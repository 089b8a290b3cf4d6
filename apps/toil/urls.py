from django.urls import URLPattern

app_name = "toil"
urlpatterns: list[URLPattern] = []
