"""The same line at the doors without a page: the command line of the portal, and the program people install."""

import http.server
import json
import os
import subprocess
import sys
import threading
import tomllib
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Team, User
from apps.accounts.operations import create_token
from apps.toil.models import Timer, ToilEntry, ToilImport
from apps.toil.operations import log_entry
from tests.factories import make_service, make_team, make_user
from tests.halves import once

CLIENT = Path(__file__).resolve().parents[2] / "clients" / "toil"
LINE = "25 restart ingest @checkout ^yesterday"


@pytest.mark.django_db
def test_on_the_command_line_a_line_is_shown_before_it_is_saved(bob, payments, checkout, log, capsys):
    as_bob = {"email": "bob@ballast.example"}
    call_command("toil", LINE, **as_bob, dry_run=True)
    shown = capsys.readouterr().out
    assert [word for word in ("25 min", "restart ingest", "checkout") if word not in shown] == []
    assert not ToilEntry.objects.exists()
    with pytest.raises(CommandError, match="say --yes"):
        call_command("toil", LINE, **as_bob)
    call_command("toil", LINE, **as_bob, yes=True)
    assert "Logged 25 min for Payments" in capsys.readouterr().out
    entry = ToilEntry.objects.get()
    assert (entry.person, entry.service, entry.seconds) == (bob, checkout, 1500)
    log(bob, payments, minutes=7, text="kick it", day=entry.local_date)
    for line, email, words in (
        ("kick it", "bob", "Usually 7 min for “kick it”"),
        ("25h x", "bob", "at most 24 hours"),
        ("25", "bob", "blank"),
        ("25 x", "nobody", "Nobody active"),
        ("25 x", "charlie", "which team"),
    ):
        if email == "charlie":
            make_user("charlie")
        with pytest.raises(CommandError, match=words):
            call_command("toil", line, email=f"{email}@ballast.example", yes=True)


class Lossy(http.server.BaseHTTPRequestHandler):
    """Between the program and the portal: hands each request on, and loses the first answers of some."""

    portal, lose = "", 0

    def _pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        sent = {
            name: value for name, value in self.headers.items() if name.lower() not in {"host", "connection"}
        }
        request = urllib.request.Request(self.portal + self.path, body or None, sent, method=self.command)
        try:
            with urllib.request.urlopen(request) as answer:
                raw, status = answer.read(), answer.status
        except urllib.error.HTTPError as refusal:
            raw, status = refusal.read(), refusal.code
        if self.command != "GET" and type(self).lose:
            type(self).lose -= 1
            self.close_connection = True
            return
        self.send_response(status)
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = do_DELETE = _pass_on  # noqa: N815

    def log_message(self, *_args):
        pass


