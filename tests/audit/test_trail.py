import pytest
from django.db import DatabaseError, connection, transaction

from apps.accounts.operations import edit_profile, edit_team
from apps.audit.models import AuditEvent
from apps.audit.operations import hide_scope, record, show_scope

pytestmark = pytest.mark.django_db
URL, API = "/audit/", "/api/v1/audit-events/"


@pytest.fixture
def event(alice, payments):
    edit_team(payments, changes={"description": "Card payments"}, by=alice)
    return AuditEvent.objects.get()


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_auditevent SET verb = 'x'", "DELETE FROM audit_auditevent"]
)
def test_the_database_itself_refuses_to_change_the_trail(event, statement):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEvent.objects.get().verb == "team.edited"


def test_the_trail_does_not_exist_for_members(web, api, alice, bob, event):
    for user in (alice, bob):
        assert web(user).get(URL).status_code == 404
        assert api(user).get(API).status_code == 404
    assert web().get(URL).status_code == 302
    assert api().get(API).status_code == 401


@pytest.mark.parametrize("user", ["root", "ada"])
def test_admins_and_auditors_read_who_changed_what(request, web, api, event, user):
    person = request.getfixturevalue(user)
    page = web(person).get(URL).content.decode()
    assert "team.edited" in page
    assert "Card payments" in page
    row = api(person).get(API).json()["results"][0]
    assert (row["actor"], row["verb"], row["object"]) == ("alice", "team.edited", "payments")
    assert row["changes"] == {"description": ["", "Card payments"]}


def test_nobody_writes_the_trail_by_the_api(api, root, event):
    for verb in ("post", "patch", "delete", "put"):
        assert getattr(api(root), verb)(API, {}).status_code == 405


def test_an_event_knows_its_door_and_request(web, root, alice):
    web(alice).post(
        "/profile/",
        {"name": "Alice", "time_zone": "Asia/Tokyo", "digest_at": "09:00"},
        headers={"X-Request-Id": "abcdef123456"},
    )
    row = AuditEvent.objects.get()
    assert (row.door, row.request_id, row.address) == ("web", "abcdef123456", "127.0.0.1")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("actor=alice", 1),
        ("actor=nobody", 0),
        ("verb=team.", 1),
        ("object=payments", 1),
        ("object=pay", 0),
        ("q=PAY", 1),
        ("door=web", 0),
        ("since=2020-01-01&until=2099-12-31", 1),
        ("until=2020-01-01", 0),
    ],
)
def test_web_and_api_filter_alike(web, api, root, event, query, count):
    assert len(web(root).get(f"{URL}?{query}").context["rows"]) == count
    assert len(api(root).get(f"{API}?{query}").json()["results"]) == count


@pytest.mark.parametrize("query", ["since=0001-01-01", "until=9999-12-31", "door=window", "since=yesterday"])
def test_impossible_filters_are_400_and_never_a_crash(web, api, root, query):
    assert api(root).get(f"{API}?{query}").status_code == 400
    assert web(root).get(f"{URL}?{query}").status_code == 200


def test_auditors_do_not_read_what_is_private_now(api, root, ada, alice, payments):
    payments.audit_scope = "incident:INC-1"
    record("incident.edited", payments, by=alice)
    hide_scope("incident:INC-1")
    assert api(ada).get(API).json()["results"] == []
    assert len(api(root).get(API).json()["results"]) == 1
    show_scope("incident:INC-1")
    assert len(api(ada).get(API).json()["results"]) == 1


def test_a_page_of_events_costs_the_same_for_one_and_for_ten(
    web, root, alice, event, django_assert_max_num_queries
):
    client = web(root)
    with django_assert_max_num_queries(20) as few:
        client.get(URL)
    for n in range(10):
        edit_profile(alice, changes={"name": f"Alice {n}"}, by=alice)
    with django_assert_max_num_queries(len(few)):
        client.get(URL)


def test_the_csv_keeps_before_and_after(web, root, event):
    body = b"".join(web(root).get(f"{URL}?format=csv").streaming_content).decode()
    assert "team.edited" in body
    assert '""Card payments""' in body


def test_what_was_changed_cannot_become_a_tag(web, root, alice, payments):
    edit_team(payments, changes={"description": "<script>alert(1)</script>"}, by=alice)
    assert "<script>alert" not in web(root).get(URL).content.decode()
