"""A web process that dies in the middle of a save: what was typed is there, and is saved once."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from apps.postmortems.models import Section
from apps.postmortems.operations import draft_postmortem
from tests.factories import make_incident, make_service
from tests.faults.conftest import ROOT
from tests.notifications.server import free_port

PATIENCE = 30  # seconds
TEXT = "Typed while the server was there."
STORED = "SELECT body, version FROM postmortems_section WHERE slug = 'summary'"


class Portal:
    """A web process of its own on the fleet's database, and one signed-in browser."""

    def __init__(self, fleet, session):
        self.port, self.cookies = free_port(), {settings.SESSION_COOKIE_NAME: session}
        told = {"SECRET_KEY": settings.SECRET_KEY, "HTTPS": "0", "ALLOWED_HOSTS": "127.0.0.1"}
        self.environment = fleet.environment | told | {"BASE_URL": f"http://127.0.0.1:{self.port}"}

    @contextmanager
    def running(self):
        command = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", str(self.port)]
        process = subprocess.Popen(command, cwd=ROOT, env=self.environment, start_new_session=True)
        try:
            self._wait()
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _wait(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise TimeoutError("the server did not start")

    def begin(self, verb, path, fields=None, *, timeout=PATIENCE):
        """The connection on which the answer will come."""
        door = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        door.request(verb, path, urlencode(fields or {}), headers)
        return door

    def ask(self, verb, path, fields=None):
        with closing(self.begin(verb, path, fields)) as door:
            answer = door.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = cookie.split(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.read().decode()


@contextmanager
def nobody_can_save(fleet):
    """A lock that every save waits for."""
    if fleet.is_postgres:
        with transaction.atomic():
            list(Section.objects.select_for_update())
            yield
        return
    with closing(sqlite3.connect(fleet.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def fields_of(page):
    form = re.search(r'<form class="editing.*?</form>', page, re.DOTALL)[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def test_a_save_that_the_server_did_not_survive_is_sent_again_and_saved_once(fleet, alice, payments):
    incident = make_incident(by=alice, services=[make_service(owner_team=payments)])
    address = draft_postmortem([incident], now=timezone.now(), by=alice).get_absolute_url()
    edit, draft = (f"{address}sections/summary/{each}/" for each in ("edit", "draft"))
    client = Client()
    client.force_login(alice)
    if not fleet.is_postgres:
        fleet.copy_database()
    portal = Portal(fleet, client.cookies[settings.SESSION_COOKIE_NAME].value)
    with portal.running() as process:
        typed = fields_of(portal.ask("GET", edit)[1]) | {"text": TEXT}
        assert portal.ask("POST", draft, typed)[0] == 200
        with nobody_can_save(fleet):
            door = portal.begin("POST", edit, typed, timeout=0.5)
            with pytest.raises(TimeoutError):  # it is being saved
                door.getresponse()
            os.killpg(process.pid, signal.SIGKILL)
            door.close()
    assert fleet.ask(STORED) == [("", 1)]
    with portal.running():
        assert f"{TEXT}</textarea>" in portal.ask("GET", edit)[1]
        for _ in range(2):  # the browser sends it again, and once more
            assert portal.ask("POST", edit, typed)[0] == 302
    assert fleet.ask(STORED) == [(TEXT, 2)]
