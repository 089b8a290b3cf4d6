"""The API's table of contents."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from apps.accounts.api.views import (
    AbsenceViewSet,
    MembershipViewSet,
    ScheduleViewSet,
    TeamViewSet,
    UserViewSet,
)
from apps.action_items.api.bulk import BulkChangeViewSet
from apps.action_items.api.calendars import CalendarViewSet
from apps.action_items.api.recurrences import RecurrenceViewSet
from apps.action_items.api.saved_views import SavedViewViewSet
from apps.action_items.api.urls import urlpatterns as action_item_urls
from apps.action_items.api.views import ActionItemViewSet
from apps.audit.api.views import AuditEventViewSet
from apps.chat.api.urls import urlpatterns as chat_urls
from apps.chat.api.views import ChatAccountViewSet, ChatWorkspaceViewSet
from apps.core.api_pages import ApiSchema, api_reference
from apps.incidents.api.custom_fields import CustomFieldViewSet
from apps.incidents.api.urls import urlpatterns as incident_urls
from apps.incidents.api.views import IncidentViewSet
from apps.intake.api.alerts import AlertViewSet
from apps.intake.api.urls import urlpatterns as intake_urls
from apps.intake.api.views import IntakeDeliveryViewSet, IntegrationViewSet
from apps.metrics.api.urls import urlpatterns as metrics_urls
from apps.notifications.api.urls import urlpatterns as notification_urls
from apps.notifications.api.views import InboxViewSet
from apps.postmortems.api.owed import ObligationViewSet
from apps.postmortems.api.owed_urls import urlpatterns as owed_urls
from apps.postmortems.api.urls import urlpatterns as postmortem_urls
from apps.postmortems.api.views import PostmortemViewSet
from apps.reminders.api.urls import urlpatterns as reminder_urls
from apps.reports.api.urls import urlpatterns as report_urls
from apps.services.api.views import ServiceViewSet
from apps.status_page.api.urls import urlpatterns as status_page_urls
from apps.status_page.api.views import StatusPageViewSet
from apps.toil.api.checkins import WeekCheckinViewSet
from apps.toil.api.drivers import DriverViewSet
from apps.toil.api.imports import ToilImportViewSet
from apps.toil.api.many import EntryChangeViewSet
from apps.toil.api.recurring import RecurringViewSet
from apps.toil.api.reductions import ReductionViewSet
from apps.toil.api.services import ServiceToilViewSet
from apps.toil.api.sources import ToilSourceViewSet
from apps.toil.api.suggestions import ToilSuggestionViewSet
from apps.toil.api.urls import urlpatterns as toil_urls
from apps.toil.api.views import ToilEntryViewSet
from apps.trackers.api.urls import urlpatterns as tracker_urls
from apps.trackers.api.views import TrackerLinkViewSet, TrackerViewSet
from apps.webhooks.api.views import DeliveryViewSet, WebhookViewSet

router = SimpleRouter()
router.register("action-item-calendars", CalendarViewSet, "action-item-calendar")
router.register("action-item-changes", BulkChangeViewSet, "action-item-change")
router.register("action-item-views", SavedViewViewSet, "action-item-view")
router.register("action-items", ActionItemViewSet, "action-item")
router.register("audit-events", AuditEventViewSet, "audit-event")
router.register("chat-accounts", ChatAccountViewSet, "chat-account")
router.register("chat-workspaces", ChatWorkspaceViewSet, "chat-workspace")
router.register("inbox", InboxViewSet, "inbox")
router.register("incident-fields", CustomFieldViewSet, "incident-field")
router.register("incidents", IncidentViewSet, "incident")
router.register("alerts", AlertViewSet, "alert")
router.register("intake-deliveries", IntakeDeliveryViewSet, "intake-delivery")
router.register("integrations", IntegrationViewSet, "integration")
router.register("postmortem-obligations", ObligationViewSet, "postmortem-obligation")
router.register("postmortems", PostmortemViewSet, "postmortem")
router.register("recurrences", RecurrenceViewSet, "recurrence")
router.register("services", ServiceViewSet, "service")
router.register("status-pages", StatusPageViewSet, "status-page")
router.register("teams", TeamViewSet, "team")
router.register(r"teams/(?P<team>[^/]+)/memberships", MembershipViewSet, "membership")
router.register("toil-entries", ToilEntryViewSet, "toil-entry")
router.register("toil-imports", ToilImportViewSet, "toil-import")
router.register("toil-reductions", ReductionViewSet, "toil-reduction")
router.register("toil-services", ServiceToilViewSet, "toil-service")
router.register("toil-sources", ToilSourceViewSet, "toil-source")
router.register("toil-drivers", DriverViewSet, "toil-driver")
router.register("toil-checkins", WeekCheckinViewSet, "toil-checkin")
router.register("toil-entry-changes", EntryChangeViewSet, "toil-entry-change")
router.register("toil-recurring", RecurringViewSet, "toil-recurring")
router.register("toil-suggestions", ToilSuggestionViewSet, "toil-suggestion")
router.register("trackers", TrackerViewSet, "tracker")
router.register("tracker-links", TrackerLinkViewSet, "tracker-link")
router.register("users", UserViewSet, "user")
router.register(r"users/(?P<user>[^/]+)/schedules", ScheduleViewSet, "schedule")
router.register(r"users/(?P<user>[^/]+)/absences", AbsenceViewSet, "absence")
router.register("webhook-deliveries", DeliveryViewSet, "webhook-delivery")
router.register("webhooks", WebhookViewSet, "webhook")
parts = [
    *incident_urls,
    *notification_urls,
    *reminder_urls,
    *metrics_urls,
    *toil_urls,
    *intake_urls,
    *chat_urls,
    *status_page_urls,
    *postmortem_urls,
    *action_item_urls,
    *owed_urls,
    *tracker_urls,
    *report_urls,
]

urlpatterns = [
    path("v1/", include(([*router.urls, *parts], "api"), namespace="api")),
    path("schema/", ApiSchema.as_view(), name="api_schema"),
    path("docs/", api_reference, name="api_docs"),
]
