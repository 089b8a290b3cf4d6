"""Beside “Did it help?”: what was set off alike since."""

from datetime import timedelta

import pytest

from apps.action_items.operations import transition
from apps.postmortems.models import Postmortem
from apps.postmortems.operations import add_action_item, draft_postmortem
from tests.factories import make_incident
from tests.security.world import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def cure(bob):
    """Promised in a postmortem of a binary push, and done."""
    first = write_up(bob, title="A push took it down", days=-9)
    item = add_action_item(first, title="Canary every push", now=NOW, by=bob)
    given = {"owner": bob, "due_on": NOW.date() + timedelta(days=9), "done_when": "One in a hundred first"}
    committed = transition(item, to="open", **given, by=bob, now=NOW)
    return transition(committed, to="done", by=bob, now=NOW)


def write_up(by, *, title, days, trigger="binary_push", **kw):
    incident = make_incident(title=title, by=by, started_at=NOW + timedelta(days=days), **kw)
    postmortem = draft_postmortem([incident], now=NOW, by=by)
    Postmortem.objects.filter(pk=postmortem.pk).update(trigger_category=trigger)
    return postmortem


def test_what_was_set_off_alike_since_is_shown_to_who_may_see_it(web, bob, root, charlie, cure):
    write_up(bob, title="Another push", days=3)
    write_up(bob, title="An earlier push", days=-3)
    write_up(bob, title="A disk", days=3, trigger="hardware")
    write_up(root, title="A hidden push", days=4, is_private=True)
    write_up(bob, title="A push in a drill", days=5, kind="drill")
    address = f"/postmortems/same-trigger/{cure.key}/"

    def shown(person):
        return [row.incidents.get().title for row in web(person).get(address).context["rows"]]

    assert shown(charlie) == ["Another push"]
    assert shown(root) == ["A hidden push", "Another push"]


def test_without_a_known_trigger_nothing_is_compared(web, bob, cure):
    Postmortem.objects.update(trigger_category="")
    write_up(bob, title="Another push", days=3)
    page = web(bob).get(f"/postmortems/same-trigger/{cure.key}/")
    assert page.context["rows"] == []
    assert "what set it off" in page.content.decode()
