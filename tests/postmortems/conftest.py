from datetime import UTC, date, datetime, timedelta

import pytest

from apps.incidents.models import ImpactWindow, Milestone, RoleAssignment, TimelineEntry
from apps.postmortems.models import CheckItem, ImpactValue
from apps.postmortems.operations import (
    add_action_item,
    add_part,
    decide_review,
    draft_postmortem,
    publish_postmortem,
    save_section,
    submit_for_review,
)
from apps.postmortems.operations.reviewers import propose_reviewers
from tests.factories import make_incident

NOW = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
BEGAN = datetime(2026, 11, 4, 2, 11, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def outage(checkout, alice, bob):
    return make_outage(checkout, alice, bob)


def make_outage(checkout, alice, bob):
    """Declared by alice, commanded by bob, with two starred entries and one that is not."""
    incident = make_incident(
        services=[checkout],
        by=alice,
        title="Settlement files sent twice",
        summary="The standby sent files again.",
        severity=2,
        started_at=BEGAN,
    )
    for kind, minutes in (("impact_started", 0), ("detected", 20), ("mitigated", 31)):
        Milestone.objects.create(incident=incident, kind=kind, at=BEGAN + timedelta(minutes=minutes))
    ImpactWindow.objects.create(incident=incident, start=BEGAN, end=BEGAN + timedelta(minutes=206))
    RoleAssignment.objects.create(
        incident=incident, role="commander", person=bob, since=BEGAN + timedelta(minutes=22)
    )
    entries = [
        (20, alice, "A bank reports repeated files; Bob is paged", True),
        (31, bob, "Transfer paused", True),
    ]
    for minutes, author, body, is_starred in [*entries, (40, bob, "Coffee is out", False)]:
        TimelineEntry.objects.create(
            incident=incident,
            kind="note",
            body=body,
            at=BEGAN + timedelta(minutes=minutes),
            author=author,
            is_starred=is_starred,
        )
    return incident


@pytest.fixture
def draft(outage, alice, now):
    return draft_postmortem([outage], now=now, by=alice)


def write(postmortem, slug, text, *, by, now=NOW):
    section = postmortem.sections.get(slug=slug)
    return save_section(section, body=text, seen=section.version, now=now, by=by)


def fill(postmortem, *, by):
    for section in postmortem.sections.filter(is_required=True):
        write(postmortem, section.slug, f"Text of {section.slug}.", by=by)
    known = {"certainty": "measured", "value": 1860, "unit": "merchants", "method": "Counted in the ledger"}
    unknown = {"certainty": "unknown", "method": "Finance has not closed the day"}
    for measure, said in (("users", known), ("revenue", unknown)):
        if not postmortem.impact_values.filter(measure=measure).exists():
            add_part(postmortem, ImpactValue, {"measure": measure, **said}, now=NOW, by=by)
    postmortem.refresh_from_db()


def approve(postmortem, *, by, checks=tuple(CheckItem.values), now=NOW, **more):
    """With every question answered, unless told otherwise."""
    return decide_review(postmortem, decision="approved", checks=checks, now=now, by=by, **more)


def approve_by_all(postmortem):
    """Everybody who was named, or would be by now."""
    propose_reviewers(postmortem, now=NOW, by=postmortem.owner)
    for seat in postmortem.reviewers.select_related("person"):
        approve(postmortem, by=seat.person)
    postmortem.refresh_from_db()
    return postmortem


def promise(postmortem, *, by, **fields):
    """What G1, G2 and G3 ask for."""
    usual = {"title": "Refuse a repeated file", "done_when": "A repeated file is refused", "priority": 1}
    usual |= {"owner": by, "due_on": date(2027, 1, 15), "commit": True, "kind": "prevent"}
    return add_action_item(postmortem, **usual | fields, now=NOW, by=by)


@pytest.fixture
def filled(draft, alice):
    fill(draft, by=alice)
    return draft


@pytest.fixture
def in_review(filled, alice, now):
    return submit_for_review(filled, now=now, by=alice)


@pytest.fixture
def approved(in_review, bob, now):
    return approve_by_all(in_review)


@pytest.fixture
def published(approved, alice):
    return publish(approved, by=alice)


def publish(approved, *, by):
    promise(approved, by=by)
    return publish_postmortem(approved, now=NOW, by=by)
