"""A body that each write would take from somebody who may, and the address of each route in the sample world."""

import re
from datetime import timedelta
from typing import Any

from apps.notifications.categories import choosable
from apps.notifications.unsubscribing import unsubscribe_address
from apps.postmortems.models import CheckItem, FactorCategories, PublicVersion
from apps.reminders.learning_letter import leave_address
from apps.toil.imports.forms import field_of
from apps.toil.periods import quarter_name
from tests.security.world import DOCUMENT, NOW, TIME_FILE, TODAY, World, a_file

LETTER = "20260302T090000000000-0123abcd"
DAY = TODAY.isoformat()
SOON = (TODAY + timedelta(days=2)).isoformat()


def address(route: str, w: World) -> str:
    """The route with its places filled in by the rows of the world."""
    values = {
        **PLAIN,
        "prefix": w.token.prefix,
        "token": leave_address(w.bob).split("/")[-3],
        "incident": w.other.key,
        "item": w.item.key,
        "team": "payments",
        "user": "bob",
        "postmortem": w.published.key,
        "uuid": "",
        "week": w.checkin.week,
        "entry": str(w.update.uuid if "/updates/" in route else w.entry.uuid),
        "link": str(w.dependency.uuid if "/dependencies/" in route else w.link.uuid),
        "window": str(w.window.uuid),
        "grant": str(w.grant.uuid),
        "secret": w.feed_token,
    }
    if "/calendar/" in route:
        values["secret"] = w.calendar_token
    if route.startswith("/unsubscribe/"):
        values["token"] = unsubscribe_address(w.bob, "reviews").split("/")[-2]
    values["key"] = key_of(route, w)
    values["slug"] = w.told if "/status/postmortems/" in route else slug_of(route)
    values["kind"] = kind_of(route)
    values["uuid"] = str(uuid_of(route, w))
    if "/take-back/" in route or route.endswith("/gates/<gate>/"):
        values["gate"] = "g4"
    moves = {"/switch/": "off", "/public/": "in_review"}
    values["to"] = next((to for part, to in moves.items() if part in route), "in_progress")
    return re.sub(r"<(\w+)>", lambda match: values[match.group(1)], route) + ASKS.get(route, "")


ASKS = {"/toil/many/": "?all=1", "/action-items/bulk/": "?all=1", "/api/v1/toil/line/": "?line=5+restart"}
"""Pages that need a question to be more than the way back."""
PLAIN = {
    "role": "scribe",
    "to": "in_progress",
    "version": "1",
    "number": "1",
    "name": LETTER,
    "panel": "durations",
    "gate": "g1",
}


def key_of(route: str, w: World) -> str:
    if "/accounts/" in route:
        return "not-a-key"
    if "/intake/" in route:
        return w.intake_key
    if "/access/" in route:
        return w.private.key
    if "/unmerge/" in route:
        return w.twin.key if "/action-items/" in route else w.absorbed.key
    return next((getattr(w, name).key for part, name in KEY_BEHIND.items() if part in route), w.incident.key)


KEY_BEHIND = {  # a part of the route, and the row whose key stands in it: the first that fits
    "tracker": "spare",
    "/unsplit/": "whole",
    "review": "reviewed",
    "/gates/": "reviewed",
    "/effect/": "kept",
    "/same-trigger/": "kept",
    "/postmortems/": "published",
    "/action-items/": "item",
}


def kind_of(route: str) -> str:
    if "/blocks/" in route:
        return "services"
    if "/export/" in route:
        return "json"
    return "digest" if "notifications" in route else "detected"


def slug_of(route: str) -> str:
    if "templates" in route:
        return "lightweight"
    if "/sections/" in route:
        return "summary"
    if "/hand-over/" in route:
        return "bob"
    if "/sources/" in route or "toil-sources" in route:
        return "quota"
    if "/fields/<slug>" in route or "incident-fields" in route:
        return "region"
    return {
        "people": "bob",
        "users": "bob",
        "password": "bob",
        "services": "checkout",
        "integrations": "probes",
        "status": "cards",
        "status-pages": "cards",
    }.get(area(route), "payments")


def area(route: str) -> str:
    return next((part for part in route.split("/") if part not in {"", "api", "v1", "accounts"}), "")


