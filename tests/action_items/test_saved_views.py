"""Ways to look at the list that have a name: kept through its filter, and shared without telling what is hidden."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.action_items.models import SavedView
from apps.action_items.operations import delete_view, edit_view, save_view
from apps.audit.models import AuditEvent
from tests.factories import make_action_item, make_incident, make_team

pytestmark = pytest.mark.django_db
URL = "/action-items/"
API = "/api/v1/action-item-views/"


@pytest.fixture
def shared(bob, payments):
    return save_view(name="In work", query="owner=me&status=in_progress", team=payments, by=bob)


def labels(client, address=URL):
    return {tab.label: tab.is_current for tab in client.get(address).context["tabs"]}


def test_a_view_becomes_a_tab_for_its_owner_and_means_whoever_looks(web, alice, bob, charlie, shared):
    mine = make_action_item(title="mine", owner=alice, status="in_progress")
    make_action_item(title="of bob", owner=bob, status="in_progress")
    client = web(alice)
    address = client.get(shared.get_absolute_url())["Location"]
    page = client.get(address)
    assert [row.pk for row in page.context["rows"]] == [mine.pk]
    assert [name for name, is_current in labels(client, address).items() if is_current] == ["In work"]
    assert "In work" not in labels(web(charlie))
    assert web(charlie).get(shared.get_absolute_url()).status_code == 404


def test_the_form_keeps_the_query_in_one_spelling_and_says_what_it_means(web, bob, payments):
    client = web(bob)
    asked = "status=open&status=blocked&team=payments&page=3&group=owner&board=1"
    page = client.get(f"{URL}views/new/?{asked}")
    assert "State: Blocked, Open" in page.content.decode().replace("Open, Blocked", "Blocked, Open")
    form = page.context["form"]
    assert form.initial["is_board"]
    sent = {"name": "Stuck", "query": form.initial["query"], "team": "payments", "is_board": "on"}
    answer = client.post(f"{URL}views/new/", sent)
    view = SavedView.objects.get()
    assert view.query == "group=owner&status=blocked&status=open&team=payments"
    assert (answer["Location"], view.team) == (view.address, payments)
    assert view.address.startswith(f"{URL}board/?")
    assert client.get(view.address).status_code == 200
    twice = client.post(f"{URL}views/new/", sent)
    assert "You have a view of this name already." in twice.content.decode()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("nonsense=1", "There is no filter “nonsense” here."),
        ("status=sleeping", "status: "),
        ("owner=nobody-of-this-name", "owner: "),
        ("q=" + "x" * 1000, "At most 1000"),
    ],
)
def test_what_the_filter_does_not_know_is_not_kept(api, alice, query, says):
    answer = api(alice).post(API, {"name": "X", "query": query}, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["query"])
    assert says in str(answer.json()) or "1000" in str(answer.json())


def test_a_view_of_what_a_reader_may_not_see_is_not_there_for_that_reader(
    web, api, root, alice, bob, payments
):
    incident = make_incident(title="ZEBRA", by=alice)
    view = save_view(
        name="ZEBRA follow-up", query=f"incident={incident.key}", incident=incident, team=payments, by=alice
    )
    assert view in SavedView.objects.visible_to(bob)
    type(incident).objects.filter(pk=incident.pk).update(is_private=True)
    for client in (web(bob), web(root)):
        assert client.get(view.get_absolute_url()).status_code == 404
        for address in (URL, f"{URL}views/", f"{URL}board/"):
            assert "ZEBRA" not in client.get(address).content.decode()
    assert api(bob).get(API).json()["results"] == []
    texts = set()
    for key in (incident.key, "INC-998"):
        answer = api(bob).post(API, {"name": "X", "query": f"incident={key}"}, format="json")
        texts.add((answer.status_code, str(answer.json()["errors"])))
    assert texts == {(400, "{'query': ['There is no such incident.']}")}


def test_its_owner_changes_it_and_a_lead_of_the_team_may_take_it_away(shared, alice, bob, charlie, payments):
    for act in (
        lambda: edit_view(shared, changes={"name": "Mine"}, by=alice),
        lambda: delete_view(shared, by=charlie),
    ):
        with pytest.raises(PermissionDenied):
            act()
    with pytest.raises(ValidationError, match="team that you are in"):
        edit_view(shared, changes={"team": make_team()}, by=bob)
    shared.refresh_from_db()
    assert shared.team == payments
    row = edit_view(shared, changes={"name": "What I do", "team": None}, by=bob)
    assert AuditEvent.objects.get(verb="view.edited").changes == {
        "name": ["In work", "What I do"],
        "team": ["payments", None],
    }
    with pytest.raises(PermissionDenied):
        delete_view(row, by=alice)  # it is no longer shared with her team
    delete_view(edit_view(row, changes={"team": payments}, by=bob), by=alice)
    assert not SavedView.objects.exists()


def test_fifty_views_are_enough_for_anybody(bob):
    SavedView.objects.bulk_create(SavedView(owner=bob, name=f"View {n}") for n in range(50))
    with pytest.raises(ValidationError, match="50 views"):
        save_view(name="One more", query="", by=bob)


def test_programs_keep_change_and_delete_views(api, web, bob, alice, payments):
    program = api(bob)
    made = program.post(API, {"name": "Late", "query": "due=overdue", "team": "payments"}, format="json")
    where = f"{API}{made.json()['id']}/"
    assert (made.status_code, made.json()["team"], api(alice).get(where).json()["name"]) == (
        201,
        "payments",
        "Late",
    )
    changed = program.patch(where, {"query": "due=overdue&page=7", "team": None}, format="json").json()
    assert (changed["query"], changed["team"]) == ("due=overdue", None)
    assert api(alice).get(where).status_code == 404
    assert program.delete(where).status_code == 204
    assert program.get(where).status_code == 404


def test_the_page_of_views_renames_and_deletes(web, bob, shared):
    client = web(bob)
    page = client.get(f"{URL}views/").content.decode()
    assert "In work" in page
    client.post(f"{URL}views/{shared.uuid}/edit/", {"name": "Begun", "team": "payments"})
    shared.refresh_from_db()
    assert (shared.name, shared.query) == ("Begun", "owner=me&status=in_progress")
    told = client.post(f"{URL}views/{shared.uuid}/delete/", follow=True).content.decode()
    assert "Deleted the view “Begun”." in told
