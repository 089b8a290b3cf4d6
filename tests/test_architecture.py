"""The rules of the house that no linter knows. docs/architecture.md says why."""

import ast
import re
from pathlib import Path

import pytest
from django import forms
from django.utils.module_loading import import_string

import config.urls  # noqa: F401 - with every form behind it
from config.celery import app as celery_app
from tests.halves import once

pytestmark = once


ROOT = Path(__file__).resolve().parent.parent
SOURCES = [
    path
    for folder in ("apps", "config")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
PAGES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if "emails" not in path.parts]
WRITERS = {"apps/core/changes.py", "apps/core/once.py", "apps/core/kept.py", "apps/accounts/models/user.py"}
WRITERS |= {"apps/postmortems/files/__main__.py"}  # pictures, no rows
WRITES = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "create_user"}


def name(path):
    return path.relative_to(ROOT).as_posix()


def calls(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node


def is_write(call):
    if call.func.attr in WRITES:
        return True
    if call.func.attr == "update":
        return bool(call.keywords) and not call.args
    if call.func.attr == "create":
        return isinstance(call.func.value, ast.Attribute)
    return (
        call.func.attr == "delete" and isinstance(call.func.value, ast.Call | ast.Attribute) and not call.args
    )


def forms_of(kind):
    for one in kind.__subclasses__():
        yield one
        yield from forms_of(one)


def test_forms_name_rows_as_people_do_and_never_by_primary_keys():
    found = {
        f"{form.__module__}.{form.__name__}.{name}"
        for form in forms_of(forms.BaseForm)
        if form.__module__.startswith("apps.")
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.ModelChoiceField) and not field.to_field_name
    }
    assert found == set()


def test_only_operations_write():
    found = [
        f"{name(path)}:{call.lineno}"
        for path in SOURCES
        if "operations" not in name(path) and name(path) not in WRITERS
        for call in calls(path)
        if is_write(call)
    ]
    assert found == []


def test_nothing_enqueues_a_task():
    found = [
        f"{name(path)}:{call.lineno}"
        for path in SOURCES
        for call in calls(path)
        if call.func.attr in {"delay", "apply_async", "send_task", "delay_on_commit"}
    ]
    assert found == []


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_file_outgrows_one_sitting(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


def test_days_are_written_as_every_system_can():
    """Windows knows no %-d."""
    assert [name(path) for path in SOURCES if re.search("%-[a-zA-Z]", path.read_text(encoding="utf-8"))] == []


def test_every_environment_name_is_explained():
    read = set()
    for path in (ROOT / "config").glob("*.py"):
        read |= set(
            re.findall(
                r'env\.(?:text|flag|number|words|places)\(\s*"([A-Z_]+)"', path.read_text(encoding="utf-8")
            )
        )
    explained = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.M))
    assert read - explained == set()


def test_every_scheduled_task_exists():
    celery_app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}
    assert scheduled <= set(celery_app.tasks)


def test_every_scheduled_task_expires_before_its_next_tick():
    for entry in celery_app.conf.beat_schedule.values():
        assert entry["options"]["expires"] < entry["schedule"]


def test_every_kind_of_mail_has_a_renderer(settings):
    for kind in settings.MAIL_KINDS.values():
        assert callable(import_string(kind["render"]))
        assert kind["promise"] in {"at_most_once", "at_least_once"}


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_pages_hold_no_inline_script_or_style(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", text), name(path)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), name(path)
    assert "|safe" not in text


def test_nothing_opens_a_door_by_the_way():
    """CSRF exemption and open permissions are decisions, not conveniences."""
    words = re.compile(
        r"csrf_exempt|AllowAny|mark_safe|permission_classes = \[\]|\.extra\(|RawSQL|cache_page"
    )
    found = [name(path) for path in SOURCES if words.search(path.read_text(encoding="utf-8"))]
    assert [
        path
        for path in found
        if path
        not in {
            "apps/core/markdown.py",
            "apps/core/templatetags/marks.py",
            "apps/chat/api/commands.py",  # a signature
            "apps/intake/api/arrivals.py",  # a key in the address, and a signature
            "apps/trackers/api/hooks.py",  # a signature
            "apps/notifications/views/choices.py",  # RFC 8058: a signed address, sent without cookies
        }
    ] == []
