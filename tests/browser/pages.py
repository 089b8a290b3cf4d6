"""Every page of the portal, from its URL configuration, and who looks at it."""

from tests.security.doors import all_routes
from tests.security.inventory import WEB

PRIVATE = {
    "/toil/entries/": "bob",
    "/toil/imports/<uuid>/": "bob",
    "/toil/many/": "bob",
    "/toil/recurring/": "bob",
    "/toil/week/": "bob",
    "/inbox/<uuid>/": "bob",
    "/action-items/<key>/snooze/": "bob",
    "/action-items/bulk/<uuid>/": "bob",
    "/action-items/views/<uuid>/": "bob",
    "/tokens/": "alice",
    "/postmortems/<key>/readers/": "alice",
}
NO_PAGES = {
    "/toil/quick/",
    "/toil/read-line/",
    "/action-items/usual-date/",
    "/action-items/<key>/people/",
    "/incidents/<key>/timeline/since/",
    "/incidents/severities/proposal/",
    "/healthz",
    "/readyz",
    "/letters/today/html/",
    "/postmortems/<key>/export/<kind>/",
    "/postmortems/<key>/public/export/",
    "/status/feed/",
    "/status/<slug>/feed/",
    "/postmortems/feed/<secret>/",
    "/action-items/calendar/<secret>/due.ics",
    "/api/schema/",
    "/postmortems/<key>/attachments/<uuid>/",
}  # parts, and files
GONE = {"/accounts/password/reset/key/<slug>/<key>/"}  # a page that says so
STRANGERS = (
    "/letters/learning/",
    "/unsubscribe/",
    "/status/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/password/reset/",
)


def routes():
    """What answers GET with a page; a new route is looked at from the day it exists."""
    asked = (route for route in all_routes() if not route.startswith("/api/v1/") and route not in NO_PAGES)
    return sorted(route for route in asked if "GET" in WEB.get(route, {"GET"}))


def visitor(route):
    if route.startswith(STRANGERS):
        return None
    return next((name for start, name in PRIVATE.items() if route.startswith(start)), "root")


def area(route):
    return route.strip("/").split("/")[0] or "home"
