"""What the Search team keeps to itself: a private incident and everything that hangs on it, every text a canary."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

from apps.accounts.models import Team, User
from apps.action_items.models import ActionItem
from apps.action_items.operations import (
    BulkWish,
    add_dependency,
    apply_bulk_change,
    edit_view,
    mark_recurrence,
    merge_action_items,
    redate,
    save_view,
    transition,
)
from apps.core.models import KeyCounter
from apps.incidents.models import Incident, IncidentGrant
from apps.incidents.operations import (
    add_entry,
    assign_role,
    declare_incident,
    edit_entry,
    edit_incident,
    grant_access,
    link_incidents,
    merge_incidents,
    post_update,
    revoke_access,
    set_fields,
    set_milestone,
    transition_incident,
)
from apps.intake.operations import process_due, receive_delivery, vote_on_alert
from apps.notifications.models import OutboxMail
from apps.postmortems.models import CheckItem, Postmortem
from apps.postmortems.operations import (
    decide_review,
    draft_postmortem,
    edit_postmortem,
    except_gate,
    link_action_item,
    publish_postmortem,
    request_postmortem,
    save_section,
    submit_for_review,
    transition_postmortem,
)
from apps.status_page.operations import set_public_title
from apps.toil.models import BudgetPlan
from apps.toil.operations import log_entry
from tests.security.world import (
    NOW,
    TODAY,
    World,
    attached_to,
    follow,
    item_of,
    parts_of,
    said_about,
    ties_of,
    told_of,
)

numbers = count(10)
FAR = 70_000
"""Hidden keys begin beyond: hints of forms name ACT-12 as an example, and no key that is hidden may be one of them."""


def zebra() -> str:
    return f"ZEBRA{next(numbers)} quagga"


@dataclass(frozen=True)
class Hidden:
    own: World  # the world around it
    world: World  # the same, its addresses leading to what is hidden
    incident: Incident
    write_ups: list[Postmortem]
    items: list[ActionItem]
    candidate: Incident  # of an alert
    was_public: Incident  # strangers read of it, until it was made private

    @property
    def keys(self) -> list[str]:
        return [
            row.key for row in (self.incident, self.candidate, self.was_public, *self.write_ups, *self.items)
        ]


def hide(world: World) -> Hidden:
    """`blue` and `root` know of it; nobody else took part."""
    KeyCounter.objects.update(value=FAR)
    blue, root = world.blue, world.root
    incident = declare_incident(
        title=zebra(),
        summary=zebra(),
        severity=1,
        services=[world.checkout],
        is_private=True,
        by=blue,
        now=NOW,
    )
    entry = add_entry(incident, body=zebra(), by=blue, now=NOW)
    edit_entry(entry, body=zebra(), by=blue, now=NOW)
    update = post_update(incident, conditions=zebra(), actions=zebra(), needs=zebra(), by=blue, now=NOW)
    edit_incident(incident, changes={"title": zebra()}, by=blue, now=NOW)
    assign_role(incident, role="scribe", person=root, by=blue, now=NOW)
    set_fields(incident, values={"region": zebra()}, by=blue, now=NOW)
    set_milestone(incident, kind="detected", note=zebra(), by=blue, now=NOW)
    transition_incident(incident, to="identified", reason=zebra(), by=blue, now=NOW)
    absorbed = declare_incident(title=zebra(), severity=1, is_private=True, by=blue, now=NOW)
    add_entry(absorbed, body=zebra(), by=blue, now=NOW)
    merge_incidents(incident, merged=[absorbed], reason=zebra(), by=blue, now=NOW)
    link = link_incidents(incident, to=world.other, kind="related", by=blue, now=NOW)
    link_incidents(world.incident, to=incident, kind="recurrence_of", by=root, now=NOW)
    incident.refresh_from_db()
    grant = lapsed(incident, world)
    items = [item_of(incident, world.search, owner=blue, by=blue, title=zebra()) for _ in range(5)]
    items[2] = transition(items[2], to="done", evidence_note=zebra(), by=blue, now=NOW)
    merge_action_items(items[4], merged=[items[3]], reason=zebra(), by=blue, now=NOW)
    redate(items[0], due_on=TODAY, reason=zebra(), by=blue, now=NOW)
    add_dependency(world.spare, blocker=items[0], by=root, now=NOW)  # a public promise waits for a hidden one
    obligation = request_postmortem(incident, reason=zebra(), by=blue, now=NOW)
    published, reviewed = (write_up([incident], blue) for _ in range(2))
    both = write_up([world.other, incident], blue)
    approve(published, by=root, owner=blue)
    edit_postmortem(published, changes={"trigger_text": zebra()}, now=NOW, by=blue)
    link_action_item(published, items[0], by=blue)
    link_action_item(published, world.spare, by=root)  # a public promise that a hidden write-up names
    past = declare_incident(title=zebra(), severity=3, is_private=True, by=blue, now=NOW)
    view = save_view(
        name=zebra(), query=f"incident={incident.key}", incident=incident, team=world.search, by=blue
    )
    edit_view(view, changes={"team": None}, by=blue)
    bulk = apply_bulk_change([(items[1], None)], BulkWish(changes={"priority": 3}), by=blue, now=NOW)
    recurrence = mark_recurrence(incident, of=past, item=world.spare, by=root, now=NOW)
    mark_recurrence(world.incident, of=incident, item=items[0], by=root, now=NOW)
    follow(items[1], world.tracker, by=root, number=99, text=zebra())
    toil = log_entry(
        person=blue, team=world.search, text=zebra(), seconds=900, incident=incident, by=blue, now=NOW
    )
    BudgetPlan.objects.get().items.add(items[0])  # a plan that everybody reads names it, among others
    theirs = replace(
        world,
        incident=incident,
        private=incident,
        grant=grant,
        entry=entry,
        update=update,
        link=link,
        absorbed=absorbed,
        window=incident.impact_windows.get(),
        item=items[0],
        spare=items[1],
        kept=items[2],
        twin=items[3],
        whole=items[4],
        obligation=obligation,
        published=published,
        reviewed=reviewed,
        **parts_of(published, by=blue, text=zebra()),
        comment=said_about(published, by=blue, text=zebra()),
        attachment=attached_to(published, by=blue, text=zebra()),
        bulk=bulk,
        view=view,
        recurrence=recurrence,
        **ties_of(items[0], items[1], by=blue, text=zebra()),
        other=past,
        toil=toil,
    )
    candidate = alert(world, by=root)
    was_public, row, told = once_public(world)
    theirs = replace(theirs, told=told)
    return Hidden(world, theirs, incident, [published, reviewed, both, row], items, candidate, was_public)


def alert(world: World, *, by: User) -> Incident:
    """A candidate that a sender's alert opened, and that was made private; the delivery log still holds its words."""
    payload = {"dedup": zebra(), "summary": zebra(), "meta": {zebra(): zebra()}}
    row, _ = receive_delivery(
        world.integration, body=json.dumps(payload), payload=payload, headers={}, now=NOW
    )
    process_due(NOW)
    row.refresh_from_db()
    vote_on_alert(row.alert, vote="noise", by=by, now=NOW)
    return edit_incident(row.alert.incident, changes={"is_private": True}, by=by, now=NOW)


