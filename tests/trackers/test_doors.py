"""Connecting a tracker and using one, in the web and by API; and that nobody reads a secret again."""

import json
import logging

import pytest
import time_machine

from apps.audit.models import AuditEvent
from apps.trackers.models import Connection, ExternalRef
from tests import factories
from tests.halves import half
from tests.trackers.conftest import fresh, ref_of
from tests.trackers.server import NOW

TOKEN = "ghp_4711_never_shown"
FIELDS = {"name": "Shop", "kind": "github", "project": "acme/shop", "token": TOKEN}


@pytest.fixture(autouse=True)
def _then():
    with time_machine.travel(NOW, tick=False):
        yield


def everything(client, connection):
    """Whatever can be read of it."""
    api = ["/api/v1/trackers/", f"/api/v1/trackers/{connection.uuid}/", "/api/v1/audit-events/"]
    web = ["/trackers/", f"/trackers/{connection.uuid}/", f"/trackers/{connection.uuid}/edit/", "/audit/"]
    web += ["/trackers/?format=csv", "/audit/?format=csv", f"/trackers/{connection.uuid}/remove/"]
    answers = [client.get(path) for path in (*api, *web)]
    assert {answer.status_code for answer in answers} == {200}
    return b"".join(
        b"".join(one.streaming_content) if one.streaming else one.content for one in answers
    ).decode()


def test_root_connects_one_and_its_secrets_are_never_read_again(web, root, caplog, settings):
    caplog.set_level(logging.DEBUG)
    client, sent = web(root), {**FIELDS, "once": "a-click"}
    page = client.post("/trackers/new/", sent).text
    connection = Connection.objects.get()
    secret = connection.hook_secret
    assert (connection.base_url, connection.token, secret in page, TOKEN in page) == (
        "https://github.com",
        TOKEN,
        True,
        False,
    )
    assert connection.hook_address in page
    again = client.post("/trackers/new/", sent, follow=True)
    assert (Connection.objects.count(), secret in again.text) == (1, False)
    client.post(f"/trackers/{connection.uuid}/edit/", {**FIELDS, "token": "", "version": 1, "name": "Shop 2"})
    assert (fresh(connection).token, fresh(connection).name) == (TOKEN, "Shop 2")
    replaced = client.post(f"/trackers/{connection.uuid}/secret/").text
    assert fresh(connection).hook_secret in replaced
    assert secret not in replaced
    stored = json.dumps(list(Connection.objects.values()), default=str)
    read = everything(client, connection) + caplog.text + stored
    read += json.dumps(list(AuditEvent.objects.values()), default=str)
    assert not any(word in read for word in (TOKEN, secret, fresh(connection).hook_secret))


@pytest.mark.parametrize(
    ("wrong", "field"),
    half(
        [
            ({"project": "acme"}, "project"),
            ({"project": "acme/.."}, "project"),
            ({"project": "acme/shop/issues"}, "project"),
            ({"kind": "gitlab", "project": "shop"}, "project"),
            (
                {"kind": "jira", "project": "ops", "base_url": "https://j.example.com", "issue_type": "Task"},
                "project",
            ),
            ({"kind": "jira", "project": "OPS", "base_url": "https://j.example.com"}, "issue_type"),
            ({"kind": "jira", "project": "OPS", "issue_type": "Task"}, "base_url"),
            ({"base_url": "ftp://git.example.com"}, "base_url"),
            ({"base_url": "https://user:pass@git.example.com"}, "base_url"),
            ({"base_url": "https://git.example.com/?x=1"}, "base_url"),
            ({"token": "two words"}, "token"),
            ({"token": "a\r\nX-Evil: 1"}, "token"),
            ({"token": "tökén"}, "token"),
            ({"name": "two\nlines"}, "name"),
        ]
    ),
)
def test_what_cannot_work_is_refused_at_its_field_in_both_doors(wrong, field, web, api, root):
    page = web(root).post("/trackers/new/", {**FIELDS, **wrong})
    assert (page.status_code, bool(page.context["form"].errors.get(field))) == (200, True)
    assert TOKEN not in page.text
    answer = api(root).post("/api/v1/trackers/", {**FIELDS, **wrong})
    assert (answer.status_code, field in answer.json()["errors"]) == (400, True)
    assert Connection.objects.count() == 0


def test_leads_connect_for_their_team_and_the_organisation_is_for_admins(web, api, alice, bob, payments):
    assert api(alice).post("/api/v1/trackers/", FIELDS).status_code == 403
    other = factories.make_team()
    assert api(alice).post("/api/v1/trackers/", {**FIELDS, "team": other.slug}).status_code == 403
    made = api(alice).post("/api/v1/trackers/", {**FIELDS, "team": "payments"})
    assert (made.status_code, made.json()["team"], "token" in made.json()) == (201, "payments", False)
    path = f"/api/v1/trackers/{made.json()['id']}/"
    assert api(alice).patch(path, {"team": None}, headers={"if-match": "*"}).status_code == 403
    assert (api(bob).get(path).status_code, web(bob).get("/trackers/").status_code) == (404, 404)


