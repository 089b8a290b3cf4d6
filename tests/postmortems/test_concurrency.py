"""Two people at the same moment, on a database that lets them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from apps.core.errors import Conflict, StaleVersion
from apps.postmortems.models import Postmortem, PublishedSnapshot, Section, SectionRevision
from apps.postmortems.models.public_version import WORDS
from apps.postmortems.operations import (
    StaleSection,
    publish_postmortem,
    save_section,
    transition_public_version,
    write_public_version,
)
from apps.status_page.models import ReportVersion
from apps.status_page.operations import add_page
from tests.postmortems.conftest import NOW, promise

pytestmark = pytest.mark.django_db(transaction=True)
needs_postgres = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="needs PostgreSQL: real row locks"
)


def at_once(act, count):
    """The answers of `count` threads, each with a connection of its own."""

    def run(number):
        try:
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@needs_postgres
def test_of_many_saves_from_one_version_one_is_accepted_and_no_text_is_lost(draft, alice):
    def save(number):
        section = Section.objects.get(postmortem=draft, slug="well")
        try:
            return save_section(section, body=f"Text {number}", seen=1, now=NOW, by=alice).body
        except StaleSection as stale:
            assert stale.written == f"Text {number}"  # noqa: PT017 - in a thread
            return None

    accepted = [text for text in at_once(save, 8) if text]
    assert accepted == [Section.objects.get(postmortem=draft, slug="well").body]
    assert SectionRevision.objects.filter(section__slug="well").count() == 1


@needs_postgres
def test_published_at_once_by_many_it_is_published_once(approved, alice):
    promise(approved, by=alice)

    def publish(_number):
        try:
            return publish_postmortem(Postmortem.objects.get(pk=approved.pk), now=NOW, by=alice)
        except Conflict:
            return None

    assert len([row for row in at_once(publish, 6) if row]) == 1
    assert PublishedSnapshot.objects.count() == 1


@needs_postgres
def test_public_at_once_by_many_it_is_public_once_at_one_address(published, alice, bob, root):
    add_page(name="Acme status", is_on=True, by=root)
    parts = {"title": "Payouts came twice", **dict.fromkeys(WORDS, "Some words")}

    def begin(_number):
        try:
            return write_public_version(published, changes=parts, seen=0, now=NOW, by=bob)
        except StaleVersion:
            return None

    def publish(_number):
        try:
            return transition_public_version(published, to="published", now=NOW, by=bob)
        except Conflict:
            return None

    assert len([row for row in at_once(begin, 4) if row]) == 1
    for to, who in (("in_review", bob), ("approved", alice)):
        transition_public_version(published, to=to, now=NOW, by=who)
    assert len([row for row in at_once(publish, 4) if row]) == 1
    assert ReportVersion.objects.get().report.slug == "2026-11-04-payouts-came-twice"
