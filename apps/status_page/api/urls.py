from django.urls import path

from apps.status_page.api.views import PublicTitleView

urlpatterns = [path("incidents/<str:key>/public-title/", PublicTitleView.as_view(), name="public-title")]