def test_a_token_goes_to_no_other_address_than_the_one_it_was_typed_for(web, api, alice, payments, shop):
    Connection.objects.filter(pk=shop.pk).update(team=payments)  # alice looks after it, root typed the token
    path, elsewhere = f"/api/v1/trackers/{shop.uuid}/", {"base_url": "https://elsewhere.example"}
    answer = api(alice).patch(path, elsewhere, headers={"if-match": "*"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["token"])
    form = {**FIELDS, **elsewhere, "team": "payments", "token": "", "version": shop.version}
    page = web(alice).post(f"/trackers/{shop.uuid}/edit/", form)
    assert (page.status_code, bool(page.context["form"].errors["token"])) == (200, True)
    assert fresh(shop).base_url == shop.base_url
    moved = api(alice).patch(path, {**elsewhere, "token": "another"}, headers={"if-match": "*"})
    assert (moved.status_code, fresh(shop).token) == (200, "another")


def test_the_project_stays_once_issues_of_it_are_linked(shop, item, linked, api, root):
    linked(item, shop)
    client, path = api(root), f"/api/v1/trackers/{shop.uuid}/"
    answer = client.patch(path, {"project": "acme/other"}, headers={"if-match": "*"})
    assert (answer.status_code, "numbers mean others" in answer.json()["detail"]) == (409, True)
    assert client.patch(path, {"name": "Our shop"}, headers={"if-match": "*"}).json()["name"] == "Our shop"


def test_without_a_tracker_no_page_has_a_trace_of_one(web, bob, item, shop, root):
    part = {"headers": {"HX-Request": "true"}}
    shown = web(bob).get(f"/trackers/items/{item.key}/", **part)
    assert "Create in tracker" in shown.text
    Connection.objects.update(is_enabled=False)
    assert web(bob).get(f"/trackers/items/{item.key}/", **part).text.strip() == ""
    assert web(bob).get(f"/trackers/items/{item.key}/create/").status_code == 200


def test_bob_walks_the_whole_path_in_the_web(web, bob, item, shop, github, sync):
    client = web(bob)
    page = client.get(f"/trackers/items/{item.key}/create/")
    assert "What leaves" in page.text
    assert item.done_when in page.text
    sent = {"connection": shop.uuid, "once": "a-click"}
    for _ in range(2):
        assert client.post(f"/trackers/items/{item.key}/create/", sent)["Location"] == item.get_absolute_url()
    sync(0)
    github.close(1)
    client.post(f"/trackers/items/{item.key}/look/")
    sync(1)
    shown = client.get(f"/trackers/items/{item.key}/").text
    assert "acme/shop#1" in shown
    assert "octo-alice" in shown
    assert "Closed in GitHub as acme/shop#1" in client.get(item.get_absolute_url()).text
    assert client.post(f"/trackers/items/{item.key}/unlink/").status_code == 302
    assert not ExternalRef.objects.exists()


def test_a_program_walks_it_too_and_repeats_what_it_is_not_sure_of(api, bob, item, shop, github, sync):
    client, path = api(bob), f"/api/v1/action-items/{item.key}/tracker/"
    assert client.get(path).status_code == 404
    wrong = client.post(path, {"tracker": "00000000-0000-4000-8000-000000000000"})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["tracker"])
    key = {"headers": {"Idempotency-Key": "k1"}}
    first = client.post(path, {"tracker": str(shop.uuid)}, **key)
    again = client.post(path, {"tracker": str(shop.uuid)}, **key)
    assert (first.status_code, first.json()["state"], again.json()) == (201, "wanted", first.json())
    sync(0)
    found = client.get(path).json()
    assert (found["issue"], found["remote_state"], found["error"]) == ("acme/shop#1", "open", "")
    assert client.put(path, {"url": f"{github.base}/acme/shop/issues/9"}).status_code == 409
    assert client.post(f"{path}look/").json()["action_item"] == item.key
    assert (client.delete(path).status_code, client.delete(path).status_code) == (204, 404)
    put = client.put(path, {"url": f"{github.base}/acme/shop/issues/1"})
    assert (put.status_code, ref_of(item).is_ours) == (200, False)


def test_nothing_private_is_asked_for_by_a_program_without_saying_so(api, bob, promise, shop, sync, github):
    item = promise(incident=factories.make_incident(by=bob, is_private=True))
    client, path = api(bob), f"/api/v1/action-items/{item.key}/tracker/"
    answer = client.post(path, {"tracker": str(shop.uuid)})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["confirm_private"])
    assert client.post(path, {"tracker": str(shop.uuid), "confirm_private": True}).status_code == 201
    event = AuditEvent.objects.get(verb="tracker_link.asked")
    assert (event.changes["with_private"], event.scope) == ([None, True], item.audit_scope)


def test_what_is_no_tracker_and_no_address_is_an_error_at_its_field(web, api, bob, root, item, shop):
    client = web(bob)
    for wrong in ("x", "", "00000000-0000-4000-8000-000000000000"):
        page = client.post(f"/trackers/items/{item.key}/create/", {"connection": wrong})
        assert "connection" in page.context["form"].errors
        assert (
            api(bob).post(f"/api/v1/action-items/{item.key}/tracker/", {"tracker": wrong}).status_code == 400
        )
    page = client.post(f"/trackers/items/{item.key}/link/", {"url": "javascript:alert(1)"})
    assert page.context["form"].errors["url"] == ["This is no issue of a project that is connected here."]
    assert web(root).get("/trackers/links/?tracker=x&state=y&sort=z").status_code == 200
    assert api(root).get("/api/v1/tracker-links/?tracker=x").status_code == 400