ROW_BEHIND = {  # a part of the route, and the row whose uuid stands in it: the first that fits
    "tracker": "tracker",
    "absences": "absence",
    "/inbox/": "letter",
    "recurrences": "recurrence",
    "/bulk/": "bulk",
    "/action-items/views/": "view",
    "action-item-views": "view",
    "calendars": "calendar",
    "action-item-changes": "bulk",
    "/import/": "upload",
    "/owed/": "obligation",
    "postmortem-obligations": "obligation",
    "/access/": "grant",
    "toil-checkins": "checkin",
    "imports/<uuid>/undo/": "taken_over",
    "imports/<uuid>/": "time_file",
    "toil-suggestions": "suggested",
    "toil-entry-changes": "entry_change",
    "/toil/many/": "entry_change",
    "toil-recurring": "recurring",
    "/toil/recurring/": "recurring",
    "reductions": "reduction",
    "drivers": "driver",
    "toil": "toil",
    "/updates/": "update",
    "/impact/": "window",
    "/links/": "link",
    "/attachments/": "attachment",
    "/dependencies/": "dependency",
    "/checklist/": "step",
    "action-items/<key>/comments/": "remark",
    "action-items/<item>/comments/": "remark",
    "/comments/": "comment",
    "/factors/": "factor",
    "/lessons/": "lesson",
    "/impact-values/": "impact_value",
    "webhook-deliveries": "delivery",
    "webhooks/deliveries": "delivery",
    "webhook": "webhook",
    "/alerts/": "alert",
    "deliveries": "arrival",
    "workspaces": "chat",
    "chat": "chat_account",
    "/members": "membership",
}


def uuid_of(route: str, w: World) -> Any:
    name = next((name for part, name in ROW_BEHIND.items() if part in route), "entry")
    return getattr(w, name).uuid


WEIGHED = {"build_hours": 40, "maintenance_minutes": 12, "switch_minutes": 5, "lead_weeks": 4}
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), 480) | {"sat": 0, "sun": 0}
REDUCTION = {"strategy": "automate", "expected_pct": 90}
DRIVER = {"name": "Hosts", "unit": "hosts", "team": "payments", "service": "checkout"}
CHORE = {"text": "Rotate it", "team": "payments", "category": "other", "kind": "toil"}
SOURCE = {"name": "Rotate certificates", "team": "payments", "category": "other"}
PROMISE = {"title": "Cap retries", "kind": "prevent", "priority": 2}
PROMISE_IN_PARTS = {
    "count": "2",
    "title_0": "Refuse a repeated file",
    "done_when_0": "Seen",
    "owner_0": "bob",
    "priority_0": "2",
    "title_1": "Count what is refused",
    "done_when_1": "Seen",
    "owner_1": "bob",
    "priority_1": "2",
    "due_on_1": SOON,
}
WEBHOOK = {
    "name": "Chat",
    "url": "https://hooks.example.com/1",
    "format": "slack",
    "events": ["incident.declared"],
}
TRACKER = {"name": "Ledger on GitHub", "kind": "github", "project": "acme/ledger", "token": "a-token"}
OWING = {f"{what}_{one}": 5 for what in ("draft", "publish") for one in range(1, 5)} | {"version": 1}
HELPED = {"verdict": "came_back", "note": "The same file was settled twice in March"}
USUAL = {f"days_{one}_P{n}": 9 for one in ("1", "2", "3", "4", "none") for n in range(4)} | {
    "check_after_days": 90,
    "version": 1,
}
TOLD = {"title": "Some payments failed", "impact": "Nobody was charged twice"}
POLICY = {"version": 1, "impacts_0": "Everybody", "conditions_0": "Down", "cell_0_0": 1, "minutes_1": 15}
FACTOR = {"category": "monitoring-gap", "text": "No alert counts repeated files"}
LESSON = {"kind": "poorly", "phase": "outage", "text": "The runbook was older than the service"}
REVENUE = {"measure": "revenue", "certainty": "estimated", "value": 1200, "unit": "EUR", "method": "Fees"}
TEMPLATE = {"name": "Brief", "description": "For what was small"}
ALERTS = {"name": "Disk probes", "rule": "triage", "severity": 3}
STATUS_PAGE = {"service": "refunds", "slug": "refunds", "name": "Refunds"}
INCIDENT = {"title": "Card payments time out", "severity": 2, "kind": "real"}


def bodies(w: World) -> dict[tuple[str, str], dict[str, Any]]:
    return web_bodies(w) | api_bodies(w)


