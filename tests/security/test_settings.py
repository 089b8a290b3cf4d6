"""T31: an unsafe portal does not start. Section 8: without its database it says so and promises to come back."""

import json
import os
import subprocess
import sys

import pytest
from django.db import OperationalError, connection

from tests.environment import ROOT
from tests.halves import once

SECRET = "s" * 50
SAFE = {
    "EMBEDDED": "0",
    "DATABASE_URL": "postgresql://ballast@127.0.0.1:9/ballast",
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "ballast.example.com",
    "BASE_URL": "https://ballast.example.com",
}
UNSAFE = {
    "no secret": ({"SECRET_KEY": ""}, "SECRET_KEY"),
    "a short secret": ({"SECRET_KEY": "s" * 49}, "SECRET_KEY"),
    "the secret of an example": ({"SECRET_KEY": "change-me" + SECRET}, "SECRET_KEY"),
    "no hosts": ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
    "any host": ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
    "any host among others": ({"ALLOWED_HOSTS": "ballast.example.com, *"}, "ALLOWED_HOSTS"),
    "debugging": ({"DEBUG": "1"}, "DEBUG"),
    "no database": ({"DATABASE_URL": ""}, "DATABASE_URL"),
    "a database of another kind": ({"DATABASE_URL": "mysql://127.0.0.1/ballast"}, "DATABASE_URL"),
    "no address": ({"BASE_URL": ""}, "BASE_URL"),
    "an address in clear": ({"BASE_URL": "http://ballast.example.com"}, "BASE_URL"),
    "a port that is no number": ({"EMAIL_PORT": "smtp"}, "EMAIL_PORT"),
}
START = "import config.settings as s; print(s.DEBUG, s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT)"


def start(folder, *, code=START, **changes):
    """The settings alone, in a process that knows nothing but these variables."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=kept | SAFE | {"DATA_DIR": str(folder)} | changes,
        capture_output=True,
        text=True,
        timeout=60,
    )


@once
def test_T31_with_everything_in_place_it_starts_over_https_and_without_debugging(tmp_path):
    started = start(tmp_path)
    assert (started.returncode, started.stdout.split()) == (0, ["False", "True", "True"]), started.stderr


@once
@pytest.mark.parametrize("name", sorted(UNSAFE))
def test_T31_it_does_not_start_with(name, tmp_path):
    changes, culprit = UNSAFE[name]
    started = start(tmp_path, **changes)
    assert started.returncode != 0
    lines = started.stderr.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("Ballast does not start: ")
    assert culprit in lines[0]
    assert SECRET not in started.stderr


@once
def test_T31_the_secret_of_a_trial_run_is_its_own_and_nobody_elses_to_read(tmp_path):
    for folder in ("one", "other"):
        home = tmp_path / folder
        started = start(home, EMBEDDED="1", DATABASE_URL="", SECRET_KEY="", ALLOWED_HOSTS="", BASE_URL="")
        assert started.returncode == 0, started.stderr
    secrets = {(tmp_path / folder / "secret_key").read_text() for folder in ("one", "other")}
    assert len(secrets) == 2
    assert all(len(secret) >= 50 for secret in secrets)
    if os.name == "posix":
        assert (tmp_path / "one" / "secret_key").stat().st_mode & 0o077 == 0


LOST = """
import config.settings as settings
plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.STORAGES["staticfiles"] = {"BACKEND": plain}
import django, json, time
django.setup()
from django.test import Client
for path in ("/api/v1/incidents/", "/", "/healthz"):
    client, began = Client(raise_request_exception=False), time.monotonic()
    asks = {"host": "ballast.example.com", "authorization": "Bearer blst_0123456789_x"}
    if path == "/":
        client.cookies["__Host-session"] = "a" * 32
    answer = client.get(path, secure=True, headers=asks)
    told = {"kind": answer.headers["Content-Type"], "wait": answer.headers.get("Retry-After")}
    told |= {"status": answer.status_code, "seconds": time.monotonic() - began, "text": answer.content.decode()}
    print("told", json.dumps(told))
"""


def test_a_server_that_nobody_answers_for_is_503_at_every_door_and_soon(tmp_path):
    """A closed port, in a process of its own: what the driver really raises."""
    started = start(tmp_path, code=LOST, DJANGO_SETTINGS_MODULE="config.settings", LOG_LEVEL="CRITICAL")
    told = [json.loads(line[5:]) for line in started.stdout.splitlines() if line.startswith("told ")]
    assert [one["status"] for one in told] == [503] * 3, started.stderr
    kinds = [one["kind"].split(";")[0] for one in told]
    assert kinds == ["application/problem+json", "text/html", "application/json"]
    assert [one["wait"] for one in told[:2]] == ["5", "5"]
    assert all(one["seconds"] < 10 for one in told)  # 3 s and a busy machine
    assert not [one for one in told if "127.0.0.1" in one["text"] or "Traceback" in one["text"]]


def away(*_args):
    raise OperationalError("connection refused at 127.0.0.1 as user ballast")


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["get", "post"])
def test_a_database_that_is_away_is_503_in_the_api_and_worth_another_try(verb, api, alice):
    client = api(alice)
    with connection.execute_wrapper(away):
        answer = getattr(client, verb)(
            "/api/v1/incidents/", *([{"title": "Down", "severity": 1}][verb == "get" :])
        )
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 503
    assert b"127.0.0.1" not in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/incidents/", "/search/?q=a", "/incidents/?format=csv"])
def test_a_database_that_is_away_is_a_plain_503_page(path, web, alice):
    client = web(alice)
    client.raise_request_exception = False
    with connection.execute_wrapper(away):
        answer = client.get(path)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert b"<title>" in answer.content
    assert b"127.0.0.1" not in answer.content
    assert client.get("/").status_code == 200  # and back, without a restart


@pytest.mark.django_db
def test_health_is_503_and_names_the_database_while_it_is_away(web):
    with connection.execute_wrapper(away):
        answer = web().get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"] != "ok"
    assert b"127.0.0.1" not in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["post", "patch", "put"])
def test_a_body_that_is_too_large_is_413_in_the_shape_of_its_door(verb, api, web, alice, settings):
    large = "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    answer = getattr(api(alice), verb)("/api/v1/incidents/", {"title": large})
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 413
    page = web(alice).post("/incidents/new/", {"title": large})
    assert page.status_code == 413
    assert page.headers["Content-Type"].startswith("text/html")
