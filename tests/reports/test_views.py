from datetime import timedelta

import pytest
from django.utils import timezone

from apps.action_items.models import ActionItem
from tests.factories import make_action_item, make_incident, make_service, make_user

pytestmark = pytest.mark.django_db


def test_my_work_names_what_is_late_and_what_burns(web, alice, checkout):
    today = timezone.localdate()
    make_action_item(
        title="Add a lease check", owner=alice, team=checkout.owner_team, due_on=today - timedelta(days=6)
    )
    make_incident(title="Card authorisations time out", services=[checkout], severity=2)
    page = web(alice).get("/").content.decode()
    assert "1 item overdue" in page
    assert "6 days overdue" in page
    assert "Card authorisations time out" in page
    assert "Done" in page


def test_my_work_shows_the_most_urgent_of_many_promises_and_counts_a_hundred(web, alice, checkout):
    today, mine = timezone.localdate(), {"owner": alice, "team": checkout.owner_team}
    for day in range(8):
        make_action_item(title=f"Due on day {day}", due_on=today + timedelta(days=day), **mine)
    for name, priority in (("Late and urgent", 1), ("Late", 2)):
        make_action_item(title=name, due_on=today - timedelta(days=1), priority=priority, **mine)
    make_action_item(title="Somebody else's", due_on=today - timedelta(days=9))
    make_action_item(title="Not promised yet", status="proposed", due_on=today - timedelta(days=9), **mine)
    answer = web(alice).get("/")
    shown = [item.title for item in answer.context["promised"].items]
    assert shown == ["Late and urgent", "Late", *(f"Due on day {day}" for day in range(6))]
    promised = answer.context["promised"]
    this_week = sum(1 for day in range(8) if day <= 6 - today.weekday())
    assert (promised.count, promised.late, promised.soon, promised.has_more) == (10, 2, this_week, False)
    assert "2 items overdue" in answer.content.decode()
    number = ActionItem.objects.latest("number").number
    ActionItem.objects.bulk_create(make_copy(promised.items[0], number + n) for n in range(1, 100))
    page = web(alice).get("/").content.decode()
    assert "100+ items overdue." in page
    assert '<span class="count">100+</span>' in page


def make_copy(item, number):
    values = {field.attname: getattr(item, field.attname) for field in item._meta.concrete_fields}
    del values["id"], values["due_rank"]
    return ActionItem(**values | {"number": number, "key": f"ACT-{number}"})


def test_my_work_costs_the_same_with_more_to_do(web, alice, checkout, django_assert_max_num_queries):
    def queries():
        client = web(alice)
        with django_assert_max_num_queries(40) as counted:
            client.get("/")
        return len(counted)

    for _ in range(2):
        make_action_item(owner=alice, team=checkout.owner_team)
        make_incident(services=[checkout])
    few = queries()
    for _ in range(4):
        make_action_item(owner=alice, team=checkout.owner_team)
        make_incident(services=[checkout])
    assert queries() == few


def test_the_auditor_sees_no_form_on_my_work_and_no_way_to_one(web, ada):
    page = web(ada).get("/").content.decode()
    assert "Log toil</button>" not in page
    assert "/new/" not in page
    assert "You have no working time for a team in this week." in page


def test_search_finds_across_kinds_and_says_when_it_finds_nothing(web, alice, checkout):
    make_incident(title="Settlement files sent twice", services=[checkout])
    make_action_item(title="Reject a settlement file with a known batch id")
    make_service(slug="settlement-writer", owner_team=checkout.owner_team)
    page = web(alice).get("/search/?q=settlement").content.decode()
    assert "Settlement files sent twice" in page
    assert "known batch id" in page
    assert "settlement-writer" in page
    assert "Nothing you may see" in web(alice).get("/search/?q=zebra").content.decode()


def test_a_key_leads_straight_to_its_row(web, alice):
    incident = make_incident()
    assert web(alice).get(f"/search/?q={incident.key.lower()}")["Location"] == incident.get_absolute_url()


@pytest.mark.parametrize(
    ("words", "finds"), [("twice settlement", True), ("settle TWICE", True), ("twice zebra", False)]
)
def test_words_are_found_in_any_order_and_all_of_them(web, alice, words, finds):
    make_incident(title="Settlement files are sent twice")
    assert ("Settlement files" in web(alice).get("/search/", {"q": words}).content.decode()) is finds


def test_search_never_names_a_private_incident_to_a_stranger(web, charlie):
    private = make_incident(title="Zebra leak", is_private=True, by=make_user())
    for q in ("zebra", private.key):
        answer = web(charlie).get("/search/", {"q": q})
        assert answer.status_code == 200
        assert "Zebra leak" not in answer.content.decode()


@pytest.mark.parametrize("q", ["%", "_", "' OR 1=1", "x" * 5000, "\u202e", "😀"])
def test_odd_searches_find_nothing_and_break_nothing(web, alice, q):
    assert web(alice).get("/search/", {"q": q}).status_code == 200