def web_bodies(w: World) -> dict[tuple[str, str], dict[str, Any]]:
    hours = {day: minutes // 60 for day, minutes in WEEK.items()} | {
        "window_start": "09:00",
        "window_end": "17:30",
    }
    member = {"role": "member", "allocation_pct": 50}
    entry = {
        "text": "Restart it",
        "duration": "25m",
        "team": "payments",
        "local_date": DAY,
        "version": w.toil.version,
    }
    incident, item = w.fresh("incident").version, w.fresh("item").version
    published, reviewed = w.fresh("published").version, w.fresh("reviewed").version
    begun = PublicVersion.objects.filter(postmortem=w.published).first()
    told = begun.version if begun else 0
    impact = {"level": "down", "start": f"{w.incident.started_at + timedelta(minutes=1):%Y-%m-%dT%H:%M}"}
    sent = {
        "/accounts/login/": {"login": "bob@ballast.example", "password": "correct horse battery"},
        "/accounts/password/reset/": {"email": "nobody@ballast.example"},
        "/accounts/password/change/": {
            "oldpassword": "correct horse battery",
            "current": "correct horse battery",
            "password": "another long one",
        },
        "/profile/": {"name": "Renamed", "time_zone": "UTC", "digest_at": "09:00"},
        "/notifications/preferences/": {
            **dict.fromkeys(choosable(), "portal"),
            "reminders": "digest",
            "escalations": "portal",
        },
        "/tokens/new/": {"name": "laptop", "scope": "read", "days": 30},
        "/people/new/": {
            "name": "Dora",
            "email": "dora@ballast.example",
            "org_role": "member",
            "time_zone": "UTC",
        },
        "/people/<slug>/edit/": {
            "name": "Bob B",
            "email": "bob@ballast.example",
            "org_role": "member",
            "time_zone": "UTC",
        },
        "/people/<slug>/hand-over/": {f"action_item:{w.item.key}": "alice", "sure": "1"},
        "/people/<slug>/schedule/": hours | {"valid_from": DAY},
        "/people/<slug>/absences/": {"first_on": DAY, "last_on": DAY},
        "/teams/new/": {"name": "Ledger", "slug": "ledger", "toil_cap_pct": 50, "cap_applies_to": "toil"},
        "/teams/<slug>/edit/": {
            "name": "Payments and refunds",
            "slug": "payments",
            "toil_cap_pct": 40,
            "cap_applies_to": "ops",
            "nudges_checkins": "on",
        },
        "/teams/<slug>/members/new/": member | {"person": "charlie", "valid_from": DAY},
        "/teams/<slug>/members/<uuid>/change/": member | {"since": DAY},
        "/teams/<slug>/members/<uuid>/end/": {"last_on": DAY},
        "/services/new/": {
            "name": "Ledger",
            "slug": "ledger",
            "owner_team": "payments",
            "tier": 2,
            "lifecycle": "production",
        },
        "/services/<slug>/edit/": {
            "name": "Checkout 2",
            "owner_team": "payments",
            "tier": 1,
            "lifecycle": "production",
        },
        "/incidents/new/": INCIDENT,
        "/incidents/fields/new/": {"name": "Customers", "slug": "customers", "kind": "number", "position": 1},
        "/incidents/fields/<slug>/edit/": {"name": "Regions", "kind": "text", "position": 1, "version": 1},
        "/incidents/<key>/fields/": {"region": "eu-west", "version": incident},
        "/incidents/severities/edit/": POLICY,
        "/incidents/<key>/edit/": INCIDENT | {"title": "Cards fail", "version": incident},
        "/status-pages/new/": STATUS_PAGE,
        "/status-pages/<slug>/edit/": {"name": "Paying by card", "slug": "cards"},
        "/status-pages/incidents/<key>/": {"title": "Cards are declined"},
        "/incidents/<key>/access/": {"person": "charlie", "ends_at": f"{SOON}T00:00"},
        "/incidents/<key>/move/": {"to": "identified", "version": incident},
        "/incidents/<key>/transitions/": {"to": "identified"},
        "/incidents/<key>/timeline/": {"body": "Looking at the queue", "kind": "update"},
        "/incidents/<key>/timeline/<uuid>/edit/": {"body": "Paused all of it", "at": f"{DAY}T00:00"},
        "/incidents/<key>/timeline/<uuid>/star/": {"star": "on"},
        "/incidents/<key>/updates/new/": {"conditions": "One in ten fails", "needs": "Somebody from Ledger"},
        "/incidents/<key>/updates/<uuid>/edit/": {"conditions": "One in nine", "at": f"{DAY}T00:00"},
        "/integrations/alerts/<uuid>/vote/": {"vote": "noise"},
        "/incidents/<key>/public-end/": {"reason": "Nobody outside noticed"},
        "/incidents/<key>/roles/<role>/": {"person": "bob"},
        "/incidents/<key>/milestones/<kind>/": {
            "note": "Nobody knows",
            "source": "human",
            "precision_minutes": 0,
            "version": incident,
        },
        "/incidents/<key>/merge/": {"keys": w.other.key},
        "/incidents/<key>/split/": {"title": "Cards in Spain", "severity": 3, "services": ["checkout"]},
        "/incidents/<key>/unmerge/": {"reason": "Another cause"},
        "/incidents/<key>/impact/new/": {"service": "checkout", **impact, "version": incident},
        "/incidents/<key>/impact/<uuid>/edit/": impact | {"pct_affected": 5, "version": incident},
        "/incidents/<key>/links/new/": {"kind": "related", "to": w.other.key},
        "/postmortems/owed/policy/edit/": OWING,
        "/postmortems/owed/new/<incident>/": {"reason": "Two teams saw it"},
        "/postmortems/owed/<uuid>/move/": {
            "to": "waived",
            "reason": "Told in another one",
            "version": w.obligation.version,
        },
        "/postmortems/new/": {"incidents": w.incident.key, "owner": "bob"},
        "/postmortems/<key>/edit/": {
            "incidents": w.incident.key,
            "title": "Cards",
            "owner": "alice",
            "tags": "cards",
            "version": published,
        },
        "/postmortems/<key>/move/": {"to": "in_review", "version": published},
        "/postmortems/<key>/review/": {
            "decision": "approved",
            "comment": "Clear",
            "checks": CheckItem.values,
            "version": reviewed,
        },
        "/postmortems/<key>/reviewers/": {"add": "charlie"},
        "/postmortems/<key>/public/edit/": TOLD | {"began_at": f"{DAY}T00:00", "version": told},
        "/postmortems/<key>/public/hints/": TOLD,
        "/postmortems/<key>/public/move/<to>/": {"version": told},
        "/postmortems/<key>/readers/": {"add": "charlie"},
        "/postmortems/<key>/useful/": {"on": "1"},
        "/services/<slug>/watch/": {"on": "1"},
        "/postmortems/<key>/gates/<gate>/except/": {"reason": "The vendor has replaced the part"},
        "/postmortems/<key>/sections/<slug>/edit/": {
            "text": "Better",
            "version": w.published.sections.get(slug="summary").version,
        },
        "/postmortems/<key>/hints/": {"text": "Bob forgot it", "kind": "well"},
        "/postmortems/<key>/sections/<slug>/hints/": {"text": "Bob forgot it"},
        "/postmortems/<key>/sections/<slug>/comments/new/": {"body": "How do we know?"},
        "/postmortems/import/": {"files": a_file("ledger.md", DOCUMENT)},
        "/postmortems/<key>/attachments/new/": {"file": a_file("queue.log"), "caption": "The queue"},
        "/postmortems/<key>/attachments/<uuid>/edit/": {"caption": "Its queue", "version": 1},
        "/postmortems/<key>/comments/<uuid>/answer/": {"body": "From the ledger"},
        "/postmortems/<key>/comments/<uuid>/edit/": {"body": "How do we know that?"},
        "/postmortems/<key>/comments/<uuid>/state/": {"to": "resolved"},
        "/postmortems/<key>/sections/<slug>/draft/": {"text": "Half a sen", "version": 1},
        "/postmortems/<key>/action-items/new/": PROMISE,
        "/postmortems/factor-categories/edit/": {"offered_0": "on", "version": 1}
        | {f"name_{n}": name for n, name in enumerate(FactorCategories.objects.current().names.values())},
        "/postmortems/templates/new/": TEMPLATE | {"slug": "brief", "title_0": "Summary", "kind_0": "text"},
        "/postmortems/templates/<slug>/edit/": TEMPLATE
        | {"title_0": "Summary", "kind_0": "text", "version": 1},
        "/postmortems/<key>/sections/<slug>/blocks/new/": {"kind": "detection"},
        "/postmortems/<key>/sections/<slug>/blocks/<kind>/": {"version": 1},
        "/postmortems/<key>/trigger/": {"trigger_category": "hardware", "version": published},
        "/postmortems/<key>/factors/new/": FACTOR,
        "/postmortems/<key>/factors/<uuid>/edit/": FACTOR | {"position": 1, "version": w.factor.version},
        "/postmortems/<key>/lessons/new/": LESSON,
        "/postmortems/<key>/lessons/<uuid>/edit/": LESSON | {"position": 1, "version": w.lesson.version},
        "/postmortems/<key>/impact-values/new/": REVENUE,
        "/postmortems/<key>/impact-values/<uuid>/edit/": REVENUE
        | {"position": 1, "version": w.impact_value.version},
        "/postmortems/<key>/action-items/link/": {"item": w.spare.key},
        "/action-items/policy/edit/": USUAL,
        "/action-items/views/new/": {"name": "What is open", "query": "status=open"},
        "/action-items/views/<uuid>/edit/": {"name": "What is open"},
        "/action-items/bulk/": {"selected": w.item.key, "priority": 1},
        "/action-items/bulk/apply/": {"rows": f"{w.item.key}:{item}", "priority": 1},
        "/action-items/new/": PROMISE,
        "/action-items/<key>/edit/": PROMISE
        | {"done_when": "Seen", "owner": "bob", "team": "payments", "version": item},
        "/action-items/<key>/effect/": HELPED | {"version": w.kept.version},
        "/action-items/<key>/redate/": {
            "due_on": "2027-06-01",
            "reason": "The vendor is late",
            "version": item,
        },
        "/action-items/<key>/snooze/": {"until": w.item.due_on - timedelta(days=15)},
        "/action-items/<key>/assign/": {"owner": "alice", "version": item},
        "/action-items/<key>/split/": PROMISE_IN_PARTS | {"version": item},
        "/action-items/<key>/unsplit/": {"reason": "One change does both"},
        "/action-items/<key>/merge/": {"keys": w.spare.key, "sure": "1"},
        "/action-items/<key>/unmerge/": {"reason": "Another vendor"},
        "/action-items/<key>/watch/": {"on": "1"},
        "/action-items/<key>/checklist/new/": {"text": "Ask the vendor"},
        "/action-items/<key>/checklist/<uuid>/edit/": {
            "text": "Ask both vendors",
            "position": 1,
            "version": w.fresh("step").version,
        },
        "/action-items/<key>/checklist/<uuid>/tick/": {"done": "1"},
        "/action-items/<key>/checklist/<uuid>/move/": {"to": "up"},
        "/action-items/<key>/dependencies/new/": {"way": "waits_for", "other": w.spare.key},
        "/action-items/<key>/comments/new/": {"body": "@bob, how far is it?"},
        "/action-items/<key>/comments/<uuid>/edit/": {"body": "Half of it"},
        "/chat/accounts/new/": {
            "workspace": w.chat.uuid,
            "chat_user": "U9",
            "person": "bob",
        },
        "/chat/workspaces/new/": {"name": "Slack", "kind": "slack", "secret": "a signing secret"},
        "/chat/workspaces/<uuid>/edit/": {"name": "Slack", "is_enabled": "on"},
        "/integrations/new/": ALERTS | {"kind": "generic", "team": "payments"},
        "/integrations/<slug>/edit/": ALERTS | {"team": "payments"},
        "/integrations/<slug>/rotate/": {"overlap": 60},
        "/action-items/recurrences/new/<incident>/": {"of": w.incident.key, "item": w.item.key},
        "/action-items/recurrences/<uuid>/undo/": {"reason": "It is about something else"},
        "/toil/new/": entry,
        "/toil/many/": {"selected": str(w.toil.uuid), "category": "migration"},
        "/toil/many/apply/": {"rows": f"{w.toil.uuid}:{w.toil.version}", "category": "migration"},
        "/toil/entries/<uuid>/split/": {"duration": "5m", "version": w.toil.version},
        "/toil/recurring/new/": CHORE | {"duration": "25m", "weekdays": "MO"},
        "/toil/recurring/<uuid>/edit/": CHORE | {"duration": "5m", "rule": "FREQ=DAILY", "version": 1},
        "/toil/recurring/<uuid>/delete/": {"version": 1},
        "/toil/suggestions/answer/": {"selected": str(w.suggested.uuid), "to": "dismissed"},
        "/toil/week/": {"line-n0": "Restart it ~payments", "t-n0-0": "25"},
        "/toil/week/<week>/": {"line-n0": "Restart it ~payments", "t-n0-0": "25"},
        "/toil/entries/<uuid>/edit/": entry | {"text": "Restart them"},
        "/toil/drivers/new/": DRIVER,
        "/toil/drivers/<uuid>/edit/": DRIVER | {"version": w.driver.version},
        "/toil/drivers/<uuid>/values/": {"lines": "2026-03-01, 110"},
        "/toil/drivers/<uuid>/remove/": {"version": w.driver.version},
        "/toil/sources/new/": SOURCE | {"slug": "certs"},
        "/toil/sources/<slug>/reductions/new/": REDUCTION | WEIGHED,
        "/toil/reductions/<uuid>/edit/": REDUCTION
        | WEIGHED
        | {"item": w.reduction.item.key, "version": w.reduction.version},
        "/toil/reductions/<uuid>/remove/": {"version": w.reduction.version},
        "/toil/sources/<slug>/edit/": SOURCE | {"status": "open", "version": 1},
        "/toil/sources/<slug>/tickets/": {"quarter": quarter_name(TODAY), "count": 12},
        "/toil/teams/<slug>/budget/plan/": {"owner": "alice", "items": w.item.key},
        "/toil/teams/<slug>/weeks/<week>/confirm/": {"nothing_to_add": "1"},
        "/toil/imports/new/": {"file": a_file("time.csv", TIME_FILE), "team": "payments", "tz": "UTC"},
        "/toil/imports/<uuid>/read/": {"team": "payments", "tz": "own"},
        "/toil/imports/<uuid>/labels/": {field_of("project", "Ledger"): "#quota"},
        "/toil/quick/": {"line": "5m restart it ~payments"},
        "/toil/timer/start/": {"line": "restart it ~payments"},
        "/toil/entries/<uuid>/repeat/": {"duration": "5m"},
        "/toil/entries/<uuid>/confirm/": {"version": w.toil.version},
        "/toil/entries/<uuid>/dismiss/": {"version": w.toil.version},
        "/toil/entries/<uuid>/delete/": {"version": w.toil.version},
        "/trackers/new/": TRACKER | {"team": "payments"},
        "/trackers/<uuid>/edit/": {
            "name": "Shop here",
            "team": "payments",
            "base_url": w.tracker.base_url,
            "project": w.tracker.project,
            "version": w.tracker.version,
        },
        "/trackers/items/<key>/create/": {"connection": w.tracker.uuid},
        "/trackers/items/<key>/link/": {"url": w.issue_url},
        "/webhooks/new/": WEBHOOK,
        "/webhooks/<uuid>/edit/": WEBHOOK | {"version": w.webhook.version},
        "/markdown-preview/": {"text": "**bold**"},
    }
    return {("POST", route): body for route, body in sent.items()}


