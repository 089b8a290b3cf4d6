from django.urls import URLPattern

app_name = "action_items"
urlpatterns: list[URLPattern] = []
