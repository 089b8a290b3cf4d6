"""The web's table of contents."""

from django.conf import settings
from django.urls import include, path

from apps.core import views
from apps.notifications.views import unsubscribe

urlpatterns = [
    path("", include("apps.reports.urls")),
    path("accounts/", include("apps.accounts.entrance_urls")),
    path("", include("apps.accounts.urls")),
    path("services/", include("apps.services.urls")),
    path("incidents/", include("apps.incidents.urls")),
    path("postmortems/owed/", include("apps.postmortems.owed_urls")),
    path("postmortems/", include("apps.postmortems.urls")),
    path("action-items/", include("apps.action_items.urls")),
    path("chat/", include("apps.chat.urls")),
    path("integrations/", include("apps.intake.urls")),
    path("toil/", include("apps.toil.urls")),
    path("status-pages/", include("apps.status_page.urls")),
    path("status/", include("apps.status_page.public_urls")),
    path("trackers/", include("apps.trackers.urls")),
    path("webhooks/", include("apps.webhooks.urls")),
    path("letters/", include("apps.reminders.urls")),
    path("metrics/", include("apps.metrics.urls")),
    path("audit/", include("apps.audit.urls")),
    path("inbox/", include("apps.notifications.inbox_urls")),
    path("unsubscribe/<str:token>/", unsubscribe, name="unsubscribe"),
    path("notifications/", include("apps.notifications.urls")),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("kept/", views.kept_form, name="kept"),
    path("markdown-preview/", views.markdown_preview, name="markdown_preview"),
]
if not settings.IS_WORKER:  # which answers nobody, and names pages alone: 8 MB
    urlpatterns += [path("api/", include("config.api_urls"))]
if settings.EMBEDDED:
    urlpatterns += [path("dev/mail/", include("apps.notifications.dev_urls"))]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler429 = "apps.accounts.views.entrance.too_many"  # where django-allauth looks for it
handler500 = views.server_error