def api_bodies(w: World) -> dict[tuple[str, str], dict[str, Any]]:
    chosen = {"entries": [{"id": str(w.toil.uuid), "version": w.toil.version}]}
    sent: dict[str, dict[str, Any]] = {
        "PATCH /action-item-policy/": {"auto_verify": False},
        "PATCH /notification-preferences/": {"reviews": "digest"},
        "POST /action-item-views/": {"name": "What is open", "query": "status=open"},
        "PATCH /action-item-views/<uuid>/": {"name": "What is open"},
        "POST /action-item-changes/": {"items": [{"key": w.item.key}], "priority": "P1"},
        "POST /action-item-changes/preview/": {"items": [{"key": w.item.key}], "priority": "P1"},
        "POST /action-items/": {"title": "Cap retries"},
        "PATCH /action-items/<key>/": {"title": "Cap all retries"},
        "POST /action-items/<key>/effect/": HELPED,
        "POST /action-items/<key>/redate/": {"due_on": "2027-06-01", "reason": "The vendor is late"},
        "POST /action-items/<key>/snooze/": {"until": str(w.item.due_on - timedelta(days=15))},
        "POST /action-items/<key>/transitions/": {"to": "in_progress"},
        "POST /action-items/<key>/split/": {"parts": [{"title": "Count what is refused"}]},
        "POST /action-items/<key>/unsplit/": {"reason": "One change does both"},
        "POST /action-items/<key>/merge/": {"items": [w.spare.key]},
        "POST /action-items/<key>/unmerge/": {"reason": "Another vendor"},
        "POST /action-items/<key>/dependencies/": {"blocker": w.spare.key},
        "POST /action-items/<item>/checklist/": {"text": "Ask the vendor"},
        "PATCH /action-items/<item>/checklist/<uuid>/": {"is_done": True},
        "POST /action-items/<item>/comments/": {"body": "@bob, how far is it?"},
        "PATCH /action-items/<item>/comments/<uuid>/": {"body": "Half of it"},
        "POST /incident-fields/": {"slug": "customers", "name": "Customers"},
        "PATCH /incident-fields/<slug>/": {"name": "Regions"},
        "PATCH /incidents/<key>/fields/": {"values": {"region": "eu-west"}},
        "POST /incidents/": {"title": "Cards", "severity": 2, "services": ["checkout"], "summary": "Some"},
        "PATCH /incidents/<key>/": {"title": "Cards fail"},
        "POST /status-pages/": STATUS_PAGE,
        "PATCH /status-pages/<slug>/": {"is_on": False},
        "PUT /incidents/<key>/public-title/": {"title": "Cards are declined"},
        "POST /incidents/<key>/access/": {"person": "charlie", "ends_at": f"{SOON}T00:00:00Z"},
        "POST /incidents/<key>/timeline/": {"body": "Looking"},
        "PATCH /incidents/<key>/timeline/<entry>/": {"body": "Paused all of it"},
        "POST /incidents/<key>/updates/": {"conditions": "One in ten fails"},
        "PATCH /incidents/<key>/updates/<entry>/": {"conditions": "One in nine fails"},
        "POST /incidents/<key>/public-end/": {"reason": "Nobody outside noticed"},
        "PUT /incidents/<key>/milestones/<kind>/": {"at": None, "note": "Nobody knows"},
        "POST /users/<slug>/hand-over/": {
            "choices": [{"kind": "action_item", "key": w.item.key, "to": "alice"}]
        },
        "POST /incidents/hand-over/": {"person": "bob", "to": "alice"},
        "POST /incidents/<key>/merged/": {"incidents": [w.other.key]},
        "POST /incidents/<key>/split/": {"title": "Cards in Spain", "services": ["checkout"]},
        "POST /incidents/<key>/unmerge/": {"reason": "Another cause"},
        "POST /incidents/<key>/impact-windows/": {"service": "checkout", "start": NOW.isoformat()},
        "PATCH /incidents/<key>/impact-windows/<window>/": {"level": "down"},
        "POST /incidents/<key>/links/": {"kind": "related", "to": w.other.key},
        "POST /incidents/<key>/roles/": {"role": "scribe", "person": "bob"},
        "POST /incidents/<key>/transitions/": {"to": "identified"},
        "POST /chat-accounts/": {
            "workspace": str(w.chat.uuid),
            "chat_user": "U9",
            "person": "bob",
        },
        "POST /chat-accounts/<uuid>/transitions/": {"to": "confirmed"},
        "POST /chat-workspaces/": {"name": "Slack", "kind": "slack", "secret": "a signing secret"},
        "PATCH /chat-workspaces/<uuid>/": {"name": "Slack"},
        "PUT /alerts/<uuid>/vote/": {"vote": "useful"},
        "POST /intake/<key>/": {"dedup": "disk-db1", "summary": "The disk of db1 is full"},
        "POST /integrations/": ALERTS | {"kind": "generic", "team": "payments"},
        "PATCH /integrations/<slug>/": {"name": "Disk probes"},
        "POST /integrations/<slug>/transitions/": {"to": "disabled"},
        "POST /postmortem-obligations/": {"incident": w.other.key, "reason": "Two teams saw it"},
        "POST /postmortem-obligations/<uuid>/transitions/": {"to": "waived", "reason": "Told in another one"},
        "PATCH /postmortem-policy/": {"max_severity": 3},
        "POST /postmortems/": {"incidents": [w.incident.key]},
        "POST /postmortems/import/": {"files": a_file("ledger.md", DOCUMENT)},
        "PATCH /postmortems/<key>/": {"title": "Cards fail"},
        "POST /postmortems/<key>/action-items/": {"title": "Cap retries"},
        "POST /postmortems/<key>/reviews/": {"decision": "approved", "checks": CheckItem.values},
        "PUT /postmortems/<key>/reviewers/": {"reviewers": ["charlie"]},
        "PATCH /postmortems/<key>/public-version/": TOLD,
        "POST /postmortems/<key>/public-version/transitions/": {"to": "in_review"},
        "PUT /postmortems/<key>/readers/": {"people": ["charlie"]},
        "POST /postmortems/<key>/gates/": {"gate": "g1", "reason": "The vendor has replaced the part"},
        "PUT /postmortems/<key>/sections/<slug>/": {"body": "Better"},
        "POST /postmortems/<postmortem>/attachments/": {"file": a_file("queue.log")},
        "PATCH /postmortems/<postmortem>/attachments/<uuid>/": {"caption": "Its queue"},
        "POST /postmortems/<postmortem>/comments/": {"section": "summary", "body": "How do we know?"},
        "PATCH /postmortems/<postmortem>/comments/<uuid>/": {"body": "How do we know that?"},
        "POST /postmortems/<postmortem>/comments/<uuid>/transitions/": {"to": "resolved"},
        "POST /postmortems/<key>/sections/<slug>/hints/": {"body": "Bob forgot it"},
        "POST /postmortems/<key>/transitions/": {"to": "in_review"},
        "POST /postmortem-templates/": TEMPLATE
        | {"slug": "brief", "sections": [{"slug": "summary", "title": "Summary"}]},
        "PATCH /postmortem-templates/<slug>/": {"name": "Brief"},
        "POST /postmortems/<key>/sections/<slug>/blocks/": {"kind": "detection"},
        "PUT /factor-categories/": {"categories": FactorCategories.objects.current().categories},
        "POST /postmortems/<postmortem>/factors/": FACTOR,
        "PATCH /postmortems/<postmortem>/factors/<uuid>/": {"text": "Other words"},
        "POST /postmortems/<postmortem>/lessons/": LESSON,
        "PATCH /postmortems/<postmortem>/lessons/<uuid>/": {"text": "Other words"},
        "POST /postmortems/<postmortem>/impact-values/": REVENUE,
        "PATCH /postmortems/<postmortem>/impact-values/<uuid>/": {"method": "Other words"},
        "POST /recurrences/": {
            "incident": w.other.key,
            "of": w.incident.key,
            "action_item": w.item.key,
        },
        "POST /recurrences/<uuid>/undo/": {"reason": "It is about something else"},
        "POST /services/": {"slug": "ledger", "name": "Ledger", "owner_team": "payments"},
        "PATCH /services/<slug>/": {"name": "Checkout 2"},
        "PATCH /severity-policy/": {"update_minutes": {"1": 15, "2": 60, "3": 240, "4": None}},
        "POST /teams/": {"slug": "ledger", "name": "Ledger"},
        "PATCH /teams/<slug>/": {"description": "Moves money"},
        "POST /teams/<team>/memberships/": {"person": "charlie", "valid_from": DAY},
        "PATCH /teams/<team>/memberships/<uuid>/": {"since": DAY, "allocation_pct": 50},
        "POST /teams/<team>/memberships/<uuid>/end/": {"valid_to": DAY},
        "POST /toil-entries/": {"text": "Restart it", "seconds": 600, "team": "payments"},
        "POST /toil-imports/": {"file": a_file("time.csv", TIME_FILE), "team": "payments"},
        "PATCH /toil-imports/<uuid>/": {"zone": "own"},
        "PUT /toil-imports/<uuid>/labels/": {
            "labels": [{"part": "project", "name": "Ledger", "means": "#quota"}]
        },
        "POST /toil-entry-changes/": chosen | {"category": "migration"},
        "POST /toil-entry-changes/preview/": chosen | {"category": "migration"},
        "POST /toil-entry-changes/merge/": {
            "entries": [{"id": str(w.toil.uuid)}, {"id": str(w.more_toil.uuid)}]
        },
        "POST /toil-entry-changes/split/": {"entry": {"id": str(w.toil.uuid)}, "seconds": 300},
        "POST /toil-recurring/": {
            "text": "Rotate it",
            "seconds": 300,
            "team": "payments",
            "rule": "FREQ=DAILY",
        },
        "PATCH /toil-recurring/<uuid>/": {"seconds": 600},
        "POST /toil-suggestions/answers/": {"to": "dismissed", "ids": [str(w.suggested.uuid)]},
        "POST /toil-sources/": SOURCE | {"slug": "certs"},
        "POST /toil-drivers/": DRIVER,
        "PATCH /toil-drivers/<uuid>/": {"unit": "machines"},
        "PUT /toil-drivers/<uuid>/values/": {"lines": "2026-03-01,110"},
        "POST /toil-reductions/": REDUCTION | {"source": "quota", "build_minutes": 2400},
        "PATCH /toil-reductions/<uuid>/": {"build_minutes": 80},
        "PATCH /toil-sources/<slug>/": {"annoyance": 3},
        "PUT /toil/survey/": {"answers": []},
        "PUT /toil-sources/<slug>/tickets/": {"quarter": "2026-Q1", "count": 12},
        "PUT /teams/<slug>/toil/budget/": {"owner": "alice", "items": [w.item.key]},
        "POST /toil-checkins/": {"team": "payments", "week": w.checkin.week, "nothing_to_add": True},
        "POST /toil-entries/<uuid>/repeat/": {"duration": "5m"},
        "POST /timer/": {"line": "restart it ~payments"},
        "POST /toil-entries/<uuid>/transitions/": {"to": "confirmed"},
        "PATCH /toil-entries/<uuid>/": {"text": "Restart them"},
        "POST /users/": {"name": "Dora", "email": "dora@ballast.example"},
        "PATCH /users/me/": {"name": "Renamed"},
        "PATCH /users/<slug>/": {"name": "Bob B"},
        "POST /users/<slug>/transitions/": {"to": "deactivated"},
        "POST /users/<user>/schedules/": WEEK | {"valid_from": DAY},
        "POST /users/<user>/absences/": {"first_on": DAY, "last_on": DAY},
        "POST /action-items/<key>/tracker/": {"tracker": str(w.tracker.uuid)},
        "PUT /action-items/<key>/tracker/": {"url": w.issue_url},
        "POST /trackers/": TRACKER | {"team": "payments"},
        "PATCH /trackers/<uuid>/": {"name": "Shop here"},
        "POST /webhooks/": WEBHOOK,
        "PATCH /webhooks/<uuid>/": {"name": "Chat"},
    }
    named = {name: name.split(" ") for name in sent}
    return {(named[name][0], f"/api/v1{named[name][1]}"): body for name, body in sent.items()}