def once_public(world: World) -> tuple[Incident, Postmortem, str]:
    """Told to colleagues and to strangers under a name for them, promised after, written up for both, and then made
    private."""
    blue = world.blue
    incident = declare_incident(title=zebra(), severity=3, services=[world.checkout], by=blue, now=NOW)
    said = {"conditions": zebra(), "is_public": True, "public_state": "investigating"}
    post_update(incident, **said, by=blue, now=NOW)
    set_public_title(incident, title=zebra(), by=blue)
    item_of(incident, world.search, owner=blue, by=blue, title=zebra())
    row = write_up([incident], blue)
    approve(row, by=world.root, owner=blue)
    told = told_of(row, by=blue, approver=world.alice, text=zebra())
    return edit_incident(incident, changes={"is_private": True}, by=blue, now=NOW), row, told


def lapsed(incident: Incident, world: World) -> IncidentGrant:
    """charlie had a minute of it, ada had it until it was taken back, and a team has it that bob has left."""
    root, soon = world.root, NOW + timedelta(days=30)
    minute = {"ends_at": NOW - timedelta(minutes=59), "now": NOW - timedelta(hours=1)}
    grant = grant_access(incident, person=world.charlie, reason=zebra(), by=root, **minute)
    OutboxMail.objects.filter(recipient=world.charlie).update(
        status="sent", sent_at=NOW
    )  # or health would say so
    for_ada = grant_access(incident, person=world.ada, reason=zebra(), ends_at=soon, by=root, now=NOW)
    revoke_access(for_ada, by=root, now=NOW)
    left = Team.objects.get(slug="left")
    grant_access(incident, team=left, reason=zebra(), ends_at=soon, by=root, now=NOW)
    return grant


def write_up(incidents: list[Incident], by: User) -> Postmortem:
    row = draft_postmortem(incidents, title=zebra(), tags=[f"zebra{next(numbers)}-quagga"], now=NOW, by=by)
    for section in row.sections.all():
        save_section(section, body=zebra(), seen=section.version, now=NOW, by=by)
    row.refresh_from_db()
    return submit_for_review(row, now=NOW, by=by)


def approve(row: Postmortem, *, by: User, owner: User) -> None:
    """Published once, and in work again."""
    decide_review(row, decision="approved", comment=zebra(), checks=CheckItem.values, now=NOW, by=by)
    for gate in ("g1", "g4"):
        except_gate(row, gate=gate, reason=f"{zebra()} {zebra()}", now=NOW, by=by)
    publish_postmortem(row, now=NOW, by=owner)
    transition_postmortem(row, to="draft", now=NOW, by=owner)