@pytest.fixture
def lossy(live_server):
    Lossy.portal, Lossy.lose = live_server.url, 0
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Lossy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def toil(live_server, tmp_path):
    """toil("25 x", "--yes") is what bob reads, and how it ended."""
    payments = make_team(name="Payments", slug="payments")
    bob, now = make_user("bob", team=payments), datetime.now(UTC)
    make_service(slug="checkout", owner_team=payments)
    _, token = create_token(bob, name="x", scope="write", expires_at=now + timedelta(days=1), by=bob, now=now)
    config = tmp_path / "toil.ini"
    config.write_text(f"[ballast]\nurl = {live_server.url}\ntoken = {token}\n")
    config.chmod(0o600)

    def run(*words, config=config, **named):
        known = {name: value for name, value in os.environ.items() if not name.startswith("BALLAST")}
        done = subprocess.run(
            [sys.executable, str(CLIENT / "ballast_toil.py"), *words],
            env={**known, "BALLAST_CONFIG": str(config), "PYTHONUTF8": "1", **named},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    run.config, run.token = config, token
    return run


@once
def test_the_program_logs_undoes_times_and_repeats_against_a_real_portal(toil, lossy):
    assert toil(LINE)[0] == 2
    assert not ToilEntry.objects.exists()
    code, said = toil(*LINE.split(), "--yes")
    assert (code, "Logged 25 min for payments" in said, "checkout" in said) == (0, True, True), said
    assert ToilEntry.objects.get().service.slug == "checkout"
    assert "20 min" in toil("read", "2x10 kick @nobody")[1]
    assert ToilEntry.objects.count() == 1
    code, said = toil("restart ingest", "-y")
    assert (code, "Usually 25m" in said) == (1, True), said
    assert "more than zero" in toil("-5 x", "-y")[1]
    assert "restart ingest" in toil("again")[1]
    assert toil("again", "1", "--yes")[0] == 0
    assert toil("again", "7", "--yes")[0] == 2
    assert ToilEntry.objects.count() == 2
    Lossy.lose = 2  # what was saved is not told
    code, said = toil("5 once and no more", "--yes", BALLAST_URL=lossy)
    assert (code, "Logged 5 min" in said, Lossy.lose) == (0, True, 0), said
    assert ToilEntry.objects.filter(text="once and no more").count() == 1
    bob, team = User.objects.get(slug="bob"), Team.objects.get()
    log_entry(person=bob, team=team, text="?", seconds=9, status="suggested", by=bob, now=datetime.now(UTC))
    brought = log_entry(person=bob, team=team, text="By a file", seconds=9, by=bob, now=datetime.now(UTC))
    brought.batch = ToilImport.objects.create(person=bob, team=team, created_at=datetime.now(UTC))
    brought.save(update_fields=["batch"])
    assert (
        "Logged 10 min" in toil("undo", "migration", "00:00-00:10", "^yesterday", "-y")[1]
    )  # a line like any other
    assert "undo migration" in toil("undo", "--yes")[1]
    assert (
        "Taken back" in toil("undo", "--yes")[1]
    )  # what is only suggested, or came with a file, bob did not type
    assert not ToilEntry.objects.filter(text="once and no more").exists()
    Lossy.lose = 1
    code, said = toil("undo", "--yes", BALLAST_URL=lossy)
    assert (code, "Taken back" in said) == (0, True), said
    assert "Started “rotate certs”" in toil("start", "rotate certs", "--yes")[1]
    Timer.objects.update(started_at=datetime.now(UTC) - timedelta(minutes=10))
    assert "“rotate certs” for payments, 10 min" in toil("status")[1]
    assert "Logged 10 min" in toil("stop")[1]
    assert toil("stop") == (1, "No timer is running.\n")


@once
def test_the_program_keeps_its_token_and_says_what_is_wrong(toil, lossy, tmp_path):
    toil.config.chmod(0o644)
    code, said = toil("status")
    assert (code, "chmod 600" in said) == (2, True), said
    toil.config.chmod(0o600)
    nothing, plain = tmp_path / "none.ini", tmp_path / "plain.ini"
    plain.write_text("[ballast]\ninsecure = yes\n")  # as the program says that one may write
    plain.chmod(0o600)
    answers = (
        "import ballast_toil as t; t.ask_person = lambda _: 'http://portal.lan'; t.Portal.ask = lambda *_: {'name': 1};"
        "t.getpass.getpass = lambda _: 'x'; t.setup(None)"
    )
    env = {**os.environ, "BALLAST_CONFIG": str(plain)}
    subprocess.run([sys.executable, "-c", answers], cwd=CLIENT, env=env, check=True)
    assert "url = http://portal.lan" in plain.read_text()
    assert "insecure = yes" in plain.read_text()
    assert "toil setup" in toil("status", config=nothing)[1]
    assert "in the clear" in toil("status", BALLAST_URL="http://ballast.example.com")[1]
    assert "not accepted" in toil("status", BALLAST_TOKEN="wrong")[1]
    assert "not an address" in toil("status", BALLAST_URL="ballast")[1]
    Lossy.lose = 99
    code, said = toil("5 x", "--yes", "--key", "k1", BALLAST_URL=lossy)
    assert (code, "--key k1" in said) == (3, True), said
    Lossy.lose = 0
    assert toil("5 x", "--yes", "--key", "k1")[0] == 0
    assert ToilEntry.objects.count() == 1


@once
def test_what_is_installed_is_called_toil():
    found = tomllib.loads((CLIENT / "pyproject.toml").read_text())
    module, _, function = found["project"]["scripts"]["toil"].partition(":")
    shown = subprocess.run(
        [sys.executable, "-c", f"import {module}, json; print(json.dumps(callable({module}.{function})))"],
        cwd=CLIENT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(shown.stdout) is True
