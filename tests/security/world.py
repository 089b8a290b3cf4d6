"""A small organisation in which every address of the portal leads to something."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.accounts import operations as people
from apps.accounts.models import Absence, ApiToken, Membership, Team, User
from apps.action_items import operations as action_items
from apps.action_items.models import (
    ActionItem,
    BulkChange,
    CalendarKey,
    ChecklistStep,
    Dependency,
    ItemComment,
    Recurrence,
    SavedView,
)
from apps.action_items.operations import (
    BulkWish,
    add_action_item,
    apply_bulk_change,
    mark_recurrence,
    open_calendar,
    redate,
    save_view,
    transition,
)
from apps.chat.models import ChatAccount, Workspace
from apps.chat.operations import add_workspace, claim_account
from apps.incidents.models import ImpactWindow, Incident, IncidentGrant, IncidentLink, TimelineEntry
from apps.incidents.operations import (
    add_entry,
    add_field,
    assign_role,
    declare_incident,
    edit_entry,
    grant_access,
    link_incidents,
    merge_incidents,
    note_reading,
    post_update,
)
from apps.intake.models import Alert, Integration
from apps.intake.models import Delivery as Arrival
from apps.intake.operations import add_integration, process_due, receive_delivery
from apps.notifications.health import PLANNER
from apps.notifications.models import OutboxMail
from apps.notifications.operations import note_run, outbox_row
from apps.postmortems.files.receiving import receive
from apps.postmortems.models import (
    Attachment,
    CheckItem,
    Comment,
    Factor,
    ImpactValue,
    ImportBatch,
    Lesson,
    Part,
    Postmortem,
    PostmortemObligation,
)
from apps.postmortems.models.public_version import WORDS
from apps.postmortems.operations import (
    add_attachment,
    add_comment,
    add_part,
    choose_readers,
    decide_review,
    draft_postmortem,
    except_gate,
    link_action_item,
    make_feed_key,
    preview_import,
    publish_postmortem,
    request_postmortem,
    save_section,
    submit_for_review,
    transition_postmortem,
    transition_public_version,
    write_public_version,
)
from apps.services.models import Service
from apps.services.operations import add_service
from apps.status_page import operations as status_page
from apps.status_page.models import Report
from apps.toil.models import (
    BudgetChange,
    Driver,
    EntryChange,
    Recurring,
    Reduction,
    Suggestion,
    ToilBudget,
    ToilEntry,
    ToilImport,
    WeekCheckin,
)
from apps.toil.operations import (
    EntryWish,
    add_driver,
    add_recurring,
    add_reduction,
    add_source,
    change_entries,
    confirm_week,
    go_on,
    log_entry,
    plan_budget,
    put_driver_values,
    recompute_entry,
    recompute_weeks,
    start_import,
    start_timer,
    upload_file,
)
from apps.trackers.models import Connection, ExternalRef
from apps.trackers.operations import add_connection, ask_for_issue
from apps.webhooks.events import EventType
from apps.webhooks.models import Delivery, Endpoint
from apps.webhooks.operations import add_endpoint, plan_deliveries
from tests.factories import make_membership, make_team, make_user

NOW = datetime.now(UTC).replace(microsecond=0)
TODAY = NOW.date()
DOCUMENT = (
    "---\nuuid: world-1\ntitle: Files sent twice\ncompany: Acme\nproduct: Ledger\n---\nThe lease lapsed.\n"
)
TIME_FILE = (
    f"email,date,minutes,text,project\nbob@ballast.example,{TODAY - timedelta(days=1)},10,Restart,Ledger\n"
)
ROLES = ("anon", "charlie", "bob", "alice", "ada", "root")


@dataclass(frozen=True)
class World:
    """alice leads Payments, bob is a member of it, charlie belongs nowhere; blue is a member of Search."""

    alice: User
    bob: User
    charlie: User
    root: User
    ada: User
    blue: User
    payments: Team
    search: Team
    checkout: Service
    membership: Membership
    token: ApiToken
    absence: Absence
    incident: Incident
    other: Incident
    private: Incident
    grant: IncidentGrant
    entry: TimelineEntry
    update: TimelineEntry
    link: IncidentLink
    window: ImpactWindow
    absorbed: Incident
    published: Postmortem
    reviewed: Postmortem
    factor: Factor
    lesson: Lesson
    comment: Comment
    attachment: Attachment
    impact_value: ImpactValue
    obligation: PostmortemObligation
    item: ActionItem
    spare: ActionItem
    kept: ActionItem
    bulk: BulkChange
    twin: ActionItem  # merged into `spare`
    whole: ActionItem  # split
    recurrence: Recurrence
    remark: ItemComment
    step: ChecklistStep
    dependency: Dependency
    toil: ToilEntry
    driver: Driver
    suggested: ToilEntry
    more_toil: ToilEntry
    entry_change: EntryChange
    recurring: Recurring
    checkin: WeekCheckin
    reduction: Reduction
    taken_over: ToilImport
    time_file: ToilImport  # waits for its button
    webhook: Endpoint
    delivery: Delivery
    integration: Integration
    intake_key: str
    arrival: Arrival
    tracker: Connection
    issue_url: str  # that `spare` is linked to
    letter: OutboxMail
    alert: Alert
    chat: Workspace
    chat_account: ChatAccount
    feed_token: str
    view: SavedView
    calendar: CalendarKey
    calendar_token: str
    upload: ImportBatch
    told: str  # the public address of `published`

    def person(self, role: str) -> User | None:
        return None if role == "anon" else getattr(self, role)

    def fresh(self, name: str) -> Any:
        row = getattr(self, name)
        return type(row).objects.get(pk=row.pk)


def make_world() -> World:
    note_run(PLANNER, timezone.now())
    payments = make_team(name="Payments", slug="payments")
    search = make_team(name="Search", slug="search")
    alice = make_user("alice", team=payments, role="lead")
    bob = make_user("bob", team=payments)
    charlie, blue = make_user("charlie"), make_user("blue", team=search)
    root, ada = make_user("root", org_role="admin"), make_user("ada", org_role="auditor")
    made: dict[str, Any] = {
        "checkout": add_service(
            slug="checkout", name="Checkout", owner_team=payments, tags=["cards"], by=alice
        ),
        "membership": Membership.objects.get(user=bob),
        "token": people.create_token(
            alice, name="deploy", scope="read", expires_at=NOW + timedelta(days=30), by=alice, now=NOW
        )[0],
        "absence": people.add_absence(bob, first_on=date(2026, 3, 2), last_on=date(2026, 3, 3), by=bob),
    }
    add_field(slug="region", name="Region", by=root)
    made |= make_incidents(made["checkout"], alice=alice, bob=bob)
    made |= make_private(made["checkout"], alice=alice, bob=bob)
    note_reading([made["private"]], by=root, now=timezone.now())  # once a day, so not in the midst of a test
    add_service(slug="refunds", name="Refunds", owner_team=payments, by=alice)  # nobody outside knows of it
    status_page.add_page(name="Status", is_on=True, by=root)
    status_page.add_page(service=made["checkout"], slug="cards", name="Cards", is_on=True, by=root)
    left = make_team(name="Left", slug="left")  # yesterday bob's, some day alice's
    make_membership(bob, left, valid_to=TODAY)
    make_membership(alice, left, valid_from=TODAY + timedelta(days=2))
    made |= make_follow_ups(made["incident"], payments, alice=alice, bob=bob, root=root)
    made["recurrence"] = mark_recurrence(
        made["other"], of=made["incident"], item=made["spare"], by=alice, now=NOW
    )
    made["toil"] = log_entry(
        person=bob,
        team=payments,
        text="Restart a stuck consumer",
        seconds=1500,
        local_date=TODAY,
        by=bob,
        now=NOW,
    )
    recompute_entry(made["toil"], now=NOW)
    start_timer(person=bob, team=payments, text="Rotate certificates", by=bob, now=NOW - timedelta(minutes=5))
    made["suggested"] = suggest_to(bob, payments)
    made["more_toil"] = log_entry(
        person=bob, team=payments, text="Once more", seconds=600, local_date=TODAY, by=bob, now=NOW
    )
    recompute_entry(made["more_toil"], now=NOW)
    wish = EntryWish({"category": "migration"})
    made["entry_change"] = change_entries([(made["more_toil"], None)], wish, by=bob, now=NOW)
    weekly = {"text": "Rotate certificates", "seconds": 1500, "rule": "FREQ=WEEKLY;BYDAY=MO"}
    made["recurring"] = add_recurring(person=bob, team=payments, **weekly, by=bob, now=NOW)
    quota = add_source(name="Quota tickets", slug="quota", team=payments, by=bob)
    plan = {"strategy": "automate", "expected_pct": 90, "build_minutes": 2400, "item": made["kept"]}
    made["reduction"] = add_reduction(quota, **plan, by=bob, now=NOW)
    hosts = {"name": "Hosts", "unit": "hosts", "source": quota}
    made["driver"] = add_driver(**hosts, team=payments, by=bob)
    put_driver_values(made["driver"], {TODAY: Decimal(110)}, by=bob)
    last_week = TODAY - timedelta(days=7)
    made["checkin"] = confirm_week(
        person=bob, team=payments, monday=last_week, nothing_to_add=True, by=bob, now=NOW
    )
    recompute_weeks(payments, [made["checkin"].monday], now=NOW)
    made |= make_time_files(payments, bob=bob)
    make_breach(payments, made["checkin"].monday)
    plan_budget(payments, owner=alice, items=[made["spare"]], by=root)
    made["view"] = save_view(name="In work", query="status=in_progress", team=payments, by=bob)
    made["calendar"], made["calendar_token"] = open_calendar(by=alice, now=NOW)
    made["feed_token"] = make_feed_key(by=alice, now=NOW)[1]
    made["upload"] = preview_import([("ledger.md", DOCUMENT.encode())], now=NOW, by=root)
    made |= make_webhook(root)
    made |= make_alerts(payments, root)
    made |= make_tracker(payments, made["spare"], alice=alice, bob=bob)
    named = {"alice": alice, "bob": bob, "charlie": charlie, "root": root, "ada": ada, "blue": blue}
    return World(**named, payments=payments, search=search, **made)


def make_time_files(team: Team, *, bob: User) -> dict[str, Any]:
    """One is imported, another waits for its button."""
    upload = {"team": team, "name": "time.csv", "tz": "UTC", "now": NOW, "by": bob}
    taken_over = upload_file(chunks=[TIME_FILE.replace("Restart", "Restart it").encode()], **upload)
    go_on(start_import(taken_over, now=NOW, by=bob), now=NOW)
    taken_over.refresh_from_db()
    return {"taken_over": taken_over, "time_file": upload_file(chunks=[TIME_FILE.encode()], **upload)}


def make_breach(team: Team, monday: date) -> None:
    """Over its cap for a quarter."""
    cap = {"team": team, "cap_pct": team.toil_cap_pct, "applies_to": team.cap_applies_to}
    steps = {"about": "level", "before": "warn", "after": "breach"}
    BudgetChange.objects.create(**cap, **steps, monday=monday, made_at=NOW)
    ToilBudget.objects.create(**cap, level="breach", since=monday, through=monday, judged_at=NOW)


def make_webhook(root: User) -> dict[str, Any]:
    """Somebody listens, and one delivery was given up."""
    fields = {"name": "Dashboard", "url": "https://hooks.example.com/secret-path", "events": EventType.values}
    webhook = add_endpoint(**fields, by=root, now=NOW - timedelta(hours=1))
    plan_deliveries(datetime.now(UTC))
    Delivery.objects.update(status="dead", error="Answered 500.")
    return {"webhook": webhook, "delivery": Delivery.objects.filter(object_type="incident").first()}


def make_tracker(team: Team, item: ActionItem, *, alice: User, bob: User) -> dict[str, Any]:
    """At an address that may not be called, with one issue that was made earlier."""
    fields = {"name": "Shop", "kind": "github", "base_url": "https://127.0.0.1", "project": "acme/shop"}
    tracker = add_connection(**fields, token="world-token", team=team, by=alice, now=NOW)
    follow(item, tracker, by=bob)
    return {"tracker": tracker, "issue_url": "https://127.0.0.1/acme/shop/issues/12"}


def follow(item: ActionItem, tracker: Connection, *, by: User, number: int = 12, text: str = "Open") -> None:
    ref = ask_for_issue(item, connection=tracker, confirm_private=True, by=by, now=NOW)
    key, url = f"acme/shop#{number}", f"https://127.0.0.1/acme/shop/issues/{number}"
    made = {"state": "linked", "number": str(number), "key": key, "url": url, "remote_state": "open"}
    ExternalRef.objects.filter(pk=ref.pk).update(**made, remote_words=text, note=text)


def make_incidents(service: Service, *, alice: User, bob: User) -> dict[str, Any]:
    def declare(title: str) -> Incident:
        return declare_incident(
            title=title,
            severity=3,
            services=[service],
            commander=alice,
            by=alice,
            now=NOW - timedelta(hours=1),
        )

    incident, other = declare("Card payments time out"), declare("Refunds are slow")
    entry = add_entry(incident, body="Paused the transfer", by=bob, now=NOW)
    edit_entry(entry, body="Paused every transfer", by=bob, now=NOW)
    public = {"is_public": True, "public_state": "investigating"}
    update = post_update(
        incident, conditions="One in ten fails", actions="Rolling back", **public, by=bob, now=NOW
    )
    link = link_incidents(incident, to=other, kind="caused_by", by=alice, now=NOW)
    window, absorbed = incident.impact_windows.get(), declare("Refunds wait")
    merge_incidents(other, merged=[absorbed], by=alice, now=NOW)
    assign_role(other, role="ops", person=bob, by=bob, now=NOW)
    return {
        "incident": incident,
        "other": other,
        "entry": entry,
        "update": update,
        "link": link,
        "window": window,
        "absorbed": absorbed,
    }


def make_private(service: Service, *, alice: User, bob: User) -> dict[str, Any]:
    """What alice keeps to herself, with a day for bob."""
    private = declare_incident(
        title="A key was seen", severity=2, services=[service], is_private=True, by=alice, now=NOW
    )
    ends_at = NOW + timedelta(days=1)
    return {
        "private": private,
        "grant": grant_access(private, person=bob, ends_at=ends_at, by=alice, now=NOW),
    }


def make_follow_ups(incident: Incident, team: Team, *, alice: User, bob: User, root: User) -> dict[str, Any]:
    reviewed = postmortem_of(incident, by=alice)
    except_gate(reviewed, gate="g4", reason="The vendor has replaced the part", now=NOW, by=root)
    published = postmortem_of(incident, by=alice)
    decide_review(published, decision="approved", checks=CheckItem.values, now=NOW, by=bob)
    choose_readers(published, people=[bob], teams=[team], now=NOW, by=alice)
    for gate in ("g1", "g4"):
        except_gate(published, gate=gate, reason="The vendor has replaced the part", now=NOW, by=root)
    publish_postmortem(published, now=NOW, by=alice)
    told = told_of(published, by=bob, approver=alice)
    transition_postmortem(published, to="draft", now=NOW, by=alice)
    parts = parts_of(published, by=alice) | {
        "comment": said_about(published, by=bob),
        "attachment": attached_to(published, by=alice),
    }
    item, spare, kept, twin, whole = (item_of(incident, team, owner=bob, by=alice) for _ in range(5))
    action_items.merge_action_items(spare, merged=[twin], by=alice, now=NOW)
    action_items.split_action_item(whole, parts=[{"title": "Count what is refused"}], by=alice, now=NOW)
    kept = transition(kept, to="done", evidence_note="A repeated file was refused", by=bob, now=NOW)
    link_action_item(published, item, by=alice)
    bulk = apply_bulk_change([(item, None)], BulkWish(changes={"priority": 3}), by=bob, now=NOW)
    parts |= ties_of(item, spare, by=bob)
    owed = request_postmortem(incident, reason="Everybody saw it", by=bob, now=NOW)
    made = {"reviewed": reviewed, "published": published, "obligation": owed, "letter": letter_to(bob)}
    made |= {"item": item, "spare": spare, "kept": kept, "twin": twin, "whole": whole}
    return made | {"bulk": bulk, "told": told} | parts


def told_of(row: Postmortem, *, by: User, approver: User, text: str = "Some card payments failed") -> str:
    """Its public version is shown, at the address that comes back, and the next one is being written."""
    parts = dict.fromkeys(("title", *WORDS), text)
    write_public_version(row, changes=parts, now=NOW, by=by)
    for to, who in (("in_review", by), ("approved", approver), ("published", by)):
        transition_public_version(row, to=to, now=NOW, by=who)
    write_public_version(row, changes={"impact": f"{text}, and no more"}, now=NOW, by=by)
    return Report.objects.get(key=row.key).slug


def letter_to(person: User) -> OutboxMail:
    """In the inbox, and never sent."""
    row = outbox_row(person, kind="digest", once_per="letter", not_before=NOW, expires_at=NOW)
    row.payload = {"local_date": TODAY.isoformat()}
    row.save()
    return row


def parts_of(row: Postmortem, *, by: User, text: str = "The key held the start time") -> dict[str, Any]:
    """One of each list below a draft."""
    users = {"measure": "users", "certainty": "measured", "value": 1860, "unit": text[:30], "method": text}
    lists: dict[str, tuple[type[Part], dict[str, Any]]] = {
        "factor": (Factor, {"category": "software", "text": text}),
        "lesson": (Lesson, {"kind": "well", "text": text}),
        "impact_value": (ImpactValue, users),
    }
    return {name: add_part(row, model, fields, now=NOW, by=by) for name, (model, fields) in lists.items()}


def said_about(row: Postmortem, *, by: User, text: str = "How do we know that?") -> Comment:
    return add_comment(row.sections.get(slug="summary"), body=text, quote=text, now=NOW, by=by)


def ties_of(
    item: ActionItem, blocker: ActionItem, *, by: User, text: str = "The vendor has a date"
) -> dict[str, Any]:
    """What hangs on an action item: a comment, a step, and an item that it waits for."""
    return {
        "remark": action_items.add_comment(item, body=text, by=by, now=NOW),
        "step": action_items.add_step(item, text=text, by=by),
        "dependency": action_items.add_dependency(item, blocker=blocker, by=by, now=NOW),
    }


def a_file(name: str, text: str = "02:09 12 files sent") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def attached_to(row: Postmortem, *, by: User, text: str = "Files sent") -> Attachment:
    received = receive(a_file(f"{text}.log", text))
    return add_attachment(row, received=received, caption=text, now=NOW, by=by)


def make_alerts(team: Team, root: User) -> dict[str, Any]:
    """An integration that has delivered once, and a chat in which somebody says to be bob."""
    integration, key = add_integration(name="Probes", kind="generic", team=team, by=root)
    payload = {"dedup": "disk-db2", "summary": "The disk of db2 is full"}
    arrival, _ = receive_delivery(integration, body=json.dumps(payload), payload=payload, headers={}, now=NOW)
    process_due(NOW)
    arrival.refresh_from_db()
    chat = add_workspace(name="Chat of Payments", kind="slack", secret="kept", by=root)
    claim = {"chat_user": "U1", "chat_name": "bobby", "email": "bob@ballast.example"}
    account = claim_account(chat, **claim, now=NOW)
    made = {"integration": integration, "intake_key": key, "arrival": arrival, "alert": arrival.alert}
    return made | {"chat": chat, "chat_account": account}


def postmortem_of(incident: Incident, *, by: User, text: str = "What we know.") -> Postmortem:
    postmortem = draft_postmortem([incident], now=NOW, by=by)
    for section in postmortem.sections.all():
        save_section(section, body=f"{text} {section.slug}", seen=section.version, now=NOW, by=by)
    postmortem.refresh_from_db()
    return submit_for_review(postmortem, now=NOW, by=by)


def item_of(
    incident: Incident, team: Team, *, owner: User, by: User, title: str = "Refuse a repeated file"
) -> ActionItem:
    item = add_action_item(
        title=title,
        done_when="A repeated file is refused in staging",
        owner=owner,
        team=team,
        incident=incident,
        due_on=TODAY + timedelta(days=14),
        commit=True,
        by=by,
        now=NOW,
    )
    return redate(item, due_on=TODAY + timedelta(days=21), reason="The vendor is late", by=by, now=NOW)


def suggest_to(bob: User, payments: Team) -> ToilEntry:
    """Half an hour that nobody but bob may know of."""
    begins = NOW - timedelta(hours=3)
    times = {"started_at": begins, "ended_at": begins + timedelta(minutes=30)}
    entry = log_entry(
        person=bob, team=payments, text="Only suggested", status="suggested", **times, by=bob, now=NOW
    )
    key = f"incident:0:{begins}"
    Suggestion.objects.create(person=bob, origin="incident", key=key, entry=entry, made_at=NOW, **times)
    return entry
