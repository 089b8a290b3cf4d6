"""A real Prometheus and a real Alertmanager fire into a running portal that is down when the alert begins."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import Request, urlopen

import pytest

from apps.accounts.operations import create_token
from tests.faults.conftest import Fleet
from tests.intake.conftest import make_integration
from tools import alerting
from tools.up import ROOT, commands

pytestmark = [
    pytest.mark.alertmanager,
    pytest.mark.skipif(alerting.find() is None, reason=alerting.MISSING),
    pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="the embedded portal is tried once"),
]
PATIENCE = 60  # seconds, for a busy machine; without one it takes about fifteen
RULES = """
groups:
  - name: checkout
    interval: 500ms
    rules:
      - alert: CheckoutFails
        expr: checkout_failing > 0
        labels: {severity: page}
        annotations: {summary: Checkout fails for everybody}
"""
PROMETHEUS = """
global: {{scrape_interval: 500ms, evaluation_interval: 500ms}}
rule_files: [rules.yml]
alerting:
  alertmanagers:
    - static_configs: [{{targets: ["127.0.0.1:{alertmanager}"]}}]
scrape_configs:
  - job_name: checkout
    static_configs: [{{targets: ["127.0.0.1:{shop}"]}}]
"""
ALERTMANAGER = """
route: {{receiver: ballast, group_by: [alertname], group_wait: 100ms, group_interval: 500ms, repeat_interval: 1h}}
receivers:
  - name: ballast
    webhook_configs: [{{url: "{address}", send_resolved: true}}]
"""


class Shop(BaseHTTPRequestHandler):
    """The service that is watched; what fails is one number."""

    failing = 1

    def do_GET(self):
        text = f"checkout_failing {Shop.failing}\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args):
        pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(truth):
    end = time.monotonic() + PATIENCE
    while not (found := truth()):
        assert time.monotonic() < end, "it did not come in time"
        time.sleep(0.1)
    return found


@pytest.fixture
def shop():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    Shop.failing = 1
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def start(tmp_path):
    """start(name, command) runs it until the test is over; its words are in the folder of the test."""
    started = []

    def run(name, command, **environment):
        with (tmp_path / f"{name}.log").open("w") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **environment}, stdout=log, stderr=log
            )
        started.append(process)
        return process

    yield run
    for process in reversed(started):
        process.send_signal(signal.SIGTERM)
    for process in started:
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def portal(transactional_db, tmp_path, root, payments, start):
    """A portal of its own with one integration: prepared, and not yet running."""
    integration = make_integration(root, payments)
    now = datetime.now(UTC)
    until = now + timedelta(days=1)
    _, token = create_token(root, name="test", scope="read", expires_at=until, by=root, now=now)
    Fleet(tmp_path, None).copy_database()
    return Portal(tmp_path, start, integration.key, token)


class Portal:
    def __init__(self, home, start, key, token):
        self.home, self.start_process, self.token, self.port = home, start, token, free_port()
        self.address = f"http://127.0.0.1:{self.port}/api/v1/intake/{key}/"

    def start(self):
        environment = {"DATA_DIR": str(self.home), "PORT": str(self.port), "LOG_LEVEL": "INFO"}
        for name, command in commands({**os.environ, **environment}).items():
            self.start_process(name, [sys.executable, *command], **environment)

    def get(self, path):
        request = Request(f"http://127.0.0.1:{self.port}{path}")
        request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urlopen(request, timeout=5) as answer:
                return json.load(answer)["results"]
        except (OSError, http.client.HTTPException):
            return []

    def outcomes(self):
        """Oldest first."""
        return [row["outcome"] for row in self.get("/api/v1/intake-deliveries/?sort=at") if row["outcome"]]


def failures_of(port):
    """How often Alertmanager tried in vain, by its own count."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
    except OSError:
        return 0
    name = 'alertmanager_notification_requests_failed_total{integration="webhook"}'
    return sum(float(line.split()[1]) for line in lines if line.startswith(name))


def start_alerting(folder, start, *, shop, address):
    prometheus, alertmanager = alerting.find()
    ports = {"alertmanager": free_port(), "prometheus": free_port(), "shop": shop}
    (folder / "rules.yml").write_text(RULES)
    (folder / "prometheus.yml").write_text(PROMETHEUS.format(**ports))
    (folder / "alertmanager.yml").write_text(ALERTMANAGER.format(address=address))
    listen = f"--web.listen-address=127.0.0.1:{ports['alertmanager']}"
    options = [f"--config.file={folder}/alertmanager.yml", f"--storage.path={folder}/alerts", listen]
    start("alertmanager", [alertmanager, *options, "--cluster.listen-address="])
    listen = f"--web.listen-address=127.0.0.1:{ports['prometheus']}"
    options = [f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/tsdb", listen]
    start("prometheus", [prometheus, *options])
    return ports["alertmanager"]


def test_a_real_alert_reaches_a_portal_that_was_down_and_ends_when_it_resolves(portal, shop, start, tmp_path):
    alertmanager = start_alerting(tmp_path, start, shop=shop, address=portal.address)
    wait_for(lambda: failures_of(alertmanager) >= 1)  # nobody listens there yet
    portal.start()
    wait_for(lambda: portal.outcomes() == ["opened"])
    [candidate] = portal.get("/api/v1/incidents/")
    assert (candidate["title"], candidate["status"]) == ("Checkout fails for everybody", "triage")

    Shop.failing = 0
    wait_for(lambda: portal.outcomes() == ["opened", "declined"])
    [candidate] = portal.get("/api/v1/incidents/")
    assert candidate["status"] == "declined"
    entries = [entry["body"] for entry in portal.get(f"/api/v1/incidents/{candidate['key']}/timeline/")]
    assert "Alert resolved: Checkout fails for everybody" in entries
