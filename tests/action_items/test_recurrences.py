"""An incident came back while something was open that would have helped."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.action_items.models import ActionItem, Recurrence
from apps.action_items.operations import mark_recurrence, undo_recurrence
from apps.action_items.recurrence_mail import render_recurrence
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.incidents.models import IncidentLink
from apps.incidents.operations import assign_role, transition_incident
from apps.notifications.models import OutboxMail
from tests.factories import make_action_item, make_incident, make_membership, make_team, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)
PAGE = "/action-items/recurrences/"
API = "/api/v1/recurrences/"


@pytest.fixture
def search(db):
    return make_team(name="Search", slug="search")


@pytest.fixture
def ines(search):
    return make_user("ines", team=search, role="lead")


@pytest.fixture
def before(alice, checkout):
    return make_incident(title="Index is empty", services=[checkout], by=alice)


@pytest.fixture
def again(alice, checkout):
    return make_incident(title="Index is empty again", services=[checkout], by=alice, started_at=NOW)


@pytest.fixture
def item(before, search, ines, bob):
    """Bob promised it to Search for 2 March."""
    return make_action_item(
        incident=before, team=search, owner=bob, priority=2, due_on=date(2026, 3, 2), by=ines
    )


def mark(again, before, item, by, **kw):
    return mark_recurrence(again, of=before, item=item, by=by, now=kw.get("now", NOW))


def stored(row):
    return type(row).objects.get(pk=row.pk)


def mails():
    return list(OutboxMail.objects.filter(kind="recurrence").order_by("recipient__slug"))


def test_the_item_is_raised_its_leads_are_told_and_the_fact_is_kept(alice, ines, before, again, item, search):
    make_membership(make_user("left", is_active=False), search, role="lead")
    make_user("member", team=search)
    fact = mark(again, before, item, alice)
    assert (fact.days_overdue, fact.priority_before, stored(item).priority) == (10, 2, 1)
    assert IncidentLink.objects.get().kind == "recurrence_of"
    (mail,) = mails()
    assert mail.recipient == ines
    text = render_recurrence(mail, NOW).text
    assert f"{item.key} would have helped in {again.key}" in text
    assert "10 days overdue" in text
    assert "It is P1 now" in text
    verbs = set(AuditEvent.objects.filter(verb__contains="recurrence").values_list("verb", flat=True))
    assert verbs == {"incident.recurrence_marked", "action_item.recurrence_marked"}


def test_it_is_asked_of_the_incident_as_it_is_now_even_where_the_link_is_there(
    alice, bob, before, again, item
):
    mark(again, before, item, alice)
    held = type(again).objects.get(pk=again.pk)
    target = make_incident(title="The same", by=alice)
    transition_incident(again, to="merged", into=target, by=alice, now=NOW)
    other = make_action_item(incident=before, owner=bob, by=alice)
    with pytest.raises(Conflict, match="merged"):
        mark(held, before, other, alice)
    assert Recurrence.objects.count() == 1


@pytest.mark.parametrize(("before_it", "after_it"), [(0, 0), (1, 1), (2, 1), (3, 1)])
def test_nothing_is_lowered(alice, before, again, item, before_it, after_it):
    ActionItem.objects.filter(pk=item.pk).update(priority=before_it)
    mark(again, before, item, alice)
    assert stored(item).priority == after_it


@pytest.mark.parametrize(
    ("began", "days"),
    [
        (datetime(2026, 3, 2, 23, 59, tzinfo=UTC), 0),
        (datetime(2026, 3, 3, 0, 0, tzinfo=UTC), 1),
        (datetime(2026, 2, 1, 0, 0, tzinfo=UTC), 0),
    ],
)
def test_days_overdue_are_counted_until_the_incident_began(alice, before, item, checkout, began, days):
    again = make_incident(services=[checkout], by=alice, started_at=began)
    assert mark(again, before, item, alice).days_overdue == days
    proposed = make_action_item(incident=before, status="proposed", due_on=date(2020, 1, 1), by=alice)
    assert mark(again, before, proposed, alice).days_overdue == 0


def test_said_twice_it_is_one_fact_and_one_mail(alice, root, before, again, item):
    first = mark(again, before, item, alice)
    assert mark(again, before, item, root, now=NOW + timedelta(hours=1)) == first
    assert Recurrence.objects.count() == len(mails()) == IncidentLink.objects.count() == 1


def test_only_an_open_item_of_before_would_have_helped(alice, before, again):
    for status in ("done", "verified", "wont_do", "duplicate"):
        row = make_action_item(incident=before, status=status, by=alice)
        with pytest.raises(ValidationError, match="not open"):
            mark(again, before, row, alice)
    with pytest.raises(ValidationError, match="promised after this incident"):
        mark(again, before, make_action_item(incident=again, by=alice), alice)
    assert not Recurrence.objects.exists()
    assert not IncidentLink.objects.exists()


def test_who_does_not_respond_says_nothing_and_the_lead_who_says_it_gets_no_mail(
    charlie, ines, before, again, item
):
    with pytest.raises(PermissionDenied):
        mark(again, before, item, charlie)
    assign_role(again, role="scribe", person=ines, by=ines, now=NOW)
    mark(again, before, item, ines)
    assert mails() == []


def test_without_a_lead_the_owner_is_told(alice, bob, before, again):
    for team in (None, make_team()):
        item = make_action_item(incident=before, team=team, owner=bob, by=alice)
        mark(again, before, item, alice)
    assert [mail.recipient for mail in mails()] == [bob, bob]


def test_taken_back_the_item_gets_its_priority_back_and_an_unsent_mail_says_nothing(
    alice, before, again, item
):
    fact = mark(again, before, item, alice)
    with pytest.raises(ValidationError):
        undo_recurrence(fact, reason=" ", by=alice, now=NOW)
    undo_recurrence(fact, reason="Another index", by=alice, now=NOW)
    assert stored(item).priority == 2
    assert render_recurrence(mails()[0], NOW) is None
    with pytest.raises(Conflict):
        undo_recurrence(fact, reason="Again", by=alice, now=NOW)
    assert mark(again, before, item, alice) != fact
    assert len(mails()) == 2


def test_it_keeps_p1_while_it_would_have_helped_elsewhere_or_somebody_else_chose_it(
    alice, before, again, item, checkout
):
    first = mark(again, before, item, alice)
    second = mark(make_incident(services=[checkout], by=alice), before, item, alice)
    undo_recurrence(first, reason="Another index", by=alice, now=NOW)
    assert stored(item).priority == 1
    undo_recurrence(second, reason="Another index", by=alice, now=NOW)
    assert stored(item).priority == 2
    third = mark(again, before, item, alice)
    ActionItem.objects.filter(pk=item.pk).update(priority=0)
    undo_recurrence(third, reason="Another index", by=alice, now=NOW)
    assert stored(item).priority == 0


def test_who_takes_it_back(charlie, alice, ines, bob, before, again, item):
    for person in (bob, ines):
        fact = mark(again, before, item, alice)
        with pytest.raises(PermissionDenied):
            undo_recurrence(fact, reason="Another index", by=charlie, now=NOW)
        undo_recurrence(fact, reason="Another index", by=person, now=NOW)


def test_a_private_incident_stays_private_everywhere(web, api, root, ines, bob, before, item, checkout):
    hidden = make_incident(title="ZEBRA", services=[checkout], is_private=True, by=root, started_at=NOW)
    fact = mark(hidden, before, item, root)
    assert mails() == []
    for person in (ines, bob):
        client = web(person)
        for path in (item.get_absolute_url(), before.get_absolute_url(), PAGE, PAGE + "?format=csv"):
            answer = client.get(path)
            text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
            assert "ZEBRA" not in text
            assert hidden.key not in text
        assert client.get(f"{PAGE}{fact.uuid}/").status_code == 404
        assert api(person).get(API).json()["results"] == []
    events = AuditEvent.objects.filter(verb="action_item.recurrence_marked")
    assert not [event for event in events if hidden.key in str(event.changes)]
    assert "ZEBRA" in web(root).get(item.get_absolute_url()).content.decode()


def test_a_mail_has_the_key_alone_of_what_is_private(root, ines, before, item, checkout):
    hidden = make_incident(title="ZEBRA", services=[checkout], is_private=True, by=root, started_at=NOW)
    assign_role(hidden, role="scribe", person=ines, by=root, now=NOW)
    mark(hidden, before, item, root)
    (mail,) = mails()
    said = render_recurrence(mail, NOW)
    assert hidden.key in said.text
    assert "ZEBRA" not in said.text + said.html + said.subject


def test_saying_that_it_came_back_asks_which_open_item_would_have_helped(web, alice, before, again, item):
    client = web(alice)
    answer = client.post(
        f"/incidents/{again.key}/links/new/", {"kind": "recurrence_of", "to": before.key, "once": "1"}
    )
    asked = answer["Location"]
    text = client.get(asked).content.decode()
    assert item.title in text
    assert "None that is open" in text
    assert (
        client.post(asked, {"of": before.key, "item": item.key, "once": "2"})["Location"]
        == again.get_absolute_url()
    )
    assert Recurrence.objects.get().action_item == item
    assert "what would have helped" in client.get(again.get_absolute_url()).content.decode()
    assert item.title in client.get(PAGE, {"incident": again.key}).content.decode()
    assert again.title in client.get(item.get_absolute_url()).content.decode()


def test_none_is_an_answer_and_another_item_too(web, alice, before, again, item):
    client, address = web(alice), f"{PAGE}new/{again.key}/?of={before.key}"
    other = make_action_item(title="Elsewhere", by=alice)
    client.post(address, {"of": before.key, "item": "", "once": "1"})
    assert not Recurrence.objects.exists()
    assert IncidentLink.objects.count() == 1
    assert "Check the number" in client.post(address, {"of": before.key, "other": "ACT-999"}).content.decode()
    assert "Name it" in client.post(address, {"of": "", "item": ""}).content.decode()
    client.post(address, {"of": before.key, "other": other.key, "once": "2"})
    assert Recurrence.objects.get().action_item == other
    assert IncidentLink.objects.count() == 1


def test_it_is_said_and_taken_back_by_program(api, alice, charlie, before, again, item):
    body = {"incident": again.key, "of": before.key, "action_item": item.key}
    assert api(charlie).post(API, body, format="json").status_code == 403
    made = api(alice).post(API, body, format="json")
    assert made.status_code == 201
    row = made.json()
    assert (row["action_item"], row["days_overdue"], row["priority_before"]) == (item.key, 10, "P2")
    assert api(alice).get(API, {"action_item": item.key}).json()["results"] == [row]
    undo = f"{API}{row['id']}/undo/"
    assert api(alice).post(undo, {}, format="json").status_code == 400
    assert (
        api(alice).post(undo, {"reason": "Another index"}, format="json").json()["undo_reason"]
        == "Another index"
    )
    assert api(alice).post(undo, {"reason": "Again"}, format="json").status_code == 409
    assert api(alice).get(API, {"standing": "true"}).json()["results"] == []


def test_it_is_taken_back_on_its_page_with_a_reason(web, alice, before, again, item):
    fact = mark(again, before, item, alice)
    client, address = web(alice), fact.get_absolute_url()
    assert "Take it back" in client.get(address).content.decode()
    assert "Say why" in client.post(address + "undo/", {"reason": ""}).content.decode()
    assert client.post(address + "undo/", {"reason": "Another index"})["Location"] == address
    assert "Another index" in client.get(address).content.decode()
    assert "It would have helped" not in client.get(item.get_absolute_url()).content.decode()
