"""T51, T52, T55, T82: whatever people write stays text, on every page, in every mail and in every export."""

import csv
import io
import re

import pytest
from django.apps import apps
from django.db import models

from apps.accounts.models import User
from apps.accounts.operations import edit_team
from apps.action_items.operations import edit_action_item
from apps.core.csvfile import STARTS_FORMULA
from apps.core.markdown import render
from apps.incidents.operations import add_entry, edit_incident
from apps.services.models import Service
from tests.halves import half
from tests.security import inventory
from tests.security.bodies import address, bodies
from tests.security.doors import content_of, knock, try_and_undo
from tests.security.poison import ADDRESS, ESSAY, SHORT, VECTORS, wrong_in
from tests.security.world import NOW

OURS = (
    "accounts",
    "action_items",
    "chat",
    "incidents",
    "intake",
    "postmortems",
    "services",
    "toil",
    "trackers",
    "webhooks",
)
NAMES = {
    "password",
    "key",
    "tz",
    "time_zone",
    "prefix",
    "role",
    "lookup",
    "digest",
    "secret",
    "external_id",
    "source_system",
    "object_type",
    "once_per",
    "before",
    "after",
    "rule",
}


def text_fields(model):
    """What people write: no choices, no keys, no addresses of rows."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField)
        is_key = isinstance(field, models.SlugField | models.EmailField) or field.unique or field.choices
        if is_text and not is_key and field.name not in NAMES:
            yield field


def poison_tables(text="", long=""):
    """Past the doors, straight into the tables: what is shown must not depend on what was refused."""
    touched = 0
    for model in (model for app in OURS for model in apps.get_app_config(app).get_models()):
        for field in text_fields(model):
            poison = ADDRESS if isinstance(field, models.URLField) and not text else text or SHORT
            whole = (
                long
                if isinstance(field, models.TextField) and (field.max_length or 9999) >= len(long)
                else ""
            )
            value = (whole or poison)[: field.max_length]
            touched += model._base_manager.update(**{field.name: value})
    return touched


@pytest.fixture
def poisoned(world):
    by = {"by": world.root, "now": NOW}
    edit_incident(world.incident, changes={"title": SHORT, "summary": SHORT}, **by)
    add_entry(world.incident, body=ESSAY, **by)
    edit_action_item(world.item, changes={"title": SHORT, "description": ESSAY[:2000]}, **by)
    edit_team(world.search, changes={"name": SHORT}, by=world.root)
    assert poison_tables(long=ESSAY) > 60
    return world


LETTERS = ("/dev/mail/<", "/letters/today/")  # they bring their own styles, in a frame in which nothing runs


def test_T51_nothing_that_was_stored_becomes_markup_in_a_letter(poisoned, visit):
    page = visit("bob").get("/letters/today/html/")
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert "&lt;xss" in page.content.decode()
    assert not re.search(r"<xss|<script|<img", page.content.decode())


def readable(world):
    for route, verbs in inventory.ROUTES.items():
        if "GET" in verbs and not route.startswith(LETTERS):
            yield address(route, world)
    yield from (
        "/search/?q=xss",
        "/search/?q=%22%27%3E%3Cxss%20onerror%3D1%3E",
        "/incidents/?q=%22%3E%3Cxss%3E",
    )
    yield from ("/toil/read-line/?text=%3Cxss%3E&line=%3Cxss%3E", "/action-items/?owner=%22%3E%3Cxss%3E")
    yield from ("/incidents/%3Cxss%3E/", "/people/%22%3E%3Cxss%3E/", "/%3Cxss%20onerror=1%3E")


@pytest.mark.parametrize("role", half(["root", "bob"]))
def test_T51_T52_T82_nothing_that_was_stored_becomes_markup_and_every_page_has_a_policy_that_would_not_run_it(
    role, poisoned, visit
):
    client, wrong, loose, shown = visit(role), {}, [], 0
    for path in readable(poisoned):
        answer = knock(client, "GET", path)
        assert answer.status_code < 500, path
        loose += [path] if is_loose(answer.headers.get("Content-Security-Policy", "")) else []
        page = content_of(answer).decode()
        if "text/html" in answer.headers.get("Content-Type", ""):
            shown += "&lt;xss" in page
            if found := wrong_in(page):
                wrong[path] = found
    assert (wrong, loose) == ({}, [])
    assert shown > 20  # the texts are there, as texts


def is_loose(policy):
    parts = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    runs = parts.get("script-src") != "'self'" and "sandbox" not in parts  # a file runs nothing at all
    return runs or "unsafe" in policy or parts.get("default-src") != "'none'"


def test_T51_htmx_parts_and_refusals_show_it_as_text_too(poisoned, visit):
    client, wrong, sent = visit("root"), {}, bodies(poisoned)
    for route in half(inventory.WEB):
        path, given = address(route, poisoned), sent.get(("POST", route), {})
        client.raise_request_exception = False
        answers = [client.get(path, headers={"hx-request": "true"})] if "<" not in path else []
        typed = {name: SHORT if isinstance(value, str) else value for name, value in given.items()}
        answers.append(try_and_undo(client, "POST", path, typed))
        for answer in answers:
            assert answer.status_code < 500, path
            if "text/html" in answer.headers.get("Content-Type", "") and (
                found := wrong_in(answer.content.decode())
            ):
                wrong[path] = found
    assert wrong == {}


@pytest.mark.parametrize("vector", VECTORS)
def test_T52_no_vector_survives_the_markdown(vector):
    for text in (vector, f"- {vector}", f"> {vector}", f"*{vector}*", f"text {vector} text"):
        assert wrong_in(render(text)) == []


def test_the_reader_of_pages_would_notice():
    """Otherwise clean pages prove nothing."""
    raw = [SHORT, "<script>alert(1)</script>", "<a href=' java\tscript:x'>", "<form action=//evil.example>"]
    raw += ["<svg onload=x>", "<p style=x>", "<base href=/>", "<img src=//evil.example/x.png>"]
    assert all(wrong_in(text) for text in raw)


def test_T51_programs_get_json_that_no_browser_takes_for_a_page(poisoned, visit):
    client = visit("root")
    for route, verbs in inventory.API.items():
        if "GET" in verbs and route.startswith("/api/v1/"):
            answer = client.get(address(route, poisoned), headers={"accept": "text/html,*/*"})
            is_file = route in inventory.FILES
            assert answer.headers["Content-Type"].endswith("json") or is_file, route
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("start", [*STARTS_FORMULA[:4], "\t", "＝", "＠", '"=', " =", "\n="])
def test_T55_no_export_holds_a_cell_that_a_spreadsheet_would_run(start, world, visit):
    poison_tables(text=f"{start}1+cmd|' /C calc'!A0")
    ran, seen = [], 0
    for path in ("incidents", "postmortems", "action-items", "services", "toil", "people", "teams", "audit"):
        text = content_of(visit("root").get(f"/{path}/?format=csv")).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert len({len(row) for row in rows}) == 1, path
        seen += "cmd|" in text
        ran += [cell for row in rows for cell in row if cell.lstrip(' "').startswith(STARTS_FORMULA)]
    assert [cell for cell in ran if not cell.lstrip("-").replace(".", "").isdigit()] == []
    assert seen > 3


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "JaVaScRiPt:x", " data:text/html,x", "//evil.example", "ftp://x"]
)
def test_T51_an_address_that_runs_is_refused_where_addresses_are_kept(link, world, visit):
    patch = try_and_undo(visit("root"), "PATCH", "/api/v1/services/checkout/", {"links": {"runbook": link}})
    assert patch.status_code == 400
    assert "javascript" not in str(Service.objects.values())
    assert User.objects.filter(pk=world.bob.pk).exists()
