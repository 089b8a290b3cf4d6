"""The table of resources: where each is listed, what makes one more row, and which filters it answers."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from apps.accounts.filters import PersonFilter, TeamFilter
from apps.action_items.filters import ActionItemFilter, EffectFilter, RecurrenceFilter, SavedViewFilter
from apps.action_items.models import ActionItem
from apps.action_items.operations import mark_recurrence, save_view, transition
from apps.audit.filters import AuditFilter
from apps.chat.filters import ChatAccountFilter, WorkspaceFilter
from apps.chat.models import Workspace
from apps.chat.operations import add_workspace, claim_account, confirm_account
from apps.core.filters import ResourceFilter
from apps.incidents.filters import CustomFieldFilter, IncidentFilter
from apps.incidents.operations import add_field, declare_incident
from apps.intake.filters import AlertFilter, IntakeDeliveryFilter, IntegrationFilter
from apps.intake.operations import add_integration, process_due, receive_delivery, vote_on_alert
from apps.notifications.filters import InboxFilter, OutboxFilter
from apps.notifications.operations import queue_email
from apps.postmortems.filters import PostmortemFilter
from apps.postmortems.operations import (
    draft_postmortem,
    except_gate,
    request_postmortem,
    transition_obligation,
)
from apps.postmortems.owed_filters import ObligationFilter
from apps.services.filters import ServiceFilter
from apps.services.operations import add_service
from apps.status_page.filters import StatusPageFilter
from apps.status_page.operations import add_page
from apps.toil.drivers.filters import DriverFilter
from apps.toil.filters import (
    RecurringFilter,
    ReductionFilter,
    TeamToilFilter,
    ToilEntryFilter,
    ToilSourceFilter,
    WeekCheckinFilter,
)
from apps.toil.imports.filters import ToilImportFilter
from apps.toil.models import ToilSource
from apps.toil.operations import (
    add_driver,
    add_recurring,
    add_reduction,
    add_source,
    confirm_week,
    go_on,
    log_entry,
    put_driver_values,
    start_import,
    upload_file,
)
from apps.trackers.filters import ConnectionFilter, ExternalRefFilter
from apps.trackers.models import Connection
from apps.trackers.operations import add_connection, ask_for_issue
from apps.webhooks.events import EventType
from apps.webhooks.filters import DeliveryFilter, EndpointFilter
from apps.webhooks.models import Endpoint
from apps.webhooks.operations import add_endpoint, send_test
from tests import factories
from tests.security.world import NOW, TODAY, item_of


@dataclass(frozen=True)
class Resource:
    """`name` reads what tells rows apart, from a row of the API and from a line of the CSV."""

    web: str
    filters: type[ResourceFilter]
    make: Callable[[Any, int], Any]
    name: str
    column: str = ""
    api: str = ""
    queries: tuple[str, ...] = ()
    stranger: int = 200  # what somebody gets who belongs nowhere
    is_never_empty: bool = False

    def __str__(self) -> str:
        return self.web


def make_incident(cast: Any, n: int) -> None:
    declare_incident(
        title=f"Outage {n}",
        severity=1 + n % 4,
        services=[cast.checkout],
        commander=cast.alice,
        started_at=NOW - timedelta(hours=n + 1),
        by=cast.alice,
        now=NOW,
    )


def make_field(cast: Any, n: int) -> None:
    kinds = {"kind": "choice", "choices": ["yes", "no"], "needed_at": "closed"} if n % 2 else {}
    add_field(slug=f"field-{n}", name=f"Question {n}", position=n, by=cast.root, **kinds)


def make_postmortem(cast: Any, n: int) -> None:
    incident = factories.make_incident(by=cast.alice, services=[cast.checkout], title=f"Outage {n}")
    row = draft_postmortem([incident], tags=[f"tag-{n}"], now=NOW, by=cast.alice)
    if n % 2:
        except_gate(row, gate="g4", reason="Nobody counted, and nobody can.", now=NOW, by=cast.root)


def make_obligation(cast: Any, n: int) -> None:
    """Every third one is waived."""
    incident = factories.make_incident(
        by=cast.alice, services=[cast.checkout], title=f"Outage {n}", severity=1 + n % 4
    )
    row = request_postmortem(incident, reason=f"Reason {n}", by=cast.alice, now=NOW - timedelta(days=9 * n))
    if n % 3 == 0:
        transition_obligation(row, to="waived", reason="Told elsewhere", by=cast.root, now=NOW)


def make_item(cast: Any, n: int) -> None:
    incident = factories.make_incident(by=cast.alice, title=f"Outage {n}")
    item_of(incident, cast.payments, owner=cast.bob, by=cast.alice, title=f"Promise {n}")


def make_view(cast: Any, n: int) -> None:
    """Every other one is shared."""
    team = cast.payments if n % 2 else None
    save_view(name=f"View {n:02}", query="status=open", team=team, is_board=n % 3 == 0, by=cast.alice)


def make_kept(cast: Any, n: int) -> None:
    """Some are to be looked at now, some later, of some it is said that they held."""
    incident = factories.make_incident(by=cast.alice, title=f"Outage {n}")
    item = item_of(incident, cast.payments, owner=cast.bob, by=cast.alice, title=f"Promise {n}")
    transition(item, to="done", by=cast.bob, now=NOW + timedelta(seconds=n))
    day = date(2020, 5, 4) if n % 3 else date(2090, 5, 4)
    said = "held" if n % 3 == 1 else ""
    ActionItem.objects.filter(pk=item.pk).update(effectiveness_check_on=day, effect=said)


def make_recurrence(cast: Any, n: int) -> None:
    before, again = (factories.make_incident(by=cast.alice, title=f"Outage {n}") for _ in range(2))
    item = item_of(before, cast.payments, owner=cast.bob, by=cast.alice, title=f"Promise {n}")
    mark_recurrence(again, of=before, item=item, by=cast.alice, now=NOW + timedelta(seconds=n))


def make_service(cast: Any, n: int) -> None:
    needs = {cast.checkout: "hard"}
    add_service(
        slug=f"service-{n:02}",
        name=f"Service {n}",
        tier=n % 4,
        owner_team=cast.payments,
        tags=[f"tag-{n}"],
        links={"runbook": "https://example.com/"},
        needs=needs,
        by=cast.alice,
    )


def make_status_page(cast: Any, n: int) -> None:
    service = factories.make_service(owner_team=cast.payments)
    add_page(service=service, slug=f"public-{n:02}", name=f"Public {n:02}", is_on=n % 2 == 0, by=cast.root)


def make_source(cast: Any, n: int) -> None:
    about = {"team": cast.payments, "service": cast.checkout if n % 2 else None}
    add_source(name=f"Chore {n:02}", slug=f"chore-{n:02}", **about, by=cast.alice)


def make_driver(cast: Any, n: int) -> None:
    place = {"service": cast.checkout} if n % 2 else {"source": _source(cast)}
    row = add_driver(name=f"Driver {n:02}", unit="hosts", team=cast.payments, **place, by=cast.alice)
    put_driver_values(row, {TODAY: Decimal(100 + n)}, by=cast.alice)


def _source(cast: Any) -> ToilSource:
    found = ToilSource.objects.filter(slug="chore").first()
    return found or add_source(name="Chore", slug="chore", team=cast.payments, by=cast.alice)


def make_reduction(cast: Any, n: int) -> None:
    """All but every other one from the second on are promised, and kept."""
    source = add_source(name=f"Chore {n:02}", slug=f"chore-{n:02}", team=cast.payments, by=cast.alice)
    kept = {"title": f"Promise {n}", "status": "done", "done_at": NOW}
    item = None if n > 1 and n % 2 else factories.make_action_item(by=cast.alice, **kept)
    plan = {"strategy": "automate" if n % 3 else "reject", "expected_pct": 50, "build_minutes": 60 * n}
    add_reduction(source, **plan, item=item, by=cast.alice, now=NOW)


def make_recurring(cast: Any, n: int) -> None:
    chore = {"text": f"Chore {n}", "seconds": 60 * (n + 1), "rule": "FREQ=DAILY", "is_paused": bool(n % 2)}
    add_recurring(person=cast.alice, team=cast.payments, **chore, by=cast.alice, now=NOW)


def make_toil(cast: Any, n: int) -> None:
    day = TODAY - timedelta(days=n)
    text = f"Restart it, {n}"
    made = {"person": cast.alice, "team": cast.payments, "service": cast.checkout, "by": cast.alice}
    log_entry(text=text, seconds=60 * (n + 1), local_date=day, now=NOW, **made)


def make_time_file(cast: Any, n: int) -> None:
    """All but the last one are imported."""
    raw = f"email,date,minutes,text\nalice@ballast.example,{TODAY - timedelta(days=n)},{n + 1},Chore {n}\n"
    upload = {"team": cast.payments, "name": f"time-{n:02}.csv", "tz": "UTC", "now": NOW, "by": cast.alice}
    go_on(start_import(upload_file(chunks=[raw.encode()], **upload), now=NOW, by=cast.alice), now=NOW)
    upload_file(chunks=[raw.encode()], **upload | {"name": "again.csv"})


def make_checkin(cast: Any, n: int) -> None:
    monday = TODAY - timedelta(days=TODAY.weekday() + 7 * (n + 1))
    said = {"person": cast.alice, "team": cast.payments, "nothing_to_add": True}
    confirm_week(**said, monday=monday, by=cast.alice, now=NOW)


def make_person(cast: Any, n: int) -> None:
    factories.make_user(f"dora{n}", team=cast.payments)


def make_team(cast: Any, n: int) -> None:
    team = factories.make_team(name=f"Group {n}", slug=f"group-{n}")
    factories.make_membership(cast.bob, team, role="lead")


def make_mail(cast: Any, n: int) -> None:
    for recipient in (cast.alice, cast.charlie):
        queue_email(
            recipient,
            kind="digest",
            once_per=f"mail-{recipient.pk}-{n}",
            not_before=NOW + timedelta(hours=n),
            expires_at=NOW + timedelta(days=9),
        )


def make_message(cast: Any, n: int) -> None:
    for recipient in (cast.alice, cast.charlie):
        queue_email(
            recipient,
            kind="digest",
            once_per=f"message-{recipient.pk}-{n}",
            not_before=NOW - timedelta(hours=n),
            expires_at=NOW + timedelta(days=9),
        )


def make_webhook(cast: Any, n: int) -> Endpoint:
    url = f"https://hooks.example.com/{n}"
    fields = {"name": f"Hook {n}", "url": url, "events": EventType.values, "is_enabled": n % 2 == 0}
    return add_endpoint(**fields, by=cast.root, now=NOW)


def make_delivery(cast: Any, n: int) -> None:
    send_test(make_webhook(cast, n), once_per=str(n), by=cast.root, now=NOW + timedelta(minutes=n))


def make_tracker(cast: Any, n: int) -> Connection:
    """Every other one is paused."""
    fields = {
        "name": f"Shop {n:02}",
        "project": f"acme/shop-{n}",
        "token": "a-token",
        "is_enabled": n % 2 == 0,
    }
    kind, team = ("github", "gitlab")[n % 2], cast.payments if n % 3 else None
    return add_connection(**fields, kind=kind, team=team, by=cast.root, now=NOW)


def make_link(cast: Any, n: int) -> None:
    team = cast.payments
    item = factories.make_action_item(by=cast.bob, team=team, title=f"Promise {n}")
    ask_for_issue(item, connection=make_tracker(cast, 2 * n), by=cast.root, now=NOW + timedelta(minutes=n))


def make_integration(cast: Any, n: int) -> None:
    kind = ("generic", "sentry")[n % 2]
    service = cast.checkout if n % 3 else None
    add_integration(name=f"Sender {n:02}", kind=kind, team=cast.payments, service=service, by=cast.root)


def make_chat(cast: Any, n: int) -> Workspace:
    kind = ("slack", "mattermost")[n % 2]
    return add_workspace(name=f"Chat {n:02}", kind=kind, secret="kept", by=cast.root)


def make_account(cast: Any, n: int) -> None:
    """Every other one is confirmed; charlie has some, too."""
    for person in (cast.alice, cast.charlie):
        user = f"U{n:02}-{person.slug}"
        row = claim_account(
            make_chat(cast, 2 * n + (person == cast.alice)),
            chat_user=user,
            chat_name=user.lower(),
            email=person.email,
            now=NOW + timedelta(minutes=n),
        )
        if row and n % 2:
            confirm_account(row, by=person, now=NOW)


def make_arrival(cast: Any, n: int) -> None:
    """Each from a sender of its own; every other one is processed and has opened a candidate."""
    row, _ = add_integration(name=f"Sender {n:02}", kind="generic", team=cast.payments, by=cast.root)
    payload = {"dedup": f"disk-{n}", "summary": f"Disk {n} is full"}
    moment = NOW - timedelta(minutes=20 * n)
    receive_delivery(row, body=json.dumps(payload), payload=payload, headers={}, now=moment)
    if n % 2 == 0:
        process_due(moment)


def make_alert(cast: Any, n: int) -> None:
    """Each from a sender of its own, and bob has said what he thinks of it."""
    sender, _ = add_integration(name=f"Sender {n:02}", kind="generic", team=cast.payments, by=cast.root)
    payload = {"dedup": f"disk-{n}", "summary": f"Disk {n} is full"}
    moment = NOW - timedelta(minutes=20 * n)
    row, _ = receive_delivery(sender, body=json.dumps(payload), payload=payload, headers={}, now=moment)
    process_due(moment)
    row.refresh_from_db()
    vote_on_alert(row.alert, vote=("useful", "noise")[n % 2], by=cast.bob, now=moment)


RESOURCES = [
    Resource(
        "/incidents/",
        IncidentFilter,
        make_incident,
        "key",
        "key",
        "/api/v1/incidents/",
        (
            "severity=1",
            "severity=1&severity=2",
            "status=open",
            "status=resolved",
            "service=checkout",
            "team=payments",
            "kind=drill",
            "update=late",
            "missing=mitigated",
            "timed=detected&timed=declared",
            "estimated=impact_started",
            "guessed=true",
            "duplicate=false",
            "q=Outage 1",
        ),
    ),
    Resource(
        "/incidents/fields/",
        CustomFieldFilter,
        make_field,
        "slug",
        "field",
        "/api/v1/incident-fields/",
        ("q=Question 1", "kind=choice", "kind=user", "needed_at=closed", "retired=false", "retired=true"),
    ),
    Resource(
        "/postmortems/",
        PostmortemFilter,
        make_postmortem,
        "key",
        "key",
        "/api/v1/postmortems/",
        (
            "status=draft",
            "status=published",
            "severity=3",
            "severity=1&severity=2",
            f"quarter={NOW.year}-Q{(NOW.month + 2) // 3}",
            "quarter=1999-Q4",
            "trigger=hardware",
            "factor=network",
            "service=checkout",
            "team=payments",
            "owner=alice",
            "q=Outage 1",
            "q=outag -7",
            "tag=tag-1",
            "exception=any",
            "exception=g2",
        ),
    ),
    Resource(
        "/postmortems/owed/",
        ObligationFilter,
        make_obligation,
        "id",
        "id",
        "/api/v1/postmortem-obligations/",
        (
            "status=owed",
            "status=waived",
            "severity=1",
            "due=overdue",
            "due=week",
            "team=payments",
            "service=checkout",
            "owner=alice",
            "owner=nobody",
            "incident=INC-2",
            "q=Outage 1",
        ),
    ),
    Resource(
        "/action-items/",
        ActionItemFilter,
        make_item,
        "key",
        "key",
        "/api/v1/action-items/",
        (
            "status=open",
            "status=done",
            "priority=P2",
            "owner=bob",
            "team=payments",
            "q=Promise 1",
            "due=overdue",
            "source=incident",
            "blocked=true",
            "blocked=false",
        ),
    ),
    Resource(
        "/action-items/views/",
        SavedViewFilter,
        make_view,
        "id",
        "id",
        "/api/v1/action-item-views/",
        ("q=View 01", "shared=true", "shared=false"),
    ),
    Resource(
        "/action-items/effects/",
        EffectFilter,
        make_kept,
        "key",
        "key",
        queries=("check=due", "check=coming", "check=held", "team=payments", "owner=bob", "q=Promise 1"),
    ),
    Resource(
        "/action-items/recurrences/",
        RecurrenceFilter,
        make_recurrence,
        "id",
        "id",
        "/api/v1/recurrences/",
        (
            "team=payments",
            "q=Promise 1",
            "standing=true",
            "standing=false",
            "incident=INC-2",
            "action_item=ACT-1",
        ),
    ),
    Resource(
        "/services/",
        ServiceFilter,
        make_service,
        "slug",
        "service",
        "/api/v1/services/",
        ("tier=1", "lifecycle=production", "lifecycle=retired", "team=payments", "q=Service 1", "tag=tag-1"),
        is_never_empty=True,
    ),
    Resource(
        "/toil/",
        ToilEntryFilter,
        make_toil,
        "id",
        "id",
        "/api/v1/toil-entries/",
        (
            "team=payments",
            "service=checkout",
            "category=other",
            "category=migration",
            "kind=toil",
            f"since={TODAY}",
            "person=alice",
            "q=Restart it, 1",
        ),
    ),
    Resource(
        "/people/",
        PersonFilter,
        make_person,
        "slug",
        "person",
        "/api/v1/users/",
        ("role=admin", "role=member", "team=payments", "status=active", "q=dora1"),
        is_never_empty=True,
    ),
    Resource(
        "/teams/",
        TeamFilter,
        make_team,
        "slug",
        "team",
        "/api/v1/teams/",
        ("q=group-1",),
        is_never_empty=True,
    ),
    Resource(
        "/audit/",
        AuditFilter,
        make_incident,
        "at",
        "at",
        "/api/v1/audit-events/",
        ("verb=incident", "door=command", "door=web", f"since={TODAY}", "actor=alice", "q=INC-1"),
        stranger=404,
        is_never_empty=True,
    ),
    Resource(
        "/status-pages/",
        StatusPageFilter,
        make_status_page,
        "slug",
        "slug",
        "/api/v1/status-pages/",
        ("on=true", "on=false", "q=Public 1"),
        stranger=404,
    ),
    Resource(
        "/inbox/",
        InboxFilter,
        make_message,
        "due_at",
        "came",
        "/api/v1/inbox/",
        ("unread=true", "unread=false", "category=reminders", "q=digest"),
    ),
    Resource(
        "/notifications/",
        OutboxFilter,
        make_mail,
        "subject",
        queries=("status=queued", "status=sent", "trouble=true"),
    ),
    Resource(
        "/chat/",
        ChatAccountFilter,
        make_account,
        "uuid",
        "account",
        "/api/v1/chat-accounts/",
        ("state=claimed", "state=confirmed", "q=u01"),
    ),
    Resource(
        "/chat/workspaces/",
        WorkspaceFilter,
        make_chat,
        "uuid",
        "chat",
        "/api/v1/chat-workspaces/",
        ("kind=slack", "state=enabled", "state=disabled", "q=Chat 01"),
        stranger=404,
    ),
    Resource(
        "/integrations/",
        IntegrationFilter,
        make_integration,
        "slug",
        "integration",
        "/api/v1/integrations/",
        ("kind=sentry", "team=payments", "state=enabled", "state=disabled", "q=Sender 01"),
        stranger=404,
    ),
    Resource(
        "/integrations/alerts/",
        AlertFilter,
        make_alert,
        "uuid",
        "alert",
        "/api/v1/alerts/",
        ("q=Disk 1", "incident=INC-1", "integration=sender-01", "firing=true", "firing=false"),
    ),
    Resource(
        "/integrations/deliveries/",
        IntakeDeliveryFilter,
        make_arrival,
        "uuid",
        "delivery",
        "/api/v1/intake-deliveries/",
        ("integration=sender-01", "status=received", "outcome=opened", f"since={TODAY}", "q=Disk 1"),
        stranger=404,
    ),
    Resource(
        "/toil/sources/",
        ToilSourceFilter,
        make_source,
        "slug",
        "source",
        "/api/v1/toil-sources/",
        (
            "team=payments",
            "service=checkout",
            "category=migration",
            "status=open",
            "status=retired",
            "q=Chore 1",
        ),
    ),
    Resource(
        "/toil/recurring/",
        RecurringFilter,
        make_recurring,
        "id",
        "id",
        "/api/v1/toil-recurring/",
        ("team=payments", "state=paused", "state=running", "q=Chore 1"),
    ),
    Resource(
        "/toil/reductions/",
        ReductionFilter,
        make_reduction,
        "source",
        "source",
        "/api/v1/toil-reductions/",
        ("state=ideas", "state=done", "team=payments", "source=chore-01", "strategy=automate", "q=Chore 01"),
    ),
    Resource(
        "/toil/imports/",
        ToilImportFilter,
        make_time_file,
        "id",
        "import",
        "/api/v1/toil-imports/",
        ("team=payments", "tool=generic", "tool=toggl", "state=ready", "state=done", "q=time-01"),
    ),
    Resource(
        "/toil/checkins/",
        WeekCheckinFilter,
        make_checkin,
        "id",
        "id",
        "/api/v1/toil-checkins/",
        ("team=payments", "person=alice", f"since={TODAY}", f"until={TODAY}"),
    ),
    Resource(
        "/toil/services/",
        ServiceFilter,
        make_service,
        "service",
        "service",
        "/api/v1/toil-services/",
        ("tier=1", "team=payments", "q=Service 1", "tag=tag-1"),
        is_never_empty=True,
    ),
    Resource(
        "/toil/drivers/",
        DriverFilter,
        make_driver,
        "name",
        "driver",
        "/api/v1/toil-drivers/",
        ("team=payments", "service=checkout", "source=chore", "q=Driver 01"),
    ),
    Resource("/toil/teams/", TeamToilFilter, make_team, "slug", queries=("q=Group 1",), is_never_empty=True),
    Resource(
        "/trackers/",
        ConnectionFilter,
        make_tracker,
        "id",
        "tracker",
        "/api/v1/trackers/",
        ("kind=gitlab", "state=enabled", "state=paused", "state=failing", "q=Shop 01"),
        stranger=404,
    ),
    Resource(
        "/trackers/links/",
        ExternalRefFilter,
        make_link,
        "action_item",
        "item",
        "/api/v1/tracker-links/",
        ("state=wanted", "state=linked", "state=troubled", "state=differs", "remote=open", "q=Promise 1"),
    ),
    Resource(
        "/webhooks/",
        EndpointFilter,
        make_webhook,
        "id",
        "webhook",
        "/api/v1/webhooks/",
        ("kind=ballast", "kind=slack", "state=enabled", "state=disabled", "state=failing", "q=Hook 1"),
        stranger=404,
    ),
    Resource(
        "/webhooks/deliveries/",
        DeliveryFilter,
        make_delivery,
        "id",
        "id",
        "/api/v1/webhook-deliveries/",
        ("status=queued", "status=dead", "type=webhook.test", "q=Hook 1"),
        stranger=404,
    ),
]
