from datetime import UTC, datetime, timedelta

import pytest

from apps.incidents.models import ImpactWindow, Milestone, RoleAssignment, TimelineEntry
from apps.postmortems.operations import (
    decide_review,
    draft_postmortem,
    publish_postmortem,
    save_section,
    submit_for_review,
)
from tests.factories import make_incident

NOW = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
BEGAN = datetime(2026, 11, 4, 2, 11, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def outage(checkout, alice, bob):
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
    postmortem.refresh_from_db()


@pytest.fixture
def filled(draft, alice):
    fill(draft, by=alice)
    return draft


@pytest.fixture
def in_review(filled, alice, now):
    return submit_for_review(filled, now=now, by=alice)


@pytest.fixture
def approved(in_review, bob, now):
    return decide_review(in_review, decision="approved", now=now, by=bob).postmortem


@pytest.fixture
def published(approved, alice, now):
    return publish_postmortem(approved, now=now, by=alice)
